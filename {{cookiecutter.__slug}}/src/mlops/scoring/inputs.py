"""What an estimator reads: the columns of a table, encoded, imputed and scaled as in training."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate
from typing import Literal

import numpy as np
from mlops.scoring import columns
from mlops.scoring.columns import Columns, Values
from msgspec import Struct

AT_ONCE = 10_000  # rows of a matrix


class Input(Struct, frozen=True):
    """What one feature becomes.

    `number`: itself, null as `fill`, or NaN where that is None; less `centre`, over `scale`.
    `missing`: 1 where the feature is null, else 0; centred and scaled too. `ordinal`: the text's
    code, below `size`, or NaN for none. `one_hot`: as many inputs, of which the code's is 1.
    """

    feature: str
    kind: Literal["number", "missing", "ordinal", "one_hot"]
    fill: float | None = None
    centre: float = 0.0
    scale: float = 1.0
    codes: dict[str, int] = {}
    unseen: int | None = None
    null: int | None = None
    size: int = 0

    @property
    def width(self) -> int:
        """How many inputs it is."""
        return self.size if self.kind == "one_hot" else 1

    @property
    def is_direct(self) -> bool:
        """Whether it is the feature's number or code as it is."""
        is_raw = (self.fill, self.centre, self.scale) == (None, 0, 1)
        return self.kind == "ordinal" or (self.kind == "number" and is_raw)

    def check(self) -> None:
        """Raise `ValueError` where a code is out of range."""
        codes = {*self.codes.values(), self.unseen, self.null} - {None}
        if not all(0 <= code < self.size for code in codes if code is not None):
            raise ValueError(f"a code of {self.feature} is out of range")


Codes = dict[str | None, int]


def known(category: Input) -> tuple[Codes, int]:
    """The code of each text and of null (None), and that of others; `size` stands for none."""
    null = category.size if category.null is None else category.null
    unseen = category.size if category.unseen is None else category.unseen
    codes: Codes = {None: null}
    return codes | category.codes, unseen


class Matrix:
    """What the estimator reads of a table."""

    def __init__(self, inputs: list[Input]) -> None:
        self.width = sum(each.width for each in inputs)
        starts = accumulate((each.width for each in inputs), initial=0)
        self.steps = [
            (each.feature, step(each, start)) for each, start in zip(inputs, starts, strict=False)
        ]

    def blocks(self, table: Columns) -> Iterator[np.ndarray]:
        """The rows, some at a time, shape (rows, inputs)."""
        rows = len(table[self.steps[0][0]])
        for start in range(0, max(rows, 1), AT_ONCE):
            found = np.zeros((min(AT_ONCE, rows - start), self.width))
            for feature, fill in self.steps:
                fill(table[feature][start : start + AT_ONCE], found)
            yield found


def step(each: Input, start: int) -> Callable[[Values, np.ndarray], None]:
    """Fill in an input's columns of a matrix, from `start` on."""
    if each.kind in ("number", "missing"):
        return partial(fill_number, each, start)
    codes, unseen = known(each)
    if each.kind == "ordinal":
        numbers = np.append(np.arange(each.size, dtype=float), np.nan)
        return partial(fill_ordinal, codes, unseen, numbers, start)
    return partial(fill_one_hot, codes, unseen, each.size, start)


def fill_number(each: Input, start: int, values: Values, found: np.ndarray) -> None:
    """A number, or what is missing of it."""
    given = columns.numbers(values)
    found[:, start] = given if each.is_direct else scaled(given, each)


def fill_ordinal(
    codes: Codes, unseen: int, numbers: np.ndarray, start: int, values: Values, found: np.ndarray
) -> None:
    """The number of each text's code."""
    found[:, start] = numbers.take(columns.places(values, codes, unseen))


def fill_one_hot(
    codes: Codes, unseen: int, size: int, start: int, values: Values, found: np.ndarray
) -> None:
    """1 in the column of each text's code."""
    places = columns.places(values, codes, unseen)
    there = np.flatnonzero(places < size)
    found[there, start + places[there]] = 1


def scaled(values: np.ndarray, number: Input) -> np.ndarray:
    """A number or what is missing of it, as the estimator reads it, shape (rows,)."""
    if number.kind == "missing":
        values = np.isnan(values).astype(float)
    elif number.fill is not None:
        values = np.where(np.isnan(values), number.fill, values)
    return (values - number.centre) / number.scale
