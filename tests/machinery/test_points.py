"""The points of the report's charts are means of the rows that they stand for."""

import numpy as np
import pandas as pd
import pytest
from mlops.config.tasks import Task
from mlops.review import points

from machinery.exams import config_for, score, table


def test_probabilities_are_binned_from_zero_to_one() -> None:
    config, rows, given = config_for("binary"), table("binary"), score("binary", 0.2, seed=1)
    found = points.calibration(rows, {"candidate": given}, config)
    assert [point.x for point in found] == pytest.approx(np.arange(0.05, 1, 0.1))
    chosen = (given >= 0.3) & (given < 0.4)
    assert found[3].candidate == pytest.approx(rows["late"][chosen].mean(), abs=1e-6)
    assert all(point.production is None for point in found)


def test_the_likeliest_class_is_as_often_right_as_it_says() -> None:
    config, rows = config_for("multiclass"), table("multiclass")
    given = score("multiclass", 0, seed=1)
    sharp = given**3 / (given**3).sum(axis=1, keepdims=True)  # says more than it knows
    found = points.calibration(rows, {"candidate": given, "production": sharp}, config)
    assert float(found[0].x) > 0.3  # of three classes, the likeliest has at least a third
    for point in found:
        assert point.candidate == pytest.approx(float(point.x), abs=0.12)
    middle = next(point for point in found if point.x == 0.75)
    assert middle.production is not None
    assert middle.production < 0.65


def test_numbers_are_binned_where_they_are() -> None:
    config, rows = config_for("regression"), table("regression")
    given = score("regression", 0.3, seed=1)
    found = points.calibration(rows, {"candidate": given, "production": given + 20}, config)
    low, high = np.quantile(np.concatenate([given, given + 20]), [0.01, 0.99])
    middles = [float(point.x) for point in found]
    assert low < min(middles)
    assert max(middles) < high
    width = (high - low) / 10
    point = found[len(found) // 2]
    chosen = (given >= point.x - width / 2) & (given < point.x + width / 2)
    assert point.candidate == pytest.approx(rows["progression"][chosen].mean(), rel=0.01)
    both = [p for p in found if p.candidate is not None and p.production is not None]
    assert all((p.candidate or 0) - (p.production or 0) > 10 for p in both)


def test_numbers_that_are_all_the_same_are_one_bin() -> None:
    config, rows = config_for("regression"), table("regression")
    (point,) = points.calibration(rows, {"candidate": np.full(len(rows), 152.0)}, config)
    assert point.candidate == pytest.approx(rows["progression"].mean(), abs=1e-5)


@pytest.mark.parametrize("task", ["multiclass", "regression"])
def test_a_table_without_time_has_no_timeline(task: Task) -> None:
    given = {"candidate": score(task, 0.2, seed=1)}
    assert points.timeline(table(task), given, config_for(task), {}) == []


def test_the_timeline_is_in_the_metrics_own_unit() -> None:
    times = pd.date_range("2013-06-01", periods=1_200, freq="36min")
    config = config_for(
        "regression",
        "evaluation.metric=mae",
        "data.time=at",
        "+data.columns.at={type:timestamp}",
    )
    rows, given = table("regression", at=times), score("regression", 0.3, seed=1)
    found = points.timeline(rows, {"candidate": given}, config, {})
    assert [str(point.x) for point in found][:2] == ["2013-06-01", "2013-06-04"]
    early = (times < pd.Timestamp("2013-06-04")).nonzero()[0]
    expected = (rows["progression"].iloc[early] - given[early]).abs().mean()
    assert found[0].candidate == pytest.approx(expected, abs=1e-6)
