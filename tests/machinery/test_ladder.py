"""The ladder of scorers: each fallback, why it is taken, and what the gate looks at."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlops.config.schema import Config
from mlops.errors import UserError
from mlops.export import inputs, masks
from mlops.scoring import archive, treelite
from mlops.scoring.scorer import Scorer
from msgspec.structs import replace
from sklearn.dummy import DummyClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler

from machinery import exporting
from machinery.test_export import check

SMALL = ("model.parameters.max_iter=8",)


@pytest.fixture(scope="module")
def config() -> Config:
    return exporting.config("binary", "hist_gradient_boosting", *SMALL)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return exporting.table("binary")


@pytest.fixture(scope="module")
def fitted(config: Config, frame: pd.DataFrame) -> Pipeline:
    return exporting.fitted(config, frame)


def reasons(made: Scorer) -> list[str]:
    return made.contract.why


def test_masks_whose_thresholds_are_one_bit_off_fall_to_treelite(
    monkeypatch: pytest.MonkeyPatch,
    config: Config,
    frame: pd.DataFrame,
    fitted: Pipeline,
    tmp_path: Path,
) -> None:
    members = masks.members

    def one_bit_off(*arguments: Any) -> dict[str, bytes]:
        found = members(*arguments)
        thresholds = np.nextafter(archive.unpacked(found, "thresholds.npy", np.float64), np.inf)
        return found | {"thresholds.npy": archive.packed(thresholds)}

    monkeypatch.setattr(masks, "members", one_bit_off)
    made = exporting.exported(config, frame, fitted, tmp_path)
    assert made.contract.rung == "treelite"
    (why,) = reasons(made)
    assert why.startswith("masks: ")
    assert "scores differ, by up to" in why
    check(made, fitted, config)


def test_trees_that_cannot_be_read_fall_to_predict(
    monkeypatch: pytest.MonkeyPatch,
    config: Config,
    frame: pd.DataFrame,
    fitted: Pipeline,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(masks, "LARGEST", 1000)
    monkeypatch.setattr(treelite.Trees, "margins", lambda self, table: np.zeros(1))
    made = exporting.exported(config, frame, fitted, tmp_path)
    assert made.contract.rung == "predict"
    first, second = reasons(made)
    assert first.startswith("masks: its masks would take 0 MB")
    assert second.startswith("treelite: its scores are of shape (1,), not (3000,)")
    check(made, fitted, config)


def test_inputs_that_are_wrong_fall_to_the_pipeline(
    monkeypatch: pytest.MonkeyPatch,
    config: Config,
    frame: pd.DataFrame,
    fitted: Pipeline,
    tmp_path: Path,
) -> None:
    read = inputs.read

    def unseen_as_seen(preprocessing: Any) -> list[Any]:
        return [replace(each, unseen=0) if each.codes else each for each in read(preprocessing)]

    monkeypatch.setattr(inputs, "read", unseen_as_seen)
    made = exporting.exported(config, frame, fitted, tmp_path)
    assert made.contract.rung == "pipeline"
    assert ": " in reasons(made)[0]
    check(made, fitted, config)


def test_steps_of_ones_own_run_in_the_pipeline(
    config: Config, frame: pd.DataFrame, tmp_path: Path
) -> None:
    fitted = exporting.fitted(config, frame, (("mine", FunctionTransformer()),))
    made = exporting.exported(config, frame, fitted, tmp_path)
    assert made.contract.rung == "pipeline"
    assert reasons(made) == ["masks, treelite, predict: the pipeline has steps of its own: mine"]
    check(made, fitted, config)


def test_an_unknown_preprocessing_runs_in_the_pipeline(
    config: Config, frame: pd.DataFrame, tmp_path: Path
) -> None:
    fitted = exporting.fitted(config, frame)
    names = list(config.data.features)
    ways = fitted[0].transformers
    fitted[0].set_params(transformers=[("numbers", MinMaxScaler(), ways[0][2]), *ways[1:]])
    fitted.fit(frame[names], frame["target"])
    made = exporting.exported(config, frame, fitted, tmp_path)
    assert made.contract.rung == "pipeline"
    assert reasons(made) == ["masks, treelite, predict: MinMaxScaler is no step that is known"]
    check(made, fitted, config)


def test_an_estimator_without_trees_runs_in_scikit_learn(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    config = exporting.config("binary", "linear")
    fitted = exporting.fitted(config, frame)
    fitted.steps[-1] = ("estimator", KNeighborsClassifier())
    fitted.fit(frame[list(config.data.features)], frame["target"])
    made = exporting.exported(config, frame, fitted, tmp_path)
    assert made.contract.rung == "predict"
    assert reasons(made) == [
        "masks, treelite: KNeighborsClassifier has no trees that Treelite can read"
    ]
    check(made, fitted, config, 500)


def test_a_model_that_answers_at_random_is_not_exported(
    config: Config, frame: pd.DataFrame, fitted: Pipeline, tmp_path: Path
) -> None:
    drawn = DummyClassifier(strategy="stratified").fit([[0]] * 4, [False, True, True, False])
    at_random = Pipeline([fitted.steps[0], ("estimator", drawn)])
    with pytest.raises(UserError) as refused:
        exporting.exported(config, frame, at_random, tmp_path)
    assert refused.value.lines[0] == (
        "the model cannot be exported: every way of scoring it was refused"
    )
    assert "constant, predict, pipeline" in str(refused.value) or "scores differ" in str(
        refused.value
    )
    assert not (tmp_path / "scorer.zip").exists()


@pytest.mark.parametrize(("leaves", "rung"), [(2, "masks"), (64, "masks"), (65, "treelite")])
def test_trees_of_many_leaves(leaves: int, rung: str, frame: pd.DataFrame, tmp_path: Path) -> None:
    size = f"model.parameters.max_leaf_nodes={leaves}"
    one = "+model.parameters.min_samples_leaf=5"
    config = exporting.config("binary", "hist_gradient_boosting", *SMALL, size, one)
    fitted = exporting.fitted(config, frame)
    made = exporting.exported(config, frame, fitted, tmp_path)
    assert made.contract.rung == rung
    if rung == "treelite":
        assert reasons(made) == ["masks: a tree has 65 leaves, and a mask 64 bits"]
    check(made, fitted, config)


def test_what_single_precision_cannot_hold_is_out_of_bounds(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    trees = exporting.few_trees("random_forest", 3)
    config = exporting.config("binary", "random_forest", *trees)
    made = exporting.exported(config, frame, exporting.fitted(config, frame), tmp_path)
    features, largest = made.contract.features, float(np.finfo("f4").max)
    assert (features["number"].minimum, features["number"].maximum) == (-largest, largest)
    assert (features["share"].minimum, features["share"].maximum) == (0, 1)
    assert features["kind"].maximum is None


def test_the_same_model_is_exported_to_the_same_bytes(
    config: Config, frame: pd.DataFrame, fitted: Pipeline, tmp_path: Path
) -> None:
    contents = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        exporting.exported(config, frame, fitted, folder)
        contents.append((folder / "scorer.zip").read_bytes())
    assert contents[0] == contents[1]
