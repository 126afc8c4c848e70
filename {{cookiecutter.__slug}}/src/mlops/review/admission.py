"""Admit another model to the exam: on which rows it is judged fairly, and by which scores."""

from typing import TYPE_CHECKING, NamedTuple

from mlops.config.schema import Data
from mlops.review.recorded import recorded_scores, same_test_rows
from mlops.review.report import Rival, clip
from mlops.review.rivals import Model
from mlops.review.same_rows import key_holds
from mlops.review.scoring import Scored
from mlops.review.seen import seen_rows
from msgspec.structs import replace

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# Between two scores of one row by one model, relative to scores over 1: as far as a scorer may be
# from the pipeline that it was made of.
TOLERANCE = 1e-6


class Admission(NamedTuple):
    """A rival, the rows that it was not trained on, shape (rows,), and its scores on all rows."""

    rival: Rival | None
    keep: "np.ndarray"
    score: "np.ndarray | None" = None


def admit(
    rival: Rival | None,
    scored: Scored | None,
    model: Model | None,
    table: "pd.DataFrame",
    data: Data,
) -> Admission:
    """Judge a rival on rows that it has not seen, by its own scores.

    What it scored itself at its commit counts where its inputs have changed since. A
    cross-validated model has seen all rows of its time; its record is of models that had not.
    """
    import numpy as np

    everything = np.ones(len(table), bool)
    if rival is None or rival.commit is None or scored is None or model is None:
        return Admission(rival, everything)
    if scored.score is None:
        return Admission(replace(rival, problem=clip(scored.problem)), everything)
    if model.cross_validated:
        recorded = recorded_scores(table, data, rival.commit)
        if recorded is None:
            problem = "the scores of its cross-validation cannot be had"
            return Admission(replace(rival, problem=problem), everything)
        score = np.where(np.isfinite(recorded), recorded, scored.score)
        return Admission(replace(rival, rows=len(table), left_out=0), everything, score)
    seen = seen_rows(table, data, rival.commit)
    left_out = None if seen is None else int(seen.sum())
    if left_out == len(table):
        problem = f"it was trained on all {left_out:,} test rows"
        if not key_holds(data, rival.commit):
            problem = (
                f"it was trained on rows like each of the {left_out:,} test rows: a key in"
                " conf/data/ would tell them apart"
            )
        return Admission(replace(rival, problem=problem, left_out=left_out), everything)
    rival = replace(rival, rows=len(table) - (left_out or 0), left_out=left_out)
    score, changed = own_scores(scored.score, table, data, rival.commit or "")
    keep = everything if seen is None else ~seen
    return Admission(replace(rival, other_inputs=int(changed.sum())), keep, score)


def own_scores(
    given: "np.ndarray", table: "pd.DataFrame", data: Data, commit: str
) -> "tuple[np.ndarray, np.ndarray]":
    """The scores, the recorded ones where they are others; and which rows those are."""
    import numpy as np

    unchanged = np.zeros(len(table), bool)
    if same_test_rows(commit):
        return given, unchanged
    recorded = recorded_scores(table, data, commit)
    if recorded is None:
        return given, unchanged
    changed = apart(given, recorded) > TOLERANCE
    by_row = changed.reshape(-1, *(1,) * (given.ndim - 1))
    return np.where(by_row, recorded, given), changed


def apart(one: "np.ndarray", other: "np.ndarray") -> "np.ndarray":
    """How far two scores of each row are apart, shape (rows,); NaN where one is not known."""
    import numpy as np

    distance: np.ndarray = np.abs(one - other) / np.maximum(1, np.abs(other))
    return distance if distance.ndim == 1 else distance.max(axis=1)
