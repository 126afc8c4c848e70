"""Binary classification: the target is true or false, a score is the probability of true."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlops.config.schema import Evaluation
from mlops.model import curves
from mlops.model.plot import Plot
from mlops.model.rows import Rows, mean, ratio

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from mlops.model.rows import Metric

LOSS = "log_loss"
METHOD = "predict_proba"


def target(cells: "pd.Series[Any]", classes: Sequence[str]) -> "np.ndarray":
    """0 and 1, shape (rows,)."""
    return cells.to_numpy().astype(float)


def score(output: "np.ndarray", known: Sequence[Any], classes: Sequence[str]) -> "np.ndarray":
    """The probability of true, shape (rows,)."""
    return output[:, 1]


def baseline(target: "np.ndarray", classes: Sequence[str]) -> "np.ndarray":
    """What is said of every row without looking at it: the share of positives."""
    import numpy as np

    return np.asarray(target.mean())


def metrics(evaluation: Evaluation | None = None) -> "dict[str, Metric]":
    """All metrics by their names in scikit-learn."""
    of_scores = (roc_auc, average_precision, log_loss, brier_score)
    of_labels = (accuracy, f1, precision, recall)
    return {metric.__name__: metric for metric in (*of_scores, *of_labels)}


def by_class(classes: Sequence[str]) -> "dict[str, dict[str, Metric]]":
    """No figures by class: precision and recall are those of the positives."""
    return {}


def rates(
    target: "np.ndarray", score: "np.ndarray", evaluation: Evaluation
) -> "dict[str, np.ndarray]":
    """What is averaged over a group of people: labelled positive, and labelled wrongly."""
    label = score >= limit(evaluation)
    return {"selection_rate": label, "error_rate": label != target}


def expectation(target: "np.ndarray", score: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """What was predicted and what came, shape (rows,) each, for calibration."""
    return score, target


def plots(
    target: "np.ndarray", score: "np.ndarray", classes: Sequence[str], evaluation: Evaluation
) -> dict[str, Plot]:
    """The plots of a run, by the name of their file."""
    labels = score >= limit(evaluation)
    return {
        "roc": curves.roc(target, score),
        "precision_recall": curves.precision_recall(target, score),
        "calibration": curves.calibration(*expectation(target, score), "probability"),
        "confusion": curves.confusion(target, labels, ["negative", "positive"]),
    }


def limit(evaluation: Evaluation) -> float:
    """From which probability on a row counts as positive; composition holds that it is there."""
    assert evaluation.threshold is not None
    return evaluation.threshold


def roc_auc(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Area under the ROC curve: the chance that a positive scores above a negative, ties half.

    Where units are few, the pairs are counted once for each two units, and each round only weighs
    these counts.
    """
    import numpy as np

    positives = rows.total(rows.target, drawn)
    negatives = rows.total(1 - rows.target, drawn)
    if rows.is_dense:
        above = ((drawn @ rows.pairs) * drawn).sum(1)
    else:
        lower = rows.drawn_by_score(False, drawn)
        higher = rows.drawn_by_score(True, drawn)
        above = (higher * (np.cumsum(lower, axis=1) - lower / 2)).sum(1)
    return ratio(above, positives * negatives, np.nan)


def average_precision(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Precision averaged over the gains in recall, from the highest score down."""
    import numpy as np

    if not rows.target.any():
        return np.full(len(drawn), np.nan)
    if rows.is_dense:
        positive, negative = (drawn @ counts.T for counts in rows.found)
    else:
        positive = rows.drawn_by_score(True, drawn)[:, ::-1]
        negative = rows.drawn_by_score(False, drawn)[:, ::-1]
    found = np.cumsum(positive, axis=1)
    precision = ratio(found, found + np.cumsum(negative, axis=1), 0)
    return ratio((positive * precision).sum(1), found[:, -1], np.nan)


def log_loss(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Mean of -log of the probability given to what happened."""
    import numpy as np

    tiny = np.finfo(rows.score.dtype).eps
    given = np.where(rows.target == 1, rows.score, 1 - rows.score)
    return mean(-np.log(np.clip(given, tiny, 1 - tiny)), rows, drawn)


def brier_score(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Mean squared distance of the probability from what happened."""
    return mean((rows.score - rows.target) ** 2, rows, drawn)


def accuracy(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Share of rows that are labelled right."""
    return mean(rows.labels == rows.target, rows, drawn)


def f1(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Harmonic mean of precision and recall."""
    both = rows.total(rows.labels * rows.target, drawn)
    return ratio(2 * both, rows.total(rows.labels + rows.target, drawn), 0)


def precision(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Share of positives among the rows labelled positive."""
    both = rows.total(rows.labels * rows.target, drawn)
    return ratio(both, rows.total(rows.labels, drawn), 0)


def recall(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Share of the positives that are labelled positive."""
    both = rows.total(rows.labels * rows.target, drawn)
    return ratio(both, rows.total(rows.target, drawn), 0)
