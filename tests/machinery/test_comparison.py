"""Differences between models: against independent implementations, and by simulation."""

from math import sqrt

import numpy as np
import pytest
from mlops.model import intervals
from mlops.model.rows import Rows
from mlops.model.tasks import binary
from mlops.review.comparison import difference, standard_error
from scipy import stats
from sklearn.metrics import roc_auc_score

from machinery.simulations import equal_pair, examined, unequal_pair

PAIRS = 200


def share_called_different(metric: str, resample: str, by_day: float, seed: int) -> float:
    generator = np.random.default_rng(seed)
    readings = []
    for _ in range(PAIRS):
        target, day, *scores = equal_pair(generator, days=30, rows=25, by_day=by_day)
        unit = np.arange(len(day)) if resample == "row" else day
        readings.append(examined(metric, unit, target, *scores).reading)
    return float(np.mean([reading != "no_difference" for reading in readings]))


@pytest.mark.parametrize("metric", ["roc_auc", "log_loss"])
def test_equal_models_with_independent_errors_are_seldom_called_different(metric: str) -> None:
    assert share_called_different(metric, "row", by_day=0, seed=11) <= 0.07
    assert share_called_different(metric, "day", by_day=0, seed=12) <= 0.07


@pytest.mark.parametrize("metric", ["roc_auc", "log_loss"])
def test_equal_models_whose_errors_cluster_by_day_are_seldom_called_different(metric: str) -> None:
    assert share_called_different(metric, "day", by_day=1.0, seed=13) <= 0.07


def test_drawing_rows_would_call_clustered_errors_different() -> None:
    """What the default, resampling days, protects from: the simulation does tell them apart."""
    assert share_called_different("log_loss", "row", by_day=2.0, seed=14) > 0.15


@pytest.mark.parametrize(
    ("resample", "days", "rows", "by_day"),
    [("row", 10, 100, 0.0), ("day", 30, 40, 0.0), ("day", 30, 40, 0.08)],
    ids=["rows", "days", "clustered days"],
)
def test_a_difference_of_80_percent_power_is_found_that_often(
    resample: str, days: int, rows: int, by_day: float
) -> None:
    """The power of the t test on paired means, by the noncentral t distribution."""
    units = days * rows if resample == "row" else days
    variance = 0.2 / (days * rows) + by_day**2 / days
    gain = gain_for_power(0.8, sqrt(variance), units)
    generator = np.random.default_rng(21)
    found = []
    for _ in range(2 * PAIRS):
        target, day, *scores = unequal_pair(generator, days, rows, gain, by_day)
        unit = np.arange(len(day)) if resample == "row" else day
        found.append(examined("accuracy", unit, target, *scores).reading)
    assert 0.75 <= np.mean([reading == "better" for reading in found]) <= 0.85


def gain_for_power(power: float, error: float, units: int) -> float:
    """The difference that a two-sided t test at 5 % finds with the given power."""
    critical = stats.t.ppf(0.975, units - 1)
    shifts = np.linspace(2, 4, 2001)
    powers = stats.nct.sf(critical, units - 1, shifts)
    return float(shifts[np.argmin(np.abs(powers - power))] * error)


def pair_of_scores(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    signal = generator.normal(size=rows)
    target = (generator.random(rows) < 1 / (1 + np.exp(-signal))).astype(float)
    return target, signal + generator.normal(size=rows), signal + 0.5 * generator.normal(size=rows)


def test_differences_are_those_of_resampled_tables() -> None:
    """The plain way: repeat the drawn days' rows and ask scikit-learn, round by round."""
    target, one, other = pair_of_scores(600, seed=5)
    unit = np.arange(600) // 30
    exams = {
        name: Rows(target, score, unit, np.arange(20))
        for name, score in (("one", one), ("other", other))
    }
    sampled = intervals.bootstrap(exams, {"roc_auc": binary.roc_auc}, 20, 50, seed=9)
    found = sampled["one"]["roc_auc"] - sampled["other"]["roc_auc"]
    for value, counts in zip(
        found, np.concatenate(list(intervals.draws(20, 600, 50, 9))), strict=True
    ):
        rows = np.concatenate(
            [np.flatnonzero(unit == day) for day in range(20) for _ in range(int(counts[day]))]
        )
        expected = roc_auc_score(target[rows], one[rows]) - roc_auc_score(target[rows], other[rows])
        assert value == pytest.approx(expected, abs=1e-12)


def test_independent_rows_have_delongs_standard_error() -> None:
    """E. DeLong et al., Comparing the areas under two or more correlated ROC curves, 1988."""
    target, one, other = pair_of_scores(1500, seed=6)
    unit = np.arange(1500)
    exams = {
        "one": Rows(target, one, unit, unit),
        "other": Rows(target, other, unit, unit),
    }
    sampled = intervals.bootstrap(exams, {"roc_auc": binary.roc_auc}, 1500, 2000, seed=1)
    found = standard_error(sampled["one"]["roc_auc"] - sampled["other"]["roc_auc"], 1500)
    assert found == pytest.approx(delong(target, one, other), rel=0.06)


def delong(target: np.ndarray, one: np.ndarray, other: np.ndarray) -> float:
    """The standard error of the difference of two areas, from the rows' placement values."""
    parts = []
    for score in (one, other):
        above, below = score[target == 1], score[target == 0]
        wins = (above[:, None] > below) + 0.5 * (above[:, None] == below)
        parts.append((wins.mean(axis=1), wins.mean(axis=0)))
    positives = parts[0][0] - parts[1][0]
    negatives = parts[0][1] - parts[1][1]
    variance = positives.var(ddof=1) / len(positives) + negatives.var(ddof=1) / len(negatives)
    return float(sqrt(variance))


def rounds_of(mean: float, error: float, rounds: int = 4000) -> np.ndarray:
    generator = np.random.default_rng(2)
    return np.concatenate([[mean], mean + error * generator.normal(size=rounds)])


def test_lower_is_better_reads_the_right_way_round() -> None:
    values = rounds_of(-0.02, 0.004)
    higher, lower = difference(values, 30, 0.95, False), difference(values, 30, 0.95, True)
    assert higher is not None
    assert lower is not None
    assert (higher.reading, lower.reading) == ("worse", "better")
    assert (higher.low, higher.high) == (lower.low, lower.high)


def test_many_looks_widen_the_interval_as_bonferroni_does() -> None:
    one, many = (difference(rounds_of(0.01, 0.004), 30, 0.95, False, looks) for looks in (1, 20))
    assert one is not None
    assert many is not None
    assert one.high is not None
    assert many.high is not None
    widths = stats.t.ppf([1 - 0.05 / 2, 1 - 0.05 / 40], 29)
    assert (many.high - 0.01) / (one.high - 0.01) == pytest.approx(widths[1] / widths[0], rel=1e-3)
    assert (one.reading, many.reading) == ("better", "no_difference")


def test_one_unit_tells_nothing() -> None:
    found = difference(np.array([0.1, np.nan, np.nan]), 1, 0.95, False)
    assert found is not None
    assert (found.value, found.low, found.high, found.reading) == (0.1, None, None, None)


def test_the_same_scores_make_no_difference() -> None:
    found = difference(np.zeros(100), 30, 0.95, False)
    assert found is not None
    assert (found.value, found.low, found.high, found.reading) == (0, 0, 0, "no_difference")
