"""How declared columns have to be widened for the data to be as declared."""

from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor, inf, log10
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mlops.config.record import ABSENT
from mlops.config.schema import Column, Data
from mlops.data import tables
from mlops.data.checks import matches

if TYPE_CHECKING:
    import pandas as pd

Changes = dict[tuple[str, str], Any]


class Extent(NamedTuple):
    """What is in a column of one or more files."""

    nulls: bool = False
    low: float = inf
    high: float = -inf
    fractions: bool = False
    categories: frozenset[str] = frozenset()
    doubles: bool = False

    def merge(self, other: "Extent") -> "Extent":
        """Add up two extents."""
        return Extent(
            self.nulls or other.nulls,
            min(self.low, other.low),
            max(self.high, other.high),
            self.fractions or other.fractions,
            self.categories | other.categories,
            self.doubles or other.doubles,
        )


def widened(data: Data, files: Sequence[Path]) -> Changes:
    """By column and key, the values of `data.columns` that the files ask for.

    Ranges are rounded outwards, to about a hundredth of what the column spans. What cannot be
    widened, such as nulls in the target or words among numbers, asks for nothing.
    """
    found: dict[str, Extent] = {}
    for path in files:
        frame = tables.read(path)
        for name, column in data.columns.items():
            if name in frame:
                found[name] = found.get(name, Extent()).merge(extent(frame[name], column))
    return {
        (name, key): value
        for name, there in found.items()
        for key, value in wanted(data.columns[name], there, name in {data.target, *data.key})
    }


def extent(cells: "pd.Series[Any]", column: Column) -> Extent:
    """What is in a column of one file; of cells that are of another kind only the nulls."""
    nulls = bool(cells.isna().any())
    doubles = column.unique and bool(cells.dropna().duplicated().any())
    if column.type == "category" and column.categories is not None and matches(cells, "category"):
        names = frozenset(cells.dropna().unique()) - {*column.categories}
        return Extent(nulls, categories=names, doubles=doubles)
    if column.type in ("number", "integer") and matches(cells, "number"):
        known = cells[cells.abs() < inf]
        if len(known):
            fractions = bool((known % 1 != 0).any())
            return Extent(nulls, float(known.min()), float(known.max()), fractions, doubles=doubles)
    return Extent(nulls, doubles=doubles)


def wanted(column: Column, there: Extent, fixed: bool) -> Iterator[tuple[str, Any]]:
    """The keys of a column that have to change; one that is `fixed` is never null."""
    if column.type == "integer" and there.fractions and not fixed:
        yield "type", "number"
    if there.nulls and not column.nullable and not fixed and column.type != "boolean":
        yield "nullable", True
    low, high = column.minimum, column.maximum
    lowest = there.low if low is None else min(low, there.low)
    highest = there.high if high is None else max(high, there.high)
    span = highest - lowest
    if low is not None and there.low < low:
        yield "minimum", outwards(there.low, span, floor)
    if high is not None and there.high > high:
        yield "maximum", outwards(there.high, span, ceil)
    if column.categories is not None and there.categories:
        yield "categories", [*column.categories, *sorted(there.categories)]
    if column.unique and there.doubles:
        yield "unique", ABSENT


def outwards(value: float, span: float, turn: Callable[[float], int]) -> float:
    """Round by `turn`, floor or ceil, to two digits of a span; whole numbers are integers."""
    places = 1 - floor(log10(span)) if 0 < span < inf else 6
    found = round(turn(value * 10.0**places) / 10.0**places, max(places, 0))
    return int(found) if found.is_integer() else found
