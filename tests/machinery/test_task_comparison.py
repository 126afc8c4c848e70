"""A better, an equal and a worse model are told apart by every metric of every task."""

import numpy as np
import pytest
from mlops.config.tasks import LOWER_IS_BETTER, METRICS, Task
from mlops.model.rows import once
from mlops.model.tasks import task as tasks
from mlops.review.comparison import Comparison, compare
from msgspec.structs import replace

from machinery.exams import config_for, score, table

TASKS: list[Task] = ["binary", "multiclass", "regression"]
GOOD, BAD = 0.2, 2.0


def compared(task: Task, candidate: np.ndarray, production: np.ndarray) -> Comparison:
    config, rows = config_for(task), table(task)
    way = tasks.of(task)
    target = way.target(rows[config.data.target], config.data.classes)
    naive = way.baseline(target, config.data.classes)
    baseline = np.broadcast_to(naive, candidate.shape)
    given = {"candidate": candidate, "baseline": baseline, "production": production}
    return compare(rows, given | {"base": candidate}, config, {})


@pytest.mark.parametrize("task", TASKS)
def test_better_and_worse_are_read_so_by_every_metric(task: Task) -> None:
    good, bad = score(task, GOOD, seed=1), score(task, BAD, seed=2)
    for candidate, production, reading in ((good, bad, "better"), (bad, good, "worse")):
        found = compared(task, candidate, production)
        assert {metric.name for metric in found.metrics} == set(METRICS[task])
        for metric in found.metrics:
            difference = metric.from_production
            assert difference is not None
            assert difference.reading == reading, metric.name
            upwards = (reading == "better") != (metric.name in LOWER_IS_BETTER)
            assert (difference.value > 0) == upwards
            assert metric.lower_is_better == (metric.name in LOWER_IS_BETTER)


@pytest.mark.parametrize("task", TASKS)
def test_equal_models_show_no_difference(task: Task) -> None:
    found = compared(task, score(task, 0.5, seed=3), score(task, 0.5, seed=4))
    main = found.metrics[0]
    assert main.from_production is not None
    assert main.from_production.reading == "no_difference"
    assert main.from_production.value != 0
    assert found.detectable is not None
    assert found.detectable > 0


@pytest.mark.parametrize("task", TASKS)
def test_the_same_model_differs_by_nothing_and_beats_the_baseline(task: Task) -> None:
    found = compared(task, score(task, GOOD, seed=1), score(task, GOOD, seed=1))
    for metric in found.metrics:
        for difference in (metric.from_production, metric.from_base):
            assert difference is not None
            assert (difference.value, difference.low, difference.high) == (0, 0, 0)
    assert found.from_baseline is not None
    assert found.from_baseline.reading == "better"


@pytest.mark.parametrize("task", TASKS)
def test_figures_are_those_of_all_rows(task: Task) -> None:
    config, candidate = config_for(task), score(task, GOOD, seed=1)
    found = compared(task, candidate, score(task, BAD, seed=2))
    target = tasks.of(task).target(table(task)[config.data.target], config.data.classes)
    for metric in found.metrics:
        function = tasks.of(task).metrics()[metric.name]
        expected = once(function, target, candidate, config.evaluation.threshold)
        assert metric.candidate == pytest.approx(expected, abs=1e-6)
        assert metric.low is not None
        assert metric.high is not None
        assert metric.candidate is not None
        assert metric.low < metric.candidate < metric.high
    assert found.metrics[0].name == config.evaluation.metric
    assert (found.rows, found.units) == (1_200, 1_200)


def test_segments_of_numbers_are_compared_too() -> None:
    good, mixed = score("regression", GOOD, seed=1), score("regression", GOOD, seed=1)
    women = (table("regression")["sex"] == "2").to_numpy()
    mixed[women] = score("regression", BAD, seed=2)[women]
    config = config_for("regression", "evaluation.metric=rmse")
    found = compare(table("regression"), {"candidate": mixed, "production": good}, config, {})
    readings = {segment.value: segment.difference for segment in found.segments}
    assert readings["1"] is not None
    assert readings["2"] is not None
    assert readings["1"].reading == "no_difference"
    assert readings["2"].reading == "worse"
    assert readings["2"].value > 10


def test_each_model_answers_at_its_own_threshold() -> None:
    """The same probabilities, called late from 0.3 on instead of 0.5."""
    config, rows, given = config_for("binary"), table("binary"), score("binary", GOOD, seed=1)
    config = replace(config, evaluation=replace(config.evaluation, threshold=0.3))
    both = {"candidate": given, "production": given}
    found = {
        metric.name: metric
        for metric in compare(rows, both, config, {"candidate": 0.3, "production": 0.5}).metrics
    }
    late = rows["late"].to_numpy()
    recalls = found["recall"].candidate, found["recall"].production
    assert recalls == pytest.approx([(given[late] >= 0.3).mean(), (given[late] >= 0.5).mean()])
    apart = found["recall"].from_production, found["precision"].from_production
    assert [each and each.reading for each in apart] == ["better", "worse"]
    same = found["roc_auc"].from_production
    assert (same and same.value) == 0
