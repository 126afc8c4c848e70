"""Trees as `mlops.scoring.masks` takes them."""

from typing import TYPE_CHECKING

from mlops.export import trees
from mlops.export.errors import UnsupportedError
from mlops.export.trees import CATEGORY, LEAF, NUMBER, Ensemble, Tree
from mlops.scoring.archive import packed
from mlops.scoring.inputs import Input

if TYPE_CHECKING:
    import numpy as np

LARGEST = 64_000_000  # bytes of the table that a scorer holds in memory


class Table:
    """The lines of a table of masks, and what is in them besides ones.

    A number has a line for each interval between its `limits`, a category one for each code; the
    last one is that of null.
    """

    def __init__(self, inputs: list[Input], read: list[Tree]) -> None:
        self.inputs = inputs
        self.limits = [limits_of(read, number, each) for number, each in enumerate(inputs)]
        self.starts = [0]
        for each, limits in zip(inputs, self.limits, strict=True):
            intervals = each.size if each.kind == "ordinal" else len(limits) + 1
            self.starts.append(self.starts[-1] + intervals + 1)
        self.places = [{limit: i for i, limit in enumerate(limits)} for limits in self.limits]
        self.masks: dict[tuple[int, int], int] = {}

    def add(self, tree: Tree, number: int) -> list[int]:
        """Put a tree's nodes in; give its leaves, from left to right."""
        leaves: list[int] = []

        def walk(node: int) -> None:
            if tree.kind[node] == LEAF:
                leaves.append(node)
                return
            first = len(leaves)
            walk(tree.left[node])
            ruled_out = (1 << len(leaves)) - (1 << first)
            for line in self.lines(tree, node):
                self.masks[line, number] = self.masks.get((line, number), -1) & ~ruled_out
            walk(tree.right[node])

        walk(0)
        return leaves

    def lines(self, tree: Tree, node: int) -> list[int]:
        """The lines where a node is false; of a number, the first one, and that of null."""
        place, limit = tree.feature[node], tree.limit[node]
        start, null = self.starts[place], self.starts[place + 1] - 1
        if self.inputs[place].kind == "ordinal":
            codes, listed = range(self.inputs[place].size), tree.codes[node]
            if tree.kind[node] == NUMBER:
                found = [start + code for code in codes if not code <= limit]
            else:
                found = [start + code for code in codes if (code in listed) == tree.inverted[node]]
        elif tree.kind[node] == CATEGORY:
            raise UnsupportedError("a number is split as a category")
        else:
            found = [start + self.places[place][limit] + 1] if limit in self.places[place] else []
        return found if tree.null[node] else [*found, null]


def members(ensemble: Ensemble, inputs: list[Input]) -> dict[str, bytes]:
    """The arrays of a scorer. Raise `UnsupportedError` where masks cannot hold the trees."""
    import numpy as np

    if not all(each.is_direct for each in inputs):
        raise UnsupportedError("its inputs are scaled or one-hot")
    header = ensemble.model.get_header_accessor()
    if header.get_field("average_tree_output")[0]:
        raise UnsupportedError("its trees are averaged")
    classes, base = header.get_field("class_id"), header.get_field("base_scores")
    if set(np.bincount(classes, minlength=len(base)).tolist()) != {len(classes) // len(base)}:
        raise UnsupportedError("some classes have more trees than others")
    order = np.argsort(classes, kind="stable")
    read = [trees.tree(ensemble, number) for number in order.tolist()]
    width = width_of(read)
    table = Table(inputs, read)
    if (size := table.starts[-1] * len(read) * width // 8) > LARGEST:
        raise UnsupportedError(f"its masks would take {size / 1e6:.0f} MB")
    leaves = np.zeros((len(read), width), read[0].value.dtype)
    for number, tree in enumerate(read):
        there = table.add(tree, number)
        leaves[number, : len(there)] = tree.value[there]
    leaves = leaves.reshape(len(base), -1, width)
    leaves[:, 0] += base.astype(leaves.dtype)[:, None]  # so that sums are those of the library
    where = np.array(list(table.masks), np.int32).reshape(-1, 2)
    kind = np.uint32 if width == 32 else np.uint64
    ones = (1 << width) - 1
    return {
        "counts.npy": packed(np.array([len(limits) for limits in table.limits], np.int64)),
        "thresholds.npy": packed(np.concatenate([*table.limits, []])),
        "lines.npy": packed(where[:, 0]),
        "trees.npy": packed(where[:, 1]),
        "masks.npy": packed(np.array([mask & ones for mask in table.masks.values()], kind)),
        "leaves.npy": packed(leaves),
    }


def width_of(read: list[Tree]) -> int:
    """How many bits a mask has: 32 or 64."""
    most = max(tree.kind.count(LEAF) for tree in read)
    if most > 64:
        raise UnsupportedError(f"a tree has {most} leaves, and a mask 64 bits")
    return 32 if most <= 32 else 64


def limits_of(read: list[Tree], number: int, each: Input) -> "np.ndarray":
    """The limits of all conditions on a number, rising, without those that are always true."""
    import numpy as np

    found: set[float] = set()
    if each.kind == "number":
        for tree in read:
            nodes = zip(tree.kind, tree.feature, tree.limit, strict=True)
            found |= {limit for *place, limit in nodes if place == [NUMBER, number]}
    return np.array(sorted(found - {np.inf}), float)
