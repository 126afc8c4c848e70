"""Linear models: each feature has a line in a table of weights, and a number for it."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from mlops.scoring import columns
from mlops.scoring.archive import Members, unpacked
from mlops.scoring.columns import Columns, Values
from mlops.scoring.inputs import Input, known, scaled

# From a cell to its line and number, and the same of many cells.
Find = tuple[Callable[[Any], tuple[int, float]], Callable[[Values], tuple[Any, Any]]]

AT_ONCE = 4096  # rows


class Linear:
    """The margins of a linear model: the sums of weights, times the numbers, and the intercept.

    The members: `weights`, shape (inputs, classes), and `intercept`, shape (classes,).
    """

    def __init__(self, members: Members, inputs: list[Input]) -> None:
        weights = unpacked(members, "weights.npy", np.float64)
        self.intercept = unpacked(members, "intercept.npy", np.float64)
        width = sum(each.width for each in inputs)
        if self.intercept.ndim != 1 or weights.shape != (width, len(self.intercept)):
            raise ValueError("the weights are not those of the inputs")
        self.weights = np.append(weights, np.zeros((1, weights.shape[1])), axis=0)
        starts = np.cumsum([0, *(each.width for each in inputs)]).tolist()
        self.finds = [
            (each.feature, *finding(each, start, width))
            for each, start in zip(inputs, starts, strict=False)
        ]

    def margins(self, table: Columns) -> np.ndarray:
        """Shape (rows,), or (rows, classes) of more than one."""
        first = table[self.finds[0][0]]
        rows = len(first)
        if rows == 1 and isinstance(first, list):
            pairs = [one(table[name][0]) for name, one, _ in self.finds]
            found = self.sums([line for line, _ in pairs], [number for _, number in pairs])
            return found if len(found) == 1 else found[None]
        lines = np.empty((rows, len(self.finds)), np.intp)
        numbers = np.empty(lines.shape)
        for place, (name, _, many) in enumerate(self.finds):
            lines[:, place], numbers[:, place] = many(table[name])
        found = np.empty((rows, len(self.intercept)))
        for start in range(0, rows, AT_ONCE):
            part = slice(start, start + AT_ONCE)
            found[part] = self.sums(lines[part], numbers[part])
        return found[:, 0] if found.shape[1] == 1 else found

    def sums(self, lines: Any, numbers: Any) -> np.ndarray:
        """The margins of one row, shape (classes,), or of several, (rows, classes)."""
        found: np.ndarray = np.vecmat(numbers, self.weights.take(lines, axis=0)) + self.intercept
        return found


def finding(each: Input, start: int, nothing: int) -> Find:
    """How the line and the number of an input are found; the line `nothing` has no weight."""
    if each.kind == "one_hot":
        return of_texts(each, start, nothing)
    return of_codes(each, start) if each.kind == "ordinal" else of_numbers(each, start)


def of_texts(each: Input, start: int, nothing: int) -> Find:
    """A text has the line of its code, once."""
    codes, unseen = known(each)
    lines = {text: start + code if code < each.size else nothing for text, code in codes.items()}
    other = start + unseen if unseen < each.size else nothing
    return (
        lambda text: (lines.get(text, other), 1.0),
        lambda texts: (columns.places(texts, lines, other), 1.0),
    )


def of_codes(each: Input, start: int) -> Find:
    """A text has one line, and its code for a number; NaN is for none."""
    codes, unseen = known(each)
    numbers = np.append(np.arange(each.size, dtype=float), math.nan)
    return (
        lambda text: (start, float(numbers[codes.get(text, unseen)])),
        lambda texts: (start, numbers.take(columns.places(texts, codes, unseen))),
    )


def of_numbers(each: Input, start: int) -> Find:
    """A number has one line; it is imputed and scaled."""
    fill = math.nan if each.fill is None else each.fill
    centre, scale = each.centre, each.scale
    zero, one = -centre / scale, (1 - centre) / scale

    def scaled_one(value: float | None) -> tuple[int, float]:
        number = math.nan if value is None else float(value)
        is_null = number != number
        if each.kind == "missing":
            return start, one if is_null else zero
        return start, ((fill if is_null else number) - centre) / scale

    return scaled_one, lambda values: (start, scaled(columns.numbers(values), each))
