"""The rungs of the ladder: how scores are computed, the quickest first."""

from collections.abc import Callable
from functools import partial

import numpy as np
from mlops.scoring import outputs
from mlops.scoring.archive import Members
from mlops.scoring.columns import Columns
from mlops.scoring.document import Document

Scores = Callable[[Columns], np.ndarray]


def scores(document: Document, members: Members) -> Scores:
    """The function from columns to scores. Raise `ValueError` for members that do not fit."""
    for each in document.inputs:
        each.check()
    if document.contract.rung not in RUNGS:
        raise ValueError(f"there is no rung {document.contract.rung}")
    return RUNGS[document.contract.rung](document, members)


def masks(document: Document, members: Members) -> Scores:
    """Trees of at most 64 leaves."""
    from mlops.scoring.masks import Masks

    margins, finish = Masks(members, document.inputs).margins, outputs.finisher(document.output)
    return lambda columns: finish(margins(columns))


def pipeline(document: Document, members: Members) -> Scores:
    """The scikit-learn pipeline itself, on a table of the types that it was fitted on."""
    from mlops.scoring import fallback

    return partial(fallback.of_pipeline, fallback.model(members), document.contract)


RUNGS: dict[str, Callable[[Document, Members], Scores]] = {
    "masks": masks,
    "pipeline": pipeline,
}
