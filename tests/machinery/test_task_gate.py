"""The gate of several classes and of numbers, from scores to lines."""

import numpy as np
import pandas as pd
import pytest
from mlops.config.schema import Config
from mlops.config.tasks import Task
from mlops.model.tasks import task as tasks
from mlops.review import checks
from mlops.review.comparison import compare
from mlops.review.exam import Result
from mlops.review.gate import gate, passes
from mlops.review.report import GateLine, Pipeline, Rival

from machinery.composing import config_of
from machinery.exams import config_for, score, table

PRODUCTION = Rival("v1.2.0", "a" * 40)
GOOD, BAD = 0.2, 2.0


def judged(
    config: Config, candidate: np.ndarray, production: np.ndarray, rows: pd.DataFrame
) -> list[GateLine]:
    data = config.data
    way = tasks.of(data.task)
    naive = way.baseline(way.target(rows[data.target], data.classes), data.classes)
    scores = {
        "candidate": candidate,
        "production": production,
        "baseline": np.broadcast_to(naive, candidate.shape),
    }
    comparison = compare(rows, scores, config, {})
    result = Result(PRODUCTION, None, None, 700_000, 0.02, rows, scores, comparison)
    return gate(config, Pipeline(), result)


def line(lines: list[GateLine], check: str) -> GateLine:
    (only,) = [entry for entry in lines if entry.check == check]
    return only


@pytest.mark.parametrize("task", ["multiclass", "regression"])
def test_a_better_model_passes_and_a_worse_one_fails(task: Task) -> None:
    config, rows = config_for(task), table(task)
    good, bad = score(task, GOOD, seed=1), score(task, BAD, seed=2)
    assert passes(judged(config, good, bad, rows))
    found = judged(config, bad, good, rows)
    assert line(found, "production").outcome == "fail"
    assert not passes(found)
    assert line(judged(config, good, good, rows), "production").outcome == "pass"


@pytest.mark.parametrize(
    ("metric", "relation"), [("rmse", "at most"), ("r2", "at least"), ("mae", "at most")]
)
def test_errors_have_to_stay_below_and_what_is_explained_above(metric: str, relation: str) -> None:
    config = config_for(
        "regression", f"evaluation.metric={metric}", "gate.baseline=0.3", "gate.margin=0.2"
    )
    good, bad = score("regression", GOOD, seed=1), score("regression", BAD, seed=2)
    found = judged(config, good, bad, table("regression"))
    for check in ("baseline", "production"):
        assert (line(found, check).relation, line(found, check).outcome) == (relation, "pass")
    threshold = -0.3 if relation == "at most" else 0.3
    assert line(found, "baseline").threshold == threshold
    worse = judged(config, bad, good, table("regression"))
    assert line(worse, "production").outcome == "fail"


def test_required_errors_are_in_the_targets_unit() -> None:
    given, rows = score("regression", GOOD, seed=1), table("regression")
    for limit, outcome in ((20, "pass"), (5, "fail")):
        config = config_for("regression", f"+gate.required.mae={limit}")
        assert line(judged(config, given, given, rows), "required").outcome == outcome


@pytest.mark.parametrize("task", ["multiclass", "regression"])
def test_calibration_is_for_probabilities(task: Task) -> None:
    given = score(task, 0, seed=1)
    found = judged(config_for(task), given, given, table(task))
    assert [entry.check for entry in found].count("calibration") == (task == "multiclass")
    if task == "multiclass":
        assert line(found, "calibration").outcome == "pass"
        sharp = given**6 / (given**6).sum(axis=1, keepdims=True)
        found = judged(config_for(task), sharp, given, table(task))
        assert line(found, "calibration").outcome == "fail"


def test_fairness_of_numbers_is_a_difference_of_mean_errors() -> None:
    rows, given = table("regression"), score("regression", GOOD, seed=1)
    asked = ("gate.fairness.columns=[sex]", "+gate.fairness.limits.mean_error=5")
    config = config_for("regression", *asked)
    assert line(judged(config, given, given, rows), "fairness").outcome == "pass"
    unfair = given + np.where(rows["sex"] == "2", 8.0, 0.0)
    found = line(judged(config, unfair, given, rows), "fairness")
    assert found.what == "mean error: largest difference between groups of sex"
    assert found.outcome == "fail"
    assert found.value == pytest.approx(8, abs=1)


def test_fairness_of_classes_is_a_difference_of_error_rates() -> None:
    rows, given = table("multiclass"), score("multiclass", GOOD, seed=1)
    rows = rows.assign(cellar=np.where(rows["row"] % 2, "north", "south"))
    asked = ("gate.fairness.columns=[cellar]", "+data.columns.cellar={type:category}")
    config = config_for("multiclass", *asked)
    assert line(judged(config, given, given, rows), "fairness").outcome == "pass"
    south = (rows["cellar"] == "south").to_numpy()
    given[south] = score("multiclass", 5.0, seed=2)[south]
    found = line(judged(config, given, given, rows), "fairness")
    assert (found.outcome, found.what.partition(":")[0]) == ("fail", "error rate")


def test_a_cross_validated_candidate_is_not_said_to_predict_what_was_reported() -> None:
    given = score("regression", GOOD, seed=1)
    found = judged(config_for("regression"), given, given, table("regression"))
    assert line(found, "ready").what == "the model loads in a clean process and predicts"
    found = judged(config_for("regression", "split=hash"), given, given, table("regression"))
    assert line(found, "ready").what.endswith("predicts the reported scores")


def test_what_helps_against_probabilities_that_are_off() -> None:
    """No newer rows of a table without a time; calibration where there are validation rows."""
    grouped = ("data=breast_cancer", "data.group=mean_area", "split=cross_validation")
    sigmoid = ("data=wine", "split=hash", "model.calibration=sigmoid")
    chosen = [(), ("data=wine",), grouped, ("data=wine", "split=hash"), sigmoid]
    smaller = "try a smaller model, or set model.calibration"
    assert [checks.calibrate(config_of(*overrides)) for overrides in chosen] == [
        "train on newer rows, or try a smaller model, or set model.calibration",
        f"{smaller}, and the split to hash, which keeps validation rows for it",
        f"{smaller}, and the split to group, which keeps validation rows for it",
        smaller,
        "try model.calibration: isotonic, as sigmoid does not help, or more test rows",
    ]
