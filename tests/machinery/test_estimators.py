"""Estimators by their names: what is made, fitted, weighed and calibrated, and what is refused."""

import sys
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
from mlops.config.schema import Model
from mlops.errors import UserError
from mlops.model import calibration, estimators, persistence
from sklearn.metrics import recall_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from machinery.fitting import MODELS, fitted, model, pipeline, table, target

CLASSIFIERS = [name for name in MODELS if name != "naive"]


@pytest.mark.parametrize("name", MODELS)
def test_nulls_unseen_and_rare_categories_are_answered(name: str) -> None:
    frame = pd.DataFrame(
        {
            "number": [np.nan, 1e12, 0.0, 0.0],
            "flag": [True, False, True, True],
            "kind": pd.Series(["never seen", "rare", None, "a"], dtype="str"),
        }
    )
    assert np.isfinite(fitted(name).predict_proba(frame)).all()
    assert np.isfinite(fitted(name, "regression").predict(frame)).all()


def noisy(rows: int, rare: float) -> tuple[pd.DataFrame, "pd.Series[bool]"]:
    """A table whose target is hard to tell, and true in so large a share of the rows."""
    frame = table(rows)
    noise = np.random.default_rng(1).normal(size=rows)
    value = frame["number"].fillna(0) + noise
    return frame, value > value.quantile(1 - rare)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_balanced_classes_raise_the_recall_of_a_rare_one(name: str) -> None:
    frame, rare = noisy(3000, 0.05)
    recall = {}
    for weight in (None, "balanced"):
        chosen = model(name, class_weight=weight)
        made = estimators.fit(pipeline(chosen), frame[:2000], rare[:2000], chosen)
        recall[weight] = recall_score(rare[2000:], made.predict(frame[2000:]))
    assert recall["balanced"] > recall[None] + 0.2


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_calibration_mends_a_model_that_is_too_sure(method: str) -> None:
    """A tree that learnt the noise by heart says 0 and 1 only."""
    frame, often = noisy(6000, 0.4)
    sure = {"classifier": "sklearn.tree.DecisionTreeClassifier", "parameters": {}}
    chosen = model("linear", **sure, calibration=method)
    made = estimators.fit(pipeline(chosen), frame[:2000], often[:2000], chosen)
    mended = estimators.calibrate(made, frame[2000:4000], often[2000:4000], chosen)
    truth = often[4000:].to_numpy().astype(float)
    before, after = (
        calibration.measure(found.predict_proba(frame[4000:])[:, 1], truth)["error"]
        for found in (made, mended)
    )
    assert before > 0.2
    assert after < 0.05


def test_weights_need_an_estimator_that_takes_them() -> None:
    chosen = model("linear", classifier="sklearn.neighbors.KNeighborsClassifier", parameters={})
    chosen = msgspec.structs.replace(chosen, class_weight="balanced")
    with pytest.raises(UserError, match="class_weight: KNeighborsClassifier takes no weights"):
        estimators.fit(pipeline(chosen), table(), target(table()), chosen)


@pytest.mark.parametrize(("task", "rows"), [("binary", 8), ("multiclass", 3), ("binary", 0)])
def test_calibration_needs_rows_of_each_class(task: str, rows: int) -> None:
    chosen = model("linear", calibration="sigmoid")
    frame, wanted = table(), target(table(), task)
    made = estimators.fit(pipeline(chosen, task), frame, wanted, chosen)
    with pytest.raises(UserError, match=r"calibration: needs 5 validation rows of each class, and"):
        estimators.calibrate(made, frame[:rows], wanted[:rows], chosen)


@pytest.mark.parametrize("name", ["lightgbm", "xgboost"])
def test_an_extra_that_is_not_installed_names_the_command(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for found in [found for found in sys.modules if found.split(".")[0] == name]:
        monkeypatch.delitem(sys.modules, found)
    monkeypatch.delitem(sys.modules, "mlops.model.named_classes", raising=False)
    monkeypatch.setitem(sys.modules, name, None)
    for task in ("binary", "regression"):
        with pytest.raises(UserError, match=rf"{name} is not installed: `uv sync --extra {name}`"):
            estimators.make(model(name), task, 1)


@pytest.mark.parametrize("name", ["lightgbm", "xgboost"])
def test_a_parameter_that_an_extra_does_not_know_is_one_line(name: str) -> None:
    with pytest.raises(
        UserError, match=r"parameters\.max_dept: .* has no such parameter; .*max_depth"
    ):
        estimators.make(model(name, parameters={"max_dept": 3}), "binary", 1)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"classifier": "os.system"}, "classifier: 'os.system': expected a class of sklearn"),
        ({"classifier": "sklearn.nothing.Here"}, "'sklearn.nothing.Here': not found"),
        ({"classifier": "sklearn.linear_model.Nope"}, "'sklearn.linear_model.Nope': not found"),
        ({"classifier": "sklearn.linear_model.Ridge"}, "is not a scikit-learn classifier"),
        ({"classifier": None}, "classifier: this task needs a classifier"),
        ({"classifier": "sklearn.svm.LinearSVC", "parameters": {}}, "gives no probabilities with"),
        ({"classifier": "sklearn.ensemble.StackingClassifier"}, "cannot be made from parameters"),
        ({"parameters": {"categorical_features": [7]}}, "could not be fitted: "),
        ({"classifier": "sklearn.datasets.load_iris"}, "is not a scikit-learn classifier"),
        ({"parameters": {"learning_rat": 1}}, "parameters.learning_rat: HistGradientBoosting"),
        ({"parameters": {"max_iter": -3}}, "'max_iter' parameter of HistGradientBoosting"),
    ],
)
def test_a_model_that_cannot_be_made_is_one_line(change: dict[str, object], line: str) -> None:
    wrong = msgspec.structs.replace(model("hist_gradient_boosting"), **change)
    with pytest.raises(UserError, match=r"conf/model/hist_gradient_boosting\.yaml") as error:
        make_and_fit(wrong)
    assert line in str(error.value)
    assert "\n" not in str(error.value)


def make_and_fit(wrong: Model) -> None:
    estimator = estimators.make(wrong, "binary", 1)
    estimators.fit(estimator, table()[["number"]], table()["flag"], wrong)


def test_the_seed_reaches_the_estimator() -> None:
    assert estimators.make(model("hist_gradient_boosting"), "binary", 42).random_state == 42


def test_neighbours_of_many_categories_are_saved_and_loaded(tmp_path: Path) -> None:
    """They keep the training rows, which are sparse where one-hot columns are many."""
    frame = pd.DataFrame({"kind": [f"kind {number % 40}" for number in range(400)]})
    fitted_one = make_pipeline(OneHotEncoder(), KNeighborsClassifier())
    fitted_one.fit(frame, frame["kind"] < "kind 2")
    path = tmp_path / "model.skops"
    persistence.save(fitted_one, path)
    np.testing.assert_array_equal(
        persistence.load(path).predict_proba(frame), fitted_one.predict_proba(frame)
    )
