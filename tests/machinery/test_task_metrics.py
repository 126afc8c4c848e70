"""Metrics of several classes and of numbers, against scikit-learn, resampling by resampling."""

import numpy as np
import pytest
from mlops.config.tasks import METRICS
from mlops.model import intervals
from mlops.model.rows import Rows, once
from mlops.model.tasks import binary, multiclass, regression, task
from sklearn import metrics as reference

from machinery.composing import config_of

CLASSES = ["low", "middle", "high"]
MULTICLASS = {
    "log_loss": lambda y, p, w: reference.log_loss(y, p, sample_weight=w, labels=range(3)),
    "accuracy": lambda y, p, w: reference.accuracy_score(y, p.argmax(1), sample_weight=w),
    "balanced_accuracy": lambda y, p, w: reference.balanced_accuracy_score(
        y, p.argmax(1), sample_weight=w
    ),
    "f1_macro": lambda y, p, w: reference.f1_score(
        y, p.argmax(1), sample_weight=w, average="macro"
    ),
    "roc_auc_ovr": lambda y, p, w: reference.roc_auc_score(
        y, p, sample_weight=w, multi_class="ovr", average="macro"
    ),
}
BY_CLASS = {
    "precision": reference.precision_score,
    "recall": reference.recall_score,
    "f1": reference.f1_score,
}
REGRESSION = {
    "r2": lambda y, p, w: reference.r2_score(y, p, sample_weight=w),
    "rmse": lambda y, p, w: reference.root_mean_squared_error(y, p, sample_weight=w),
    "mae": lambda y, p, w: reference.mean_absolute_error(y, p, sample_weight=w),
    "median_absolute_error": lambda y, p, w: reference.median_absolute_error(
        np.repeat(y, w.astype(int)), np.repeat(p, w.astype(int))
    ),
}


def units_of(rows: int, units: int, generator: np.random.Generator) -> np.ndarray:
    return generator.integers(units, size=rows) if units < rows else np.arange(rows)


def classified(rows: int, units: int) -> Rows:
    """Probabilities of three uneven classes that often are the right ones, many of them tied."""
    generator = np.random.default_rng(2)
    target = generator.choice(3, rows, p=[0.6, 0.3, 0.1])
    raw = (generator.random((rows, 3)) + 0.8 * np.eye(3)[target]).round(1) + 0.05
    score = raw / raw.sum(axis=1, keepdims=True)
    unit = units_of(rows, units, generator)
    return Rows(target.astype(float), score, unit, np.arange(units))


def measured(rows: int, units: int) -> Rows:
    """Numbers far from zero, and predictions that explain some of them."""
    generator = np.random.default_rng(3)
    target = 5_000 + 60 * generator.normal(size=rows)
    score = target + 40 * generator.normal(size=rows)
    return Rows(target.round(1), score, units_of(rows, units, generator), np.arange(units))


def drawn_of(units: int, rows: int) -> np.ndarray:
    return np.concatenate(list(intervals.draws(units, rows, rounds=6, seed=3)))


UNITS = pytest.mark.parametrize("units", [20, 600, 900], ids=["few units", "many units", "rows"])


@UNITS
@pytest.mark.parametrize("name", MULTICLASS)
def test_metrics_of_several_classes_are_scikit_learns(name: str, units: int) -> None:
    rows, drawn = classified(900, units), drawn_of(units, 900)
    found = multiclass.metrics()[name](rows, drawn)
    for value, counts in zip(found, drawn, strict=True):
        weights = counts[rows.unit]
        kept = weights > 0
        expected = MULTICLASS[name](rows.target[kept], rows.score[kept], weights[kept])
        assert value == pytest.approx(expected, abs=1e-12)


@UNITS
@pytest.mark.parametrize("name", REGRESSION)
def test_metrics_of_numbers_are_scikit_learns(name: str, units: int) -> None:
    rows, drawn = measured(900, units), drawn_of(units, 900)
    found = regression.metrics()[name](rows, drawn)
    for value, counts in zip(found, drawn, strict=True):
        weights = counts[rows.unit]
        kept = weights > 0
        expected = REGRESSION[name](rows.target[kept], rows.score[kept], weights[kept])
        assert value == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", BY_CLASS)
def test_metrics_of_single_classes_are_scikit_learns(name: str) -> None:
    rows, drawn = classified(900, 30), drawn_of(30, 900)
    for number, label in enumerate(CLASSES):
        found = multiclass.by_class(CLASSES)[label][name](rows, drawn)
        for value, counts in zip(found, drawn, strict=True):
            expected = BY_CLASS[name](
                rows.target == number,
                rows.score.argmax(1) == number,
                sample_weight=counts[rows.unit],
            )
            assert value == pytest.approx(expected, abs=1e-12)


def test_every_declared_metric_is_there() -> None:
    for data in ("flights", "wine", "diabetes"):
        config = config_of(f"data={data}")
        known = task.of(config.data.task).metrics()
        assert set(known) == set(METRICS[config.data.task])
    assert set(MULTICLASS) == set(METRICS["multiclass"])
    assert set(REGRESSION) == set(METRICS["regression"])
    assert binary.by_class([]) == regression.by_class([]) == {}


def test_a_round_that_draws_no_row_of_a_class_averages_the_others() -> None:
    rows = classified(900, 900)
    without = np.where(rows.target[rows.unit] == 2, 0.0, 1.0)[None]
    kept = rows.target != 2
    known = multiclass.metrics()
    expected = reference.recall_score(
        rows.target[kept], rows.score[kept].argmax(1), labels=[0, 1], average="macro"
    )
    assert known["balanced_accuracy"](rows, without)[0] == pytest.approx(expected, abs=1e-12)
    areas = [
        reference.roc_auc_score(rows.target[kept] == number, rows.score[kept, number])
        for number in range(2)
    ]
    assert known["roc_auc_ovr"](rows, without)[0] == pytest.approx(np.mean(areas), abs=1e-12)


def test_numbers_without_spread_have_errors_but_nothing_to_explain() -> None:
    target, score = np.full(50, 0.1), np.full(50, 0.4)
    assert np.isnan(once(regression.r2, target, score))
    assert once(regression.rmse, target, score) == pytest.approx(0.3)


def test_the_mean_of_the_rows_explains_nothing_of_them() -> None:
    rows = measured(500, 500)
    naive = np.full(500, float(regression.baseline(rows.target, [])))
    assert once(regression.r2, rows.target, naive) == pytest.approx(0, abs=1e-9)


def test_what_is_expected_of_a_row_is_what_calibration_compares() -> None:
    rows = classified(900, 900)
    predicted, came = multiclass.expectation(rows.target, rows.score)
    np.testing.assert_array_equal(predicted, rows.score.max(axis=1))
    assert came.mean() == reference.accuracy_score(rows.target, rows.score.argmax(axis=1))
    for way in (binary, regression):
        predicted, came = way.expectation(rows.target, rows.score[:, 0])
        assert (predicted is rows.score[:, 0]) or (predicted == rows.score[:, 0]).all()
        assert (came == rows.target).all()


def test_scores_stand_in_the_order_of_the_declared_classes() -> None:
    output = np.array([[0.2, 0.5, 0.3]])
    found = multiclass.score(output, ["high", "low", "middle"], [*CLASSES, "none"])
    assert found.tolist() == [[0.5, 0.3, 0.2, 0.0]]
    naive = multiclass.baseline(np.array([0.0, 0.0, 2.0, 0.0]), CLASSES)
    assert naive.tolist() == [0.75, 0, 0.25]


def test_rates_are_what_a_person_would_count() -> None:
    config = config_of("data=diabetes")
    found = regression.rates(np.array([1.0, 5.0]), np.array([3.0, 4.0]), config.evaluation)
    assert {name: rate.tolist() for name, rate in found.items()} == {
        "mean_error": [2, -1],
        "mae": [2, 1],
    }
    rows = classified(300, 300)
    wrong = multiclass.rates(rows.target, rows.score, config.evaluation)["error_rate"]
    expected = 1 - reference.accuracy_score(rows.target, rows.score.argmax(axis=1))
    assert wrong.mean() == pytest.approx(expected)
