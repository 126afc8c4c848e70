"""The rows of an exam, for metrics of many resamplings of them at once.

A metric takes `Rows` and `drawn`, shape (rounds, units): how often each round draws each of the
rows' units. It gives one value a round. Where each unit is drawn once, it is scikit-learn's metric
of that name.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Metric = Callable[["Rows", np.ndarray], np.ndarray]

FEW_UNITS = 512  # up to here rows are counted by score and unit once, and each round weighs counts
DENSE = 16_000_000  # ... where the table of these counts has at most so many cells


@dataclass(frozen=True)
class Rows:
    """Rows of one exam: target and unit, shape (rows,) each, and score.

    A score is a probability or a value, shape (rows,), or a probability for each class, shape
    (rows, classes); the target is then the class's place. `unit` counts within `units`, the numbers
    of the units that these rows belong to. The properties below are for a target of 0 and 1, and
    `threshold` is the probability from which on the model of that score calls a row positive.
    """

    target: "np.ndarray"
    score: "np.ndarray"
    unit: "np.ndarray"
    units: "np.ndarray"
    threshold: float | None = None

    def subset(self, chosen: "np.ndarray") -> "Rows":
        """The chosen rows, and only their units."""
        import numpy as np

        present, unit = np.unique(self.unit[chosen], return_inverse=True)
        return replace(
            self,
            target=self.target[chosen],
            score=self.score[chosen],
            unit=unit,
            units=self.units[present],
        )

    def total(self, values: "np.ndarray", drawn: "np.ndarray") -> "np.ndarray":
        """Sum values over the drawn rows, shape (rounds,)."""
        import numpy as np

        totals: np.ndarray = drawn @ np.bincount(self.unit, values, minlength=drawn.shape[1])
        return totals

    @property
    def labels(self) -> "np.ndarray":
        """The model's answers, shape (rows,): whether it calls a row positive."""
        assert self.threshold is not None  # composition holds it where there are two classes
        labels: np.ndarray = self.score >= self.threshold
        return labels

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


def once(
    metric: "Metric", target: "np.ndarray", score: "np.ndarray", threshold: float | None = None
) -> float:
    """The metric on all rows, each drawn once."""
    import numpy as np

    unit = np.zeros(len(target), int)
    return float(metric(Rows(target, score, unit, unit[:1], threshold), np.ones((1, 1)))[0])
