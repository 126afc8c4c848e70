"""The rungs of the ladder: how scores are computed, the quickest first."""

from collections.abc import Callable

import numpy as np
from mlops.scoring.archive import Members, unpacked
from mlops.scoring.columns import Columns
from mlops.scoring.document import Document
from mlops.scoring.outputs import finisher, single

Scores = Callable[[Columns], np.ndarray]


def scores(document: Document, members: Members) -> Scores:
    """The function from columns to scores. Raise `ValueError` for members that do not fit."""
    for each in document.inputs:
        each.check()
    if document.contract.rung not in RUNGS:
        raise ValueError(f"there is no rung {document.contract.rung}")
    return RUNGS[document.contract.rung](document, members)


def constant(document: Document, members: Members) -> Scores:
    """The same for each row."""
    value = unpacked(members, "value.npy", np.float64)
    first, finish = next(iter(document.contract.features)), finisher(document.output)
    return lambda columns: finish(np.tile(value, (len(columns[first]), *[1] * value.ndim)))


def linear(document: Document, members: Members) -> Scores:
    """Weighted sums."""
    from mlops.scoring.linear import Linear

    margins, finish = Linear(members, document.inputs).margins, finisher(document.output)
    return lambda columns: finish(margins(columns))


def masks(document: Document, members: Members) -> Scores:
    """Trees of at most 64 leaves."""
    from mlops.scoring.masks import Masks
    from mlops.scoring.single import is_single

    trees, finish = Masks(members, document.inputs), finisher(document.output)
    alone, first = single(document.output), document.inputs[0].feature
    if alone is None or trees.shape[0] > 1 or trees.leaves.dtype != np.float64:
        return lambda columns: finish(trees.margins(columns))

    def scores(columns: Columns) -> np.ndarray:
        if is_single(columns[first]):
            return np.array([alone(trees.single.margin(columns))])
        return finish(trees.margins(columns))

    return scores


def treelite(document: Document, members: Members) -> Scores:
    """Trees of any size."""
    from mlops.scoring.treelite import Trees

    margins, finish = Trees(members, document).margins, finisher(document.output)
    return lambda columns: finish(margins(columns))


def predict(document: Document, members: Members) -> Scores:
    """scikit-learn's estimator, without its pipeline."""
    from mlops.scoring.fallback import Estimator

    return Estimator(members, document).scores


def pipeline(document: Document, members: Members) -> Scores:
    """scikit-learn's pipeline as it is."""
    from mlops.scoring.fallback import Whole

    return Whole(members, document).scores


RUNGS: dict[str, Callable[[Document, Members], Scores]] = {
    rung.__name__: rung for rung in (constant, linear, masks, treelite, predict, pipeline)
}
