"""Pairs of models whose true difference is known, examined as the review examines them."""

import numpy as np
from mlops.config.tasks import LOWER_IS_BETTER
from mlops.model import intervals
from mlops.model.rows import Rows
from mlops.model.tasks import binary
from mlops.review.comparison import difference
from mlops.review.report import Difference
from numpy.random import Generator

KNOWN = binary.metrics()


def examined(
    metric: str, unit: np.ndarray, target: np.ndarray, candidate: np.ndarray, rival: np.ndarray
) -> Difference:
    """What the review says of two models on the same rows."""
    units = int(unit.max()) + 1
    exams = {
        name: Rows(target.astype(float), score, unit, np.arange(units), 0.5)
        for name, score in (("candidate", candidate), ("rival", rival))
    }
    sampled = intervals.bootstrap(exams, {metric: KNOWN[metric]}, units, rounds=400, seed=1)
    values = sampled["candidate"][metric] - sampled["rival"][metric]
    found = difference(values, units, 0.95, metric in LOWER_IS_BETTER)
    assert found is not None
    return found


def equal_pair(
    generator: Generator, days: int, rows: int, by_day: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Target, day and two scores that are equally good; `by_day` is the error that a day shares."""
    day = np.repeat(np.arange(days), rows)
    signal = generator.normal(size=days * rows)
    target = generator.random(days * rows) < 1 / (1 + np.exp(-signal))

    def score() -> np.ndarray:
        noise = generator.normal(size=days * rows) + by_day * generator.normal(size=days)[day]
        return 1 / (1 + np.exp(-(signal + noise)))

    return target, day, score(), score()


def unequal_pair(
    generator: Generator, days: int, rows: int, gain: float, by_day: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Two models whose accuracies differ by `gain` on average, and by +-`by_day` from day to day.

    Each row is right for one model only with a chance of 0.2, shared out between the two.
    """
    day = np.repeat(np.arange(days), rows)
    shift = gain + by_day * generator.choice([-1, 1], size=days)[day]
    draw = generator.random(days * rows)
    candidate_only = draw < (0.2 + shift) / 2
    rival_only = ~candidate_only & (draw < 0.2)
    both = draw > 0.5
    target = generator.random(days * rows) < 0.5

    def score(right: np.ndarray) -> np.ndarray:
        return np.where(right == target, 0.9, 0.1)

    return target, day, score(both | candidate_only), score(both | rival_only)
