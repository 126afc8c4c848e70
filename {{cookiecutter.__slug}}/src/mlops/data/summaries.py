"""Small summaries of columns: of a number its quantiles, of a category its counts.

They fit into a report and add up over partitions, so that rows need not be read again.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

QUANTILES = 51
CATEGORIES = 200  # more than these are counted together
OTHER = "other categories"


class Summary(TypedDict):
    """What is known of a column: of a number quantiles, of a category counts, of a time its ends.

    A column without any value has `rows` and `nulls` at least.
    """

    rows: int
    nulls: int
    quantiles: NotRequired[list[float]]
    counts: NotRequired[dict[str, int]]
    ends: NotRequired[list[str]]


def summarise(cells: "pd.Series[Any]") -> Summary:
    """Sum up one column of one partition. Times are not counted: they always move."""
    import numpy as np
    from pandas.api import types

    summary: Summary = {"rows": len(cells), "nulls": int(cells.isna().sum())}
    if types.is_datetime64_any_dtype(cells):
        known = cells.dropna()
        return {
            **summary,
            "ends": [end.isoformat() for end in (known.min(), known.max())][: len(known)],
        }
    if types.is_numeric_dtype(cells) and not types.is_bool_dtype(cells):
        values = cells.to_numpy(float, na_value=np.nan)
        return {**summary, "quantiles": quantiles(values[np.isfinite(values)])}
    found = cells.value_counts()
    return {**summary, "counts": leading({str(name): int(found[name]) for name in found.index})}


def quantiles(values: "np.ndarray") -> list[float]:
    """The quantiles of some numbers. Sorting them all is faster than to look for the quantiles."""
    import numpy as np

    if not len(values):
        return []
    values = np.sort(values)
    places = np.linspace(0, len(values) - 1, QUANTILES)
    low = places.astype(int)
    high = np.minimum(low + 1, len(values) - 1)
    part = places - low
    return rounded((1 - part) * values[low] + part * values[high])


def rounded(values: "np.ndarray") -> list[float]:
    """Six digits of each value."""
    return [float(f"{value:.6g}") for value in values]


def leading(counts: dict[str, int]) -> dict[str, int]:
    """The largest counts by name, in order; those of all other names together."""
    order = sorted(counts, key=lambda name: (name == OTHER, -counts[name], name))
    kept = {name: counts[name] for name in sorted(order[:CATEGORIES])}
    rest = sum(counts[name] for name in order[CATEGORIES:])
    return kept | {OTHER: rest} if rest else kept


def pooled(parts: Sequence[Summary]) -> Summary:
    """Sum up several partitions as one."""
    import numpy as np

    rows, nulls = sum(part["rows"] for part in parts), sum(part["nulls"] for part in parts)
    whole: Summary = {"rows": rows, "nulls": nulls}
    parts = [part for part in parts if part["rows"] > part["nulls"]] or parts
    if all("quantiles" in part for part in parts):
        values = np.unique([value for part in parts for value in part["quantiles"]])
        if len(parts) == 1 or not len(values):
            return {**whole, "quantiles": parts[0]["quantiles"]}
        shares = np.stack([below(parts, values, side) for side in ("left", "right")], axis=1)
        steps = np.linspace(0, 1, QUANTILES)
        return {**whole, "quantiles": rounded(np.interp(steps, shares.ravel(), values.repeat(2)))}
    if all("counts" in part for part in parts):
        counts: dict[str, int] = {}
        for part in parts:
            for name, count in part["counts"].items():
                counts[name] = counts.get(name, 0) + count
        return {**whole, "counts": leading(counts)}
    if all("ends" in part for part in parts):
        ends = sorted(end for part in parts for end in part["ends"])
        return {**whole, "ends": [ends[0], ends[-1]] if ends else []}
    return whole


def below(
    parts: Sequence[Summary], values: "np.ndarray", side: Literal["left", "right"] = "right"
) -> "np.ndarray":
    """The share of a number's rows, without nulls, below each value; `right`: or equal to it."""
    import numpy as np

    total, shares = 0, np.zeros(len(values))
    for part in parts:
        quantiles = np.array(part.get("quantiles", []))
        if not len(quantiles):
            continue
        last, known = len(quantiles) - 1, part["rows"] - part["nulls"]
        place = np.searchsorted(quantiles, values, side=side)
        low, high = quantiles[(place - 1).clip(0)], quantiles[place.clip(max=last)]
        inside = np.divide(values - low, high - low, np.zeros(len(values)), where=high > low)
        total += known
        shares += known * np.where(place == 0, 0, np.minimum(place - 1 + inside, last)) / last
    return shares / max(total, 1)
