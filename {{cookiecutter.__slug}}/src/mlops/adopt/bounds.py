"""What a column may hold, from what it holds: ranges rounded outwards, categories where few."""

import math
from typing import TYPE_CHECKING, Any

from mlops.adopt.sample import Sample, Seen
from mlops.config.schema import Column

if TYPE_CHECKING:
    import pandas as pd

LISTED = 20  # categories
LONGEST = 60  # characters of a listed category
ENOUGH = 5  # rows of the rarest category of a sample, so that hardly any other is unseen
RARE = 0.2  # of the categories being there once, others are to be expected
TAIL = 10  # so many times the middle half beyond the median is no end that can be told


def declare(seen: Seen, sample: Sample, unique: bool = False) -> Column:
    """The column as `conf/data/` declares it."""
    if seen.type in ("number", "integer"):
        low, high = limits(seen.values)
        return Column(seen.type, seen.nullable, low, high, unique=unique)
    categories = listed(seen, sample) if seen.type == "category" and not unique else None
    return Column(seen.type, seen.nullable, categories=categories, unique=unique)


def limits(values: "pd.Series[Any]") -> tuple[float | None, float | None]:
    """Limits that values of tomorrow keep to as well; None where there is a long tail."""
    known = values.dropna().astype("float64")
    low, high = float(known.min()), float(known.max())
    if {low, high} == {0.0, 1.0} and set(known.unique()) <= {0.0, 1.0}:
        return 0.0, 1.0
    span = high - low
    if not span or not math.isfinite(span):
        return (0.0 if low >= 0 else None), None
    unit = 10.0 ** math.floor(math.log10(span))
    first, median, third = (float(known.quantile(share)) for share in (0.25, 0.5, 0.75))
    middle = third - first
    minimum: float | None = math.floor((low - span / 2) / unit) * unit
    if low >= 0 and low <= span / 2:
        minimum = 0.0
    elif median - low > TAIL * middle:
        minimum = None
    maximum = math.ceil((high + span / 2) / unit) * unit
    return tidy(minimum), None if high - median > TAIL * middle else tidy(maximum)


def tidy(value: float | None) -> float | None:
    """A number without what binary fractions add."""
    return None if value is None else float(f"{value:.12g}") + 0.0


def listed(seen: Seen, sample: Sample) -> list[str] | None:
    """The categories, where they are few and others hardly to be expected."""
    counts = seen.values.value_counts()
    texts = sorted(map(str, counts.index))
    if not 0 < len(texts) <= LISTED or any(unlistable(text) for text in texts):
        return None
    if not sample.whole and counts.min() < ENOUGH:
        return None
    return texts if (counts == 1).sum() <= RARE * len(counts) else None


def unlistable(text: str) -> bool:
    """Whether a text is too long, or something else to Hydra."""
    return len(text) > LONGEST or "${" in text or text == "???"
