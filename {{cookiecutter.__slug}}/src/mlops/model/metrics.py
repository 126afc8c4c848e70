"""Metrics of binary classification, for many resamplings of the same rows at once.

A metric takes `Rows` and `drawn`, shape (rounds, units): how often each round draws each of the
rows' units. It gives one value a round. Where each unit is drawn once, it is scikit-learn's metric
of that name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Metric = Callable[["Rows", np.ndarray], np.ndarray]

FEW_UNITS = 512  # up to here rows are counted by score and unit once, and each round weighs counts
LOWER_IS_BETTER = ("log_loss", "brier_score")
DENSE = 16_000_000  # ... where the table of these counts has at most so many cells


@dataclass(frozen=True)
class Rows:
    """Rows of one exam: target (0 or 1), score (probability of 1) and unit, shape (rows,) each.

    `unit` counts within `units`, the numbers of the units that these rows belong to.
    """

    target: "np.ndarray"
    score: "np.ndarray"
    unit: "np.ndarray"
    units: "np.ndarray"

    def subset(self, chosen: "np.ndarray") -> "Rows":
        """The chosen rows, and only their units."""
        import numpy as np

        present, unit = np.unique(self.unit[chosen], return_inverse=True)
        return Rows(self.target[chosen], self.score[chosen], unit, self.units[present])

    def total(self, values: "np.ndarray", drawn: "np.ndarray") -> "np.ndarray":
        """Sum values over the drawn rows, shape (rounds,)."""
        import numpy as np

        totals: np.ndarray = drawn @ np.bincount(self.unit, values, minlength=drawn.shape[1])
        return totals

    @cached_property
    def order(self) -> "np.ndarray":
        """The rows by score, lowest first."""
        import numpy as np

        return np.argsort(self.score, kind="stable")

    @cached_property
    def starts(self) -> "np.ndarray":
        """Where in `order` each distinct score begins."""
        import numpy as np

        return np.flatnonzero(np.diff(self.score[self.order], prepend=-np.inf))

    @cached_property
    def is_dense(self) -> bool:
        """Whether a table of scores by units is small enough to be made."""
        return len(self.units) <= FEW_UNITS and len(self.starts) * len(self.units) <= DENSE

    @cached_property
    def positives(self) -> "np.ndarray":
        """Positives by distinct score, lowest first, and unit, shape (scores, units)."""
        return self.by_score(True)

    @cached_property
    def negatives(self) -> "np.ndarray":
        """Negatives by distinct score, lowest first, and unit, shape (scores, units)."""
        return self.by_score(False)

    def by_score(self, positive: bool) -> "np.ndarray":
        """Count one class of each unit at each distinct score."""
        import numpy as np

        chosen, units = self.target[self.order] == positive, len(self.units)
        scores = np.repeat(
            np.arange(len(self.starts)), np.diff(self.starts, append=len(self.order))
        )
        cell = scores[chosen] * units + self.unit[self.order][chosen]
        counts = np.bincount(cell, minlength=len(self.starts) * units)
        return counts.reshape(-1, units).astype(float)

    def drawn_by_score(self, positive: bool, drawn: "np.ndarray") -> "np.ndarray":
        """Count the drawn rows of one class at each distinct score, shape (rounds, scores)."""
        import numpy as np

        chosen = self.target[self.order] == positive
        return np.add.reduceat(drawn[:, self.unit[self.order]] * chosen, self.starts, axis=1)

    @cached_property
    def pairs(self) -> "np.ndarray":
        """The pairs of a positive above a negative, ties half, by their units: (units, units)."""
        import numpy as np

        below = np.cumsum(self.negatives, axis=0) - self.negatives / 2
        pairs: np.ndarray = self.positives.T @ below
        return pairs

    @cached_property
    def found(self) -> "tuple[np.ndarray, np.ndarray]":
        """Positives and negatives by unit, from the highest score that a positive has down.

        The negatives between two such scores are counted with the lower one: precision is asked for
        at positives only. Shape (scores of positives, units) each.
        """
        import numpy as np

        rows = np.flatnonzero(self.positives[::-1].any(axis=1))
        positives, negatives = self.positives[::-1][rows], self.negatives[::-1]
        starts = np.concatenate([[0], rows[:-1] + 1])
        return positives, np.add.reduceat(negatives[: rows[-1] + 1], starts, axis=0)


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


def labelled(threshold: float) -> "dict[str, Metric]":
    """The metrics of labels that are positive from a probability of `threshold` on."""

    def accuracy(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
        """Share of rows that are labelled right."""
        return mean((rows.score >= threshold) == rows.target, rows, drawn)

    def f1(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
        """Harmonic mean of precision and recall."""
        label = rows.score >= threshold
        both = rows.total(label * rows.target, drawn)
        return ratio(2 * both, rows.total(label + rows.target, drawn), 0)

    def precision(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
        """Share of positives among the rows labelled positive."""
        label = rows.score >= threshold
        return ratio(rows.total(label * rows.target, drawn), rows.total(label, drawn), 0)

    def recall(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
        """Share of the positives that are labelled positive."""
        label = rows.score >= threshold
        return ratio(rows.total(label * rows.target, drawn), rows.total(rows.target, drawn), 0)

    return {metric.__name__: metric for metric in (accuracy, f1, precision, recall)}


def binary(threshold: float) -> "dict[str, Metric]":
    """All metrics of binary classification by their standard names."""
    scored = (roc_auc, average_precision, log_loss, brier_score)
    return {metric.__name__: metric for metric in scored} | labelled(threshold)


def mean(values: "np.ndarray", rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Mean of values over the drawn rows, shape (rounds,); NaN where a round drew none."""
    import numpy as np

    return ratio(rows.total(values, drawn), rows.total(np.ones(len(rows.unit)), drawn), np.nan)


def ratio(above: "np.ndarray", below: "np.ndarray", otherwise: float) -> "np.ndarray":
    """Divide; `otherwise` where there is nothing to divide by."""
    import numpy as np

    result = np.full(above.shape, float(otherwise))
    np.divide(above, below, out=result, where=below > 0)
    return result
