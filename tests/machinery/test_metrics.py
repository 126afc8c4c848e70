"""Metrics of a yes or no against scikit-learn, intervals against theory."""

import numpy as np
import pytest
from mlops.model import intervals
from mlops.model.rows import Rows
from mlops.model.tasks import binary
from sklearn import metrics as reference

from machinery.simulations import KNOWN

THRESHOLD = 0.4
REFERENCES = {
    "roc_auc": lambda y, p, w: reference.roc_auc_score(y, p, sample_weight=w),
    "average_precision": lambda y, p, w: reference.average_precision_score(y, p, sample_weight=w),
    "log_loss": lambda y, p, w: reference.log_loss(y, p, sample_weight=w),
    "brier_score": lambda y, p, w: reference.brier_score_loss(y, p, sample_weight=w),
    "accuracy": lambda y, p, w: reference.accuracy_score(y, p >= THRESHOLD, sample_weight=w),
    "f1": lambda y, p, w: reference.f1_score(y, p >= THRESHOLD, sample_weight=w),
    "precision": lambda y, p, w: reference.precision_score(y, p >= THRESHOLD, sample_weight=w),
    "recall": lambda y, p, w: reference.recall_score(y, p >= THRESHOLD, sample_weight=w),
}


def exam(rows: int, units: int, seed: int = 0) -> Rows:
    """Rows with informative scores, many of them tied."""
    generator = np.random.default_rng(seed)
    target = (generator.random(rows) < 0.3).astype(float)
    score = np.clip(0.3 + 0.2 * target + 0.25 * generator.normal(size=rows), 0.01, 0.99).round(2)
    unit = generator.integers(units, size=rows) if units < rows else np.arange(rows)
    return Rows(target, score, unit, np.arange(units), THRESHOLD)


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("units", [20, 600, 900], ids=["few units", "many units", "rows"])
def test_every_resampling_is_scikit_learns_weighted_metric(name: str, units: int) -> None:
    rows = exam(900, units)
    drawn = np.concatenate(list(intervals.draws(units, 900, rounds=5, seed=3)))
    found = binary.metrics()[name](rows, drawn)
    for value, counts in zip(found, drawn, strict=True):
        weights = counts[rows.unit]
        kept = weights > 0
        expected = REFERENCES[name](rows.target[kept], rows.score[kept], weights[kept])
        assert value == pytest.approx(expected, abs=1e-12)


def test_all_standard_names_are_there() -> None:
    assert set(KNOWN) == set(REFERENCES)


def test_the_first_draw_is_each_unit_once_and_the_rest_are_of_full_size() -> None:
    drawn = np.concatenate(list(intervals.draws(50, 1000, rounds=200, seed=1)))
    assert drawn.shape == (201, 50)
    assert (drawn[0] == 1).all()
    assert (drawn.sum(axis=1) == 50).all()
    assert drawn[1:].mean() == pytest.approx(1)
    again = np.concatenate(list(intervals.draws(50, 1000, rounds=200, seed=1)))
    np.testing.assert_array_equal(drawn, again)


def test_chunks_do_not_change_the_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = np.concatenate(list(intervals.draws(30, 30, rounds=100, seed=5)))
    monkeypatch.setattr(intervals, "CELLS", 300)
    np.testing.assert_array_equal(whole, np.concatenate(list(intervals.draws(30, 30, 100, 5))))


def test_a_proportion_has_its_textbook_interval() -> None:
    """Accuracy is a mean: its interval is the normal one, 1.96 standard errors to each side."""
    generator = np.random.default_rng(4)
    target = (generator.random(4000) < 0.5).astype(float)
    score = np.where(generator.random(4000) < 0.8, target, 1 - target) * 0.8 + 0.1
    rows = Rows(target, score, np.arange(4000), np.arange(4000), 0.5)
    sampled = intervals.bootstrap({"m": rows}, KNOWN, 4000, 2000, seed=0)
    found = intervals.interval(sampled["m"]["accuracy"], 0.95)
    value, low, high = found["value"], found["low"], found["high"]
    assert value is not None
    assert low is not None
    assert high is not None
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(value * (1 - value) / 4000), rel=0.1)


def test_rows_of_one_day_are_not_independent() -> None:
    """With days that differ, resampling rows gives a far narrower interval than days do."""
    generator = np.random.default_rng(7)
    days = np.repeat(np.arange(40), 200)
    difficulty = generator.normal(0, 1.0, 40)[days]
    target = (generator.random(8000) < 1 / (1 + np.exp(-difficulty))).astype(float)
    score = np.full(8000, 0.5)
    by_day = Rows(target, score, days, np.arange(40), 0.5)
    by_row = Rows(target, score, np.arange(8000), np.arange(8000), 0.5)
    widths = []
    for rows, units in ((by_day, 40), (by_row, 8000)):
        sampled = intervals.bootstrap({"m": rows}, KNOWN, units, 500, seed=0)
        found = intervals.interval(sampled["m"]["accuracy"], 0.95)
        widths.append((found["high"] or 0) - (found["low"] or 0))
    assert widths[0] > 4 * widths[1]


def test_a_subset_is_drawn_with_the_whole() -> None:
    rows = exam(900, 30)
    chosen = rows.target == rows.target.round()  # all of them
    part = rows.subset(np.flatnonzero(rows.unit < 10))
    sampled = intervals.bootstrap(
        {"all": rows, "same": rows.subset(chosen), "part": part}, KNOWN, 30, 50, 0
    )
    for name in REFERENCES:
        np.testing.assert_allclose(sampled["all"][name], sampled["same"][name])
    assert part.units.tolist() == list(range(10))
    assert not np.allclose(sampled["all"]["roc_auc"], sampled["part"]["roc_auc"])


def test_rounds_without_rows_of_a_segment_do_not_count() -> None:
    """Three days of fifty: some rounds draw none of them, and say nothing about the segment."""
    rows = Rows(np.ones(60), np.full(60, 0.9), np.repeat(np.arange(3), 20), np.arange(3), 0.5)
    sampled = intervals.bootstrap({"m": rows}, KNOWN, 50, 400, seed=0)["m"]
    assert 5 < np.isnan(sampled["f1"]).sum() < 60
    assert intervals.interval(sampled["f1"], 0.95) == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_one_day_says_nothing_about_how_days_differ() -> None:
    whole = exam(500, 20)
    one_day = whole.subset(whole.unit == 4)
    sampled = intervals.bootstrap({"m": one_day}, KNOWN, 20, 100, seed=0)
    found = intervals.interval(sampled["m"]["accuracy"], 0.95)
    assert found["value"] is not None
    assert (found["low"], found["high"]) == (None, None)


def test_one_class_has_no_auc_but_an_accuracy() -> None:
    rows = Rows(np.ones(10), np.full(10, 0.7), np.arange(10), np.arange(10), 0.5)
    sampled = intervals.bootstrap({"m": rows}, KNOWN, 10, 100, seed=0)
    nothing = {"value": None, "low": None, "high": None}
    assert intervals.interval(sampled["m"]["roc_auc"], 0.95) == nothing
    assert intervals.interval(sampled["m"]["accuracy"], 0.95)["value"] == 1.0
