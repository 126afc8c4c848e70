"""Models are saved as the same bytes each time, and loaded without running code."""

import importlib
import json
import os
import pickle
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mlops.config.schema import Model
from mlops.errors import UserError
from mlops.model import estimators, persistence, preprocessing, trust
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from baked import IN_PLACE, execute
from machinery.fitting import COLUMNS, MODELS, VARIANTS, fitted, scores, table


@pytest.mark.parametrize(("name", "task", "weight", "calibration"), VARIANTS)
def test_a_saved_model_predicts_the_same(
    tmp_path: Path, name: str, task: str, weight: str | None, calibration: str | None
) -> None:
    pipeline = fitted(name, task, weight, calibration)
    path = tmp_path / "model.skops"
    persistence.save(pipeline, path)
    loaded = persistence.load(path)
    np.testing.assert_array_equal(scores(loaded, task), scores(pipeline, task))
    if task != "regression":
        assert loaded.classes_.tolist() == pipeline.classes_.tolist()
        assert set(loaded.predict(table())) <= set(loaded.classes_)


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from machinery.fitting import VARIANTS, fitted; from mlops.model import persistence\n"
        "for variant in VARIANTS:\n"
        "    name = '-'.join(map(str, variant))\n"
        "    persistence.save(fitted(*variant), Path(sys.argv[1]) / name)"
    )
    paths = IN_PLACE | {"PYTHONPATH": os.pathsep.join(sys.path)}
    for target in ("one", "two"):
        execute(sys.executable, "-c", code, str(tmp_path / target), cwd=tmp_path, extra=paths)
    written = {
        target: {path.name: path.read_bytes() for path in (tmp_path / target).iterdir()}
        for target in ("one", "two")
    }
    assert len(written["one"]) == len(VARIANTS)
    assert written["one"] == written["two"]


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


@pytest.mark.parametrize("name", MODELS)
def test_the_archive_holds_no_pickle_no_address_and_no_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / "model.skops"
    persistence.save(fitted(name), path)
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {persistence.EPOCH}
        entries = {entry: archive.read(entry) for entry in archive.namelist()}
    tree = json.loads(entries["schema.json"])
    assert {Path(entry).suffix for entry in entries} <= {".npy", ".json", ".bin"}
    for data in entries.values():
        with pytest.raises((pickle.UnpicklingError, ValueError, IndexError)):
            pickle.loads(data)
    identifiers = [node["__id__"] for node in trust.nodes(tree) if "__id__" in node]
    assert max(identifiers) < len(identifiers)


def rewrite(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Change the entries of a model file."""
    with zipfile.ZipFile(path) as archive:
        entries = {entry: archive.read(entry) for entry in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(path, "w") as archive:
        for entry, data in entries.items():
            archive.writestr(entry, data)


def hostile(path: Path, module: str, name: str, loader: str = "ObjectNode") -> None:
    """A model file in which a trusted type has been replaced by another one."""

    def change(entries: dict[str, bytes]) -> None:
        tree = json.loads(entries["schema.json"])
        step = next(n for n in trust.nodes(tree) if n.get("__class__") == "DummyClassifier")
        step["__module__"], step["__class__"], step["__loader__"] = module, name, loader
        entries["schema.json"] = json.dumps(tree).encode()

    persistence.save(fitted("naive"), path)
    rewrite(path, change)


@pytest.mark.parametrize(
    "dotted",
    [
        *("os.system", "subprocess.Popen", "builtins.eval", "mlops.stage.run"),
        *("xgboost.core.DMatrix", "lightgbm.basic.Dataset", "lightgbm.basic._InnerPredictor"),
    ],
)
def test_types_that_are_not_trusted_are_refused(tmp_path: Path, dotted: str) -> None:
    path = tmp_path / "model.skops"
    module, _, name = dotted.rpartition(".")
    hostile(path, module, name)
    with pytest.raises(UserError, match="refused, these types are not trusted"):
        persistence.load(path)


@pytest.mark.parametrize(
    ("dotted", "loader"),
    [
        (name, other)
        for name, own in trust.TRUSTED.items()
        for other in ("ConstructorFromReduceNode", "FunctionNode", "TypeNode")
        if "." in name and other != own
    ],
)
def test_a_trusted_type_is_loaded_in_its_own_way_only(
    tmp_path: Path, dotted: str, loader: str
) -> None:
    path = tmp_path / "model.skops"
    module, _, name = dotted.rpartition(".")
    hostile(path, module, name, loader)
    with pytest.raises(UserError, match=f"not trusted: {dotted}$"):
        persistence.load(path)


class Evil:
    def __reduce__(self) -> Any:
        return os.mkdir, ("harm",)


@pytest.mark.parametrize("data", [pickle.dumps(Evil()), b"", b"{}", b"CONFIG-offset:" + b"\0" * 99])
def test_a_booster_is_not_read_from_anything_but_its_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "model.skops"
    persistence.save(fitted("xgboost"), path)

    def change(entries: dict[str, bytes]) -> None:
        (booster,) = (entry for entry in entries if entry.endswith(".bin"))
        entries[booster] = data

    rewrite(path, change)
    with pytest.raises(UserError, match="not a readable model"):
        persistence.load(path)
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize("words", ["", "hello", "tree\nversion=v4\n"])
def test_a_booster_is_not_read_from_any_text(tmp_path: Path, words: str) -> None:
    path = tmp_path / "model.skops"
    persistence.save(fitted("lightgbm"), path)

    def change(entries: dict[str, bytes]) -> None:
        tree = json.loads(entries["schema.json"])
        texts = (node for node in trust.nodes(tree) if isinstance(node.get("content"), str))
        (text,) = (node for node in texts if "tree_sizes" in node["content"])
        text["content"] = json.dumps(words)
        entries["schema.json"] = json.dumps(tree).encode()

    rewrite(path, change)
    with pytest.raises(UserError, match="not a readable model"):
        persistence.load(path)


def test_a_model_of_an_extra_that_is_not_installed_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.skops"
    persistence.save(fitted("lightgbm"), path)
    for name in [name for name in sys.modules if name.split(".")[0] == "lightgbm"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(UserError, match=r"lightgbm is not installed: `uv sync --extra lightgbm`"):
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
