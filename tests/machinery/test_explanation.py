"""Importance and dependence against what is known of a table, and against scikit-learn."""

import json
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlops.config.schema import FoldSplit, Model
from mlops.errors import UserError
from mlops.explain import dependence, explanation, importance, rescoring, subjects
from mlops.model.plots import write_plots
from mlops.model.tasks import task as tasks
from msgspec.structs import replace
from sklearn.inspection import permutation_importance

from machinery.explaining import config, explained, fitted, table

TASKS = ("binary", "multiclass", "regression")
SCORERS = {"binary": "roc_auc", "multiclass": "f1_macro", "regression": "r2"}


@pytest.mark.parametrize("task", TASKS)
def test_the_informative_columns_come_first_and_noise_is_around_zero(task: str) -> None:
    asked = config(task)
    _, subject = explained(asked, table(task), table(task, 4000, seed=1))
    found = importance.measure(subject.rows, subject.predict, asked)
    by_column = {entry["column"]: entry for entry in found}
    assert found[0]["column"] == "strong"
    assert {entry["column"] for entry in found[1:3]} == {"weak", "kind"}
    assert all(by_column[name]["low"] > 0 for name in ("strong", "weak", "kind"))
    for name in ("noise", "flag", "id"):
        entry = by_column[name]
        assert entry["low"] - 0.002 <= 0 <= entry["high"] + 0.002
        assert abs(entry["value"]) < 0.02
    assert [entry["value"] for entry in found] == sorted(
        (entry["value"] for entry in found), reverse=True
    )


@pytest.mark.parametrize("task", TASKS)
def test_it_is_scikit_learns_importance(task: str) -> None:
    asked = config(task, "explanation.repeats=12", "evaluation.rounds=100")
    model, subject = explained(asked, table(task, 300), table(task, 1000, seed=1))
    features = list(asked.data.features)
    theirs = permutation_importance(
        model,
        subject.rows[features],
        subject.rows["target"],
        scoring=SCORERS[task],
        n_repeats=12,
        random_state=3,
    )
    found = importance.measure(subject.rows, subject.predict, asked)
    ours = {entry["column"]: entry["value"] for entry in found}
    error = 6 * theirs.importances_std / 12**0.5 + 0.001
    assert (np.abs([ours[name] for name in features] - theirs.importances_mean) < error).all()


def test_a_metric_that_is_better_when_lower_is_turned() -> None:
    asked = config("binary", "evaluation.metric=log_loss")
    _, subject = explained(asked, table("binary", 500), table("binary", 1500, seed=1))
    found = importance.measure(subject.rows, subject.predict, asked)
    assert found[0]["column"] == "strong"
    assert found[0]["value"] > found[0]["low"] > 0.2


@pytest.mark.parametrize("task", TASKS)
def test_dependence_is_the_mean_of_rows_set_to_a_value(task: str) -> None:
    asked = config(task)
    model, subject = explained(asked, table(task, 300), table(task, 1500, seed=1))
    found = dependence.measure(subject.rows, subject.predict, asked, ["weak", "kind", "flag"])
    features, classes = list(asked.data.features), asked.data.classes
    for column, points in found.items():
        for point in points:
            changed = subject.rows[features].copy()
            changed[column] = point["x"] == "True" if column == "flag" else point["x"]
            mean = tasks.predict(task, model, changed, classes).mean(axis=0).reshape(-1)
            place = classes.index(point["class"]) if classes else 0
            assert point["y"] == pytest.approx(mean[place], abs=2e-6)
    each = max(len(classes), 1)
    xs = [point["x"] for point in found["weak"]][::each]
    assert xs == sorted(xs)
    assert len(set(xs)) == dependence.POINTS
    lowest, highest = subject.rows["weak"].min(), subject.rows["weak"].max()
    assert (xs[0], xs[-1]) == (round(lowest, 6), round(highest, 6))
    assert [point["x"] for point in found["kind"]][::each] == ["a", "b", "c"]
    assert {point["x"] for point in found["flag"]} == {"True", "False"}


def test_few_rows_at_once_are_the_same_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = config("multiclass")
    _, subject = explained(asked, table("multiclass", 200), table("multiclass", 600, seed=1))
    whole = importance.measure(subject.rows, subject.predict, asked)
    monkeypatch.setattr(rescoring, "AT_ONCE", 1)
    assert importance.measure(subject.rows, subject.predict, asked) == whole


def test_a_column_of_nulls_has_no_dependence() -> None:
    asked = config("binary")
    rows = table("binary", 300).assign(weak=np.nan)
    _, subject = explained(asked, rows, table("binary", 600, seed=1))
    found = dependence.measure(subject.rows, subject.predict, asked, ["weak", "strong"])
    assert list(found) == ["strong"]


def test_no_row_is_scored_by_a_model_that_has_learnt_from_it() -> None:
    """A nearest neighbour knows the rows that it has learnt by heart."""
    base = config("regression")
    name, parameters = "sklearn.neighbors.KNeighborsRegressor", {"n_neighbors": 1}
    neighbour = Model("neighbour", "one_hot", parameters, regressor=name)
    asked = replace(base, model=neighbour, split=FoldSplit("cross_validation", 4))
    rows = table("regression", 300).assign(target=np.random.default_rng(2).normal(size=300))
    subject = subjects.cross_validated(rows, fitted, asked)
    features = list(asked.data.features)
    twice = pd.concat([subject.rows[features]] * 2)
    scores = subject.predict(twice).reshape(2, -1)
    assert (scores[0] == scores[1]).all()
    assert abs(np.corrcoef(scores[0], rows["target"])[0, 1]) < 0.3
    assert sum(len(test) for _, test in subject.exams) == 300
    assert all(set(train.index).isdisjoint(test.index) for train, test in subject.exams)


@pytest.mark.parametrize("task", TASKS)
def test_the_same_bytes_each_time(task: str, tmp_path: Path) -> None:
    asked = config(task, "explanation.rows=250", "explanation.dependence=2")
    texts = []
    for name in ("one", "two"):
        _, subject = explained(asked, table(task, 400), table(task, 800, seed=1))
        found = explanation.explain(subject, partial(fitted, asked, table(task, 400)), asked)
        write_plots(explanation.plots(found, asked), tmp_path / name)
        plots = {path.name: path.read_text() for path in (tmp_path / name).rglob("*.*")}
        texts.append(json.dumps([found, plots], allow_nan=False))
    assert texts[0] == texts[1]
    assert found["rows"] == 250
    assert found["metric"] == asked.evaluation.metric
    assert list(found["dependence"]) == [entry["column"] for entry in found["importance"][:2]]
    assert found["leaks"] == []
    assert found["shap"] is None
    pictures = {"importance.svg", "dependence.svg"}
    assert set(plots) == {"dvc.yaml", "importance.csv", "dependence.csv"} | pictures
    assert plots["importance.csv"].startswith("column,value,low,high\nstrong,")


FORESTS = {
    "classifier": "sklearn.ensemble.RandomForestClassifier",
    "regressor": "sklearn.ensemble.RandomForestRegressor",
    "parameters": {"n_estimators": 20, "max_depth": 5},
}


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("model", ["trees", "trees with categories", "linear"])
def test_shap_values_add_up_to_the_features(task: str, model: str) -> None:
    pytest.importorskip("shap", reason="an extra: `uv sync --extra shap`")
    from mlops.explain import shap

    base = config(task)
    chosen = {
        "trees": replace(base.model, **FORESTS),
        "trees with categories": base.model,
        "linear": replace(
            base.model,
            classifier="sklearn.linear_model.LogisticRegression",
            regressor="sklearn.linear_model.Ridge",
            encoding="one_hot",
            parameters={},
        ),
    }
    asked = replace(base, model=chosen[model])
    fit = fitted(asked, table(task, 800, seed=1))
    found = shap.measure(table(task, 30), fit, asked)
    assert {entry["column"] for entry in found} == set(asked.data.features)
    by_column = {entry["column"]: entry["value"] for entry in found}
    assert found[0]["column"] == "strong"
    assert min(by_column["weak"], by_column["kind"]) > max(by_column["noise"], by_column["id"])
    assert found == shap.measure(table(task, 30), fit, asked)


def test_a_missing_package_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from mlops.explain import shap

    monkeypatch.setitem(sys.modules, "shap", None)
    asked = config("binary")
    with pytest.raises(UserError, match=r"shap: .* not installed: `uv sync --extra shap`"):
        shap.measure(table("binary", 50), fitted(asked, table("binary", 200)), asked)


def test_encoded_columns_come_from_the_feature_whose_name_fits_best() -> None:
    from mlops.explain.shap import feature_of

    features = ["plane", "plane_age", "carrier"]
    assert feature_of("carrier_UA", features) == "carrier"
    assert feature_of("plane_age", features) == "plane_age"
    assert feature_of("missingindicator_plane_age", features) == "plane_age"
    assert feature_of("plane_B_2", features) == "plane"
    assert feature_of("speed", features) == "speed"
