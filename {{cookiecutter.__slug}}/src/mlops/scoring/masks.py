"""Trees of at most 64 leaves, evaluated by bit masks: a row costs a few array operations.

Each node whose condition is false rules out the leaves to its left. A table has a line for each
interval between the thresholds of a feature (or each of its categories, or null) with a column for
each tree: the mask of the leaves that are left, one bit each. A row takes one line a feature; of
the leaves that all of these leave, the first is the one that it reaches.

C. Lucchese and others, QuickScorer: a Fast Algorithm to Rank Documents with Additive Ensembles of
Regression Trees, SIGIR 2015.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from mlops.scoring import columns
from mlops.scoring.archive import Members, unpacked
from mlops.scoring.columns import Columns, Values
from mlops.scoring.inputs import Input, known
from mlops.scoring.single import Single, is_single

AT_ONCE = 256 * 1024  # bytes of masks, so that they stay in the processor's cache
MASKS: dict[int, Any] = {32: np.uint32, 64: np.uint64}  # by how many leaves a tree may have


class Masks:
    """The margins of an ensemble: the sums of the leaves that a row reaches, in the trees' order.

    The members: `counts`, how many thresholds each input has, and `thresholds`, those of each in
    turn, rising; `lines`, `trees` and `masks`, of each node the line from which on it is false, its
    tree and the leaves that it then leaves; `leaves`, shape (classes, trees of a class, leaves).
    """

    def __init__(self, members: Members, inputs: list[Input]) -> None:
        leaves = unpacked(members, "leaves.npy", np.float32, np.float64)
        limits = limits_of(members, inputs)
        heights = map(height, inputs, limits)
        starts = np.cumsum([0, *heights]).tolist()
        self.table = filled(members, leaves, inputs, starts)
        self.one = self.table.dtype.type(1)
        self.shape = leaves.shape[:2]
        self.leaves = leaves.ravel()
        self.before = np.arange(len(self.table[0])) * leaves.shape[2] - 1  # each tree's leaves
        self.block = max(1, AT_ONCE // self.table[0].nbytes)
        places = list(zip(inputs, limits, starts, strict=False))
        self.finds = [(each.feature, finding(each, *place)) for each, *place in places]
        self.single = Single(self.table, leaves.reshape(-1, leaves.shape[2]), places)

    def margins(self, table: Columns) -> np.ndarray:
        """Shape (rows,), or (rows, classes) of more than one."""
        first = table[self.finds[0][0]]
        if is_single(first):
            lowest = np.frombuffer(self.single.lowest(table), self.table.dtype)
            alone: np.ndarray = self.sums(lowest)[None]
            return alone
        rows = len(first)
        lines = [find(table[name]) for name, find in self.finds]
        found = np.empty((rows, self.shape[0]) if self.shape[0] > 1 else rows, self.leaves.dtype)
        for start in range(0, rows, self.block):
            end = start + self.block
            left = self.table.take(lines[0][start:end], axis=0)
            for each in lines[1:]:  # not in one step: less has to be in the processor's cache
                left &= self.table.take(each[start:end], axis=0)
            found[start:end] = self.sums(left ^ (left - self.one))
        return found

    def sums(self, lowest: np.ndarray) -> Any:
        """The margin of a row, or of several, by the lowest bit that is left, and all below it."""
        values = self.leaves.take(np.bitwise_count(lowest) + self.before)
        if self.shape[0] > 1:
            values = values.reshape(*values.shape[:-1], *self.shape)
        return np.add.accumulate(values, axis=-1)[..., -1]


def limits_of(members: Members, inputs: list[Input]) -> list[np.ndarray]:
    """The thresholds of each input, and infinity, behind which NaN is put. Checked."""
    if not all(each.is_direct for each in inputs):
        raise ValueError("masks take numbers and codes as they are")
    thresholds = unpacked(members, "thresholds.npy", np.float64)
    counts = unpacked(members, "counts.npy", np.int64).tolist()
    if min(counts, default=0) < 0 or (len(counts), sum(counts)) != (len(inputs), len(thresholds)):
        raise ValueError("the thresholds are not those of the inputs")
    ends = np.cumsum([0, *counts]).tolist()
    limits = [np.append(thresholds[start:end], np.inf) for start, end in pairwise(ends)]
    if not all((np.diff(each) > 0).all() for each in limits):
        raise ValueError("the thresholds do not rise")
    return limits


def height(each: Input, limits: np.ndarray) -> int:
    """How many lines an input has; the last one is that of null."""
    return each.size + 1 if each.kind == "ordinal" else len(limits) + 1


def filled(
    members: Members, leaves: np.ndarray, inputs: list[Input], starts: list[int]
) -> np.ndarray:
    """The table of masks, shape (lines, trees): a node is false in all greater intervals too."""
    if leaves.ndim != 3 or leaves.shape[2] not in MASKS or not leaves.size:
        raise ValueError("leaves.npy has another shape")
    kind = MASKS[leaves.shape[2]]
    lines, trees = (unpacked(members, f"{name}.npy", np.int32) for name in ("lines", "trees"))
    masks = unpacked(members, "masks.npy", kind)
    table = np.full((starts[-1], leaves.shape[0] * leaves.shape[1]), np.iinfo(kind).max, kind)
    for numbers, most in ((lines, len(table)), (trees, table.shape[1])):
        if numbers.shape != masks.shape or (numbers < 0).any() or (numbers >= most).any():
            raise ValueError("a node is out of range")
    np.bitwise_and.at(table, (lines, trees), masks)
    for each, start, end in zip(inputs, starts[:-1], starts[1:], strict=True):
        if each.kind == "number":
            rising = table[start : end - 1]
            np.bitwise_and.accumulate(rising, axis=0, out=rising)
    if not np.bitwise_and.reduce(table, axis=0).all():
        raise ValueError("a row could reach no leaf")
    return table


def finding(each: Input, limits: np.ndarray, start: int) -> Callable[[Values], np.ndarray]:
    """How the lines of an input are found."""
    if each.kind == "ordinal":
        codes, unseen = known(each)
        codes = {text: start + code for text, code in codes.items()}
        return lambda values: columns.places(values, codes, start + unseen)

    def find(values: Values) -> np.ndarray:
        found: np.ndarray = start + limits.searchsorted(columns.numbers(values))
        return found

    return find
