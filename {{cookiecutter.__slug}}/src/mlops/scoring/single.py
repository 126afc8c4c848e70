"""A single row by the masks of trees: with integers of Python, since small arrays take longer."""

import struct
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from mlops.scoring.columns import Columns, Values
from mlops.scoring.inputs import Input, known

Find = Callable[[Any], int]

LANES = {4: "I", 8: "Q"}  # how `struct` names masks of so many bytes


class Single:
    """Combines the masks of the only row of a table.

    `masks` has shape (lines, trees), `leaves` (trees, leaves); of each input, the limits of its
    lines and the first of them.
    """

    def __init__(
        self,
        masks: np.ndarray,
        leaves: np.ndarray,
        inputs: Iterable[tuple[Input, np.ndarray, int]],
    ) -> None:
        lines = [integer(line) for line in masks]
        self.finds = [
            (each.feature, finding(each, limits, lines[start:])) for each, limits, start in inputs
        ]
        self.ones = integer(np.ones_like(masks[0]))
        self.size = masks[0].nbytes
        self.lanes = struct.Struct(f"={len(leaves)}{LANES[masks.itemsize]}").unpack
        self.leaves = [[0.0, *tree] for tree in leaves.tolist()]

    def margin(self, table: Columns) -> float:
        """The sum of the leaves, one after the other: to the bit what an array gives."""
        margin = 0.0
        for leaves, below in zip(self.leaves, self.lanes(self.lowest(table)), strict=True):
            margin += leaves[below.bit_length()]
        return margin

    def lowest(self, table: Columns) -> bytes:
        """The lowest bit that is left in each tree, and all bits below it."""
        left = -1
        for name, find in self.finds:
            left &= find(table[name][0])
        found = left ^ (left - self.ones)  # no tree borrows: in each, a bit is left
        return found.to_bytes(self.size, sys.byteorder)


def is_single(values: Values) -> bool:
    """Whether these are the values of a single row, as a list."""
    return isinstance(values, list) and len(values) == 1


def finding(each: Input, limits: np.ndarray, lines: list[int]) -> Find:
    """How the masks of a value are found, among lines that begin with those of the input."""
    if each.kind == "ordinal":
        codes, unseen = known(each)
        texts = {text: lines[code] for text, code in codes.items()}
        others = lines[unseen]
        return lambda value: texts.get(value, others)

    rising = limits.tolist()
    *between, missing = lines[: len(rising) + 1]

    def find(value: float | None) -> int:
        if value is None or value != value:
            return missing
        return between[bisect_left(rising, float(value))]

    return find


def integer(masks: np.ndarray) -> int:
    """The masks of all trees as one number."""
    return int.from_bytes(masks.tobytes(), sys.byteorder)
