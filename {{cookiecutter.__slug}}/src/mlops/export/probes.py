"""Rows that a scorer is tried on: real ones, and such as real life may bring."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlops.export.inputs import UNSEEN
from mlops.scoring.contract import Contract

if TYPE_CHECKING:
    import pyarrow as pa

REAL = 50_000  # test rows at most
CHANGED = 5_000  # rows that are changed to have a null, over all features
LIMITS = 100  # thresholds of a feature at most, each with the numbers beside it
NULLS = 0.2  # the share of cells that are null in rows that have several
SINGLE = 3.4028234663852886e38  # the largest number of single precision
TOO_LARGE = 1e300  # for single precision
NUMBERS = (0.0, 5e-324, 1e-310, 1e-45, SINGLE, TOO_LARGE, 1.7e308, math.inf)
INTEGERS = (0, 1, 2**31, 2**53 + 1, 2**63 - 1)


def groups(
    contract: Contract, rows: "pa.Table", limits: Mapping[str, Sequence[float]]
) -> "Iterator[tuple[str, pa.Table]]":
    """Tables of the features, by what is special about their rows.

    `limits` are the thresholds of features, where they are known. A pipeline may refuse the rows of
    a group, such as those with a number that is too large for it.
    """
    features = contract.features
    rows = rows.select(list(features))
    few = evenly(rows, max(5, CHANGED // len(features)))
    yield "test rows", evenly(rows, REAL)
    for name, feature in features.items():
        yield f"null {name}", changed(few, name, [None] * len(few))
        if feature.type == "category":
            texts = [UNSEEN, "", *feature.known, *(feature.categories or [])]
            yield f"categories of {name}", in_turn(few, name, texts)
        elif feature.type == "boolean":
            yield f"both of {name}", in_turn(few, name, [True, False])
        elif limits.get(name):
            yield f"thresholds of {name}", in_turn(few, name, around(limits[name], feature.type))
    yield "nulls", with_nulls(few)
    for kind, values in (("number", NUMBERS), ("integer", INTEGERS)):
        for value in values:
            if found := with_extremes(few, contract, kind, value):
                yield extreme(kind, value), found


def extreme(kind: str, value: float) -> str:
    """What the group is called that has a value and its negative in each feature of a type."""
    return f"{kind} {value:g}"


def evenly(rows: "pa.Table", most: int) -> "pa.Table":
    """At most so many rows, evenly over the table."""
    return rows if len(rows) <= most else rows.take(places(len(rows), most))


def places(rows: int, most: int) -> list[int]:
    """The places of at most so many rows, evenly over all."""
    count = min(rows, most)
    return [place * rows // count for place in range(count)]


def changed(rows: "pa.Table", name: str, values: list[Any]) -> "pa.Table":
    """The rows with other values in a column, of the same type."""
    import pyarrow as pa

    place = rows.column_names.index(name)
    array = pa.array(values, rows.schema.field(place).type)
    return rows.set_column(place, rows.schema.field(place), array)


def in_turn(rows: "pa.Table", name: str, values: Sequence[Any]) -> "pa.Table":
    """A row for each value of a column; what else it has is a real row's."""
    chosen = rows.take([place % len(rows) for place in range(len(values))])
    return changed(chosen, name, list(values))


def around(limits: Sequence[float], kind: str) -> list[float]:
    """Thresholds and the next numbers on both sides, of double and of single precision."""
    import numpy as np

    distinct = np.unique(np.asarray(limits, float))
    chosen = distinct[np.unique(np.linspace(0, len(distinct) - 1, LIMITS).round().astype(int))]
    if kind == "integer":
        whole = np.unique([np.floor(chosen), np.ceil(chosen)])
        return [int(number) for number in whole if abs(number) < 2**63]
    single = chosen.astype(np.float32)
    beside = [
        np.nextafter(numbers, numbers.dtype.type(end))
        for numbers in (chosen, single)
        for end in (-math.inf, math.inf)
    ]
    found: list[float] = np.concatenate([chosen, single, *beside]).astype(float).tolist()
    return found


def with_nulls(rows: "pa.Table") -> "pa.Table":
    """The rows with nulls in many cells, and one row that has nothing else."""
    import numpy as np

    generator = np.random.default_rng(0)
    for name in rows.column_names:
        null = generator.random(len(rows)) < NULLS
        null[0] = True
        cells = zip(rows[name].to_pylist(), null.tolist(), strict=True)
        rows = changed(rows, name, [None if is_null else cell for cell, is_null in cells])
    return rows


def with_extremes(
    rows: "pa.Table", contract: Contract, kind: str, value: float
) -> "pa.Table | None":
    """Rows that have a value or its negative in one of the features of a type."""
    import pyarrow as pa

    names = [name for name, each in contract.features.items() if each.type == kind]
    low = -value - 1 if value == 2**63 - 1 else -value
    found = [in_turn(rows, name, [value, low]) for name in names]
    return pa.concat_tables(found) if found else None
