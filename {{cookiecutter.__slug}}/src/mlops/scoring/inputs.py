"""What an estimator reads: the columns of a table, encoded, imputed and scaled as in training."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from mlops.scoring import columns
from mlops.scoring.columns import Columns
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


def known(category: Input) -> tuple[dict[str | None, int], int]:
    """The code of each text and of null (None), and that of others; `size` stands for none."""
    null = category.size if category.null is None else category.null
    unseen = category.size if category.unseen is None else category.unseen
    codes: dict[str | None, int] = {None: null}
    return codes | category.codes, unseen


def blocks(table: Columns, inputs: list[Input]) -> Iterator[Columns]:
    """The rows of what is read, some at a time: a matrix of them has to fit into memory."""
    read = {each.feature: table[each.feature] for each in inputs}
    rows = len(read[inputs[0].feature])
    for start in range(0, max(rows, 1), AT_ONCE):
        yield {name: values[start : start + AT_ONCE] for name, values in read.items()}


def matrix(table: Columns, inputs: list[Input]) -> np.ndarray:
    """What the estimator reads, shape (rows, inputs)."""
    rows = len(table[inputs[0].feature])
    found = np.zeros((rows, sum(each.width for each in inputs)))
    start = 0
    for each in inputs:
        values = table[each.feature]
        if each.kind in ("number", "missing"):
            found[:, start] = scaled(columns.numbers(values), each)
        else:
            codes = columns.places(values, *known(each))
            there = np.flatnonzero(codes < each.size)
            if each.kind == "one_hot":
                found[there, start + codes[there]] = 1
            else:
                found[:, start] = np.where(codes < each.size, codes, np.nan)
        start += each.width
    return found


def scaled(values: np.ndarray, number: Input) -> np.ndarray:
    """A number or what is missing of it, as the estimator reads it, shape (rows,)."""
    if number.kind == "missing":
        values = np.isnan(values).astype(float)
    elif number.fill is not None:
        values = np.where(np.isnan(values), number.fill, values)
    return (values - number.centre) / number.scale
