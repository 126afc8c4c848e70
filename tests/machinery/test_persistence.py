"""Models are saved as the same bytes each time, and loaded without running code."""

import importlib
import json
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from mlops.config import params
from mlops.config.schema import Column, Model
from mlops.errors import UserError
from mlops.model import estimators, persistence, preprocessing
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from baked import PROJECT, execute

COLUMNS = {
    "number": Column(type="number", nullable=True),
    "flag": Column(type="boolean"),
    "kind": Column(type="category", nullable=True),
}
MODELS = sorted(path.stem for path in (PROJECT / "conf" / "model").glob("*.yaml"))


def model(name: str) -> Model:
    values = params.parse((PROJECT / f"conf/model/{name}.yaml").read_text("utf-8"), name, "")
    return msgspec.convert(values, Model)


def table(rows: int = 800) -> pd.DataFrame:
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "number": generator.normal(size=rows),
            "flag": generator.random(rows) < 0.5,
            "kind": pd.Series(
                generator.choice(["a", "b", "c", "rare"], rows, p=[0.5, 0.3, 0.19, 0.01])
            ),
        }
    )
    frame.loc[::9, "number"] = np.nan
    frame.loc[::11, "kind"] = None
    return frame


def fitted(name: str) -> Pipeline:
    estimator = estimators.make(model(name), "binary", seed=3)
    pipeline = Pipeline(
        [
            ("preprocessing", preprocessing.make(COLUMNS, model(name).encoding)),
            ("estimator", preprocessing.tell_categories(estimator, COLUMNS, model(name).encoding)),
        ]
    )
    frame = table()
    target = frame["number"].fillna(0) + (frame["kind"] == "a") > 0.3
    estimators.fit(pipeline, frame, target, model(name))
    return pipeline


@pytest.mark.parametrize("name", MODELS)
def test_a_saved_model_predicts_the_same(tmp_path: Path, name: str) -> None:
    pipeline = fitted(name)
    path = tmp_path / "model.skops"
    persistence.save(pipeline, path)
    frame = table()
    np.testing.assert_array_equal(
        persistence.load(path).predict_proba(frame), pipeline.predict_proba(frame)
    )


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


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys; from machinery.test_persistence import *\n"
        "for name in MODELS: persistence.save(fitted(name), Path(sys.argv[1]) / name)"
    )
    cache = {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONPYCACHEPREFIX": str(sys.pycache_prefix),
    }
    for target in ("one", "two"):
        execute(sys.executable, "-c", code, str(tmp_path / target), cwd=tmp_path, extra=cache)
    for name in MODELS:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


CLASSIFIERS = [
    "ensemble.RandomForestClassifier",
    "ensemble.ExtraTreesClassifier",
    "ensemble.GradientBoostingClassifier",
    "ensemble.AdaBoostClassifier",
    "ensemble.BaggingClassifier",
    "tree.DecisionTreeClassifier",
    "neural_network.MLPClassifier",
    "calibration.CalibratedClassifierCV",
    "neighbors.KNeighborsClassifier",
    "linear_model.LogisticRegressionCV",
    "naive_bayes.BernoulliNB",
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_common_classifiers_are_saved_and_loaded(tmp_path: Path, name: str) -> None:
    chosen = Model(name="m", classifier=f"sklearn.{name}", encoding="one_hot", parameters={})
    pipeline = Pipeline(
        [
            ("preprocessing", preprocessing.make(COLUMNS, "one_hot")),
            ("estimator", estimators.make(chosen, "binary", 1)),
        ]
    )
    frame = table(300)
    pipeline.fit(frame, frame["number"].fillna(0) > 0)
    path = tmp_path / "model.skops"
    persistence.save(pipeline, path)
    np.testing.assert_array_equal(
        persistence.load(path).predict_proba(frame), pipeline.predict_proba(frame)
    )


OWN = """
from pathlib import Path
from sklearn.base import BaseEstimator, TransformerMixin

class Twice(TransformerMixin, BaseEstimator):
    def fit(self, table, target=None):
        return self
    def transform(self, table):
        return table * 2

def halve(table):
    return table / 2

class Plain:
    pass
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module `features` of a project's own package."""
    package = tmp_path / "src" / "own_recipe"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "features.py").write_text(OWN)
    monkeypatch.syspath_prepend(str(tmp_path / "src"))
    monkeypatch.chdir(tmp_path)
    for name in ("own_recipe", "own_recipe.features"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module("own_recipe.features")


def test_estimators_and_functions_of_the_project_are_loaded(own: Any, tmp_path: Path) -> None:
    pipeline = Pipeline([("a", own.Twice()), ("b", FunctionTransformer(own.halve))])
    path = tmp_path / "model.skops"
    persistence.save(pipeline.fit(np.eye(2)), path)
    np.testing.assert_array_equal(persistence.load(path).transform(np.eye(2)), np.eye(2))


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    ("name", "loader"),
    [
        ("Path", "ObjectNode"),  # imported there, not defined there
        ("Plain", "ObjectNode"),  # no estimator
        ("Twice", "ConstructorFromReduceNode"),  # would be called with what the file says
        ("halve", "ObjectNode"),
    ],
)
def test_nothing_else_of_the_project_is_constructed(tmp_path: Path, name: str, loader: str) -> None:
    path = tmp_path / "model.skops"
    hostile(path, "own_recipe.features", name, loader)
    with pytest.raises(UserError, match=rf"not trusted: .*own_recipe\.features\.{name}"):
        persistence.load(path)


def test_a_model_that_could_not_be_loaded_is_not_saved(own: Any, tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    path.write_bytes(b"the model before")
    with pytest.raises(UserError, match=r"not trusted: own_recipe\.features\.Plain"):
        persistence.save(Pipeline([("a", own.Twice()), ("b", own.Plain())]), path)
    assert path.read_bytes() == b"the model before"


def test_the_archive_holds_no_pickle_no_address_and_no_time(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    persistence.save(fitted("hist_gradient_boosting"), path)
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {persistence.EPOCH}
        assert {Path(name).suffix for name in archive.namelist()} == {".npy", ".json"}
        tree = json.loads(archive.read("schema.json"))
        for name in archive.namelist():
            assert b"\x80\x04" not in archive.read(name)[:2]
    identifiers = [node["__id__"] for node in persistence.nodes(tree) if "__id__" in node]
    assert max(identifiers) < len(identifiers)


def hostile(path: Path, module: str, name: str, loader: str = "ObjectNode") -> None:
    """A model file in which a trusted type has been replaced by another one."""
    persistence.save(fitted("naive"), path)
    with zipfile.ZipFile(path) as archive:
        entries = {entry: archive.read(entry) for entry in archive.namelist()}
    tree = json.loads(entries["schema.json"])
    step = next(
        node for node in persistence.nodes(tree) if node.get("__class__") == "DummyClassifier"
    )
    step["__module__"], step["__class__"], step["__loader__"] = module, name, loader
    entries["schema.json"] = json.dumps(tree).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for entry, data in entries.items():
            archive.writestr(entry, data)


@pytest.mark.parametrize(
    "dotted", ["os.system", "subprocess.Popen", "builtins.eval", "mlops.stage.run"]
)
def test_types_that_are_not_trusted_are_refused(tmp_path: Path, dotted: str) -> None:
    path = tmp_path / "model.skops"
    module, _, name = dotted.rpartition(".")
    hostile(path, module, name)
    with pytest.raises(UserError, match="refused, these types are not trusted"):
        persistence.load(path)


@pytest.mark.parametrize("damage", ["missing", "empty", "cut short", "text"])
def test_a_damaged_file_is_one_line(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "model.skops"
    persistence.save(fitted("naive"), path)
    whole = path.read_bytes()
    path.write_bytes({"empty": b"", "cut short": whole[:500], "text": b"hello"}.get(damage, whole))
    if damage == "missing":
        path.unlink()
    with pytest.raises(UserError, match=r"model\.skops") as error:
        persistence.load(path)
    assert "\n" not in str(error.value)


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
