"""Searches over small tables: in memory, and in a project with Git and DVC."""

import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
from mlops import layout
from mlops.config.schema import Config
from mlops.data import tables
from mlops.model import estimators
from mlops.repository import objects
from mlops.tune.outcome import Outcome, outcome
from mlops.tune.problem import Problem
from mlops.tune.search import search
from mlops.tune.space import Choice, Dimension, Range
from mlops.tune.study import Study

from baked import IN_PLACE, PROJECT, Ran, edit, execute
from machinery import explaining

RATE = Range("model.parameters.learning_rate", 0.01, 0.3, log=True)
LEAVES = Range("model.parameters.max_leaf_nodes", 4, 40)
TROUBLE = Choice("recipe.trouble", ["none", "raise", "nan"])
PACKAGE = "small_recipe"

# The recipe of a small project: a straight line, and what the tests ask for at a certain fit.
TRAIN = """
import os
import signal

from mlops.model import estimators, preprocessing
from sklearn.pipeline import Pipeline

fits = 0


def fit(config, table):
    global fits
    fits += 1
    if str(fits) == os.environ.get("DIE_AT"):
        os.kill(os.getpid(), signal.SIGKILL)
    if str(fits) == os.environ.get("STOP_AT"):
        os.kill(os.getpid(), signal.SIGINT)
    if config.recipe["trouble"] == "raise":
        raise RuntimeError("the recipe\\nis in trouble")
    columns, encoding = config.data.features, config.model.encoding
    estimator = estimators.make(config.model, config.data.task, config.seed)
    steps = [("preprocessing", preprocessing.make(columns, encoding)), ("estimator", estimator)]
    pipeline = Pipeline(steps)
    features, target = table[list(columns)], table[config.data.target]
    return estimators.fit(pipeline, features, target, config.model)


def train():
    print("nothing is kept")
"""
SPLIT = """
import numpy as np
import pandas as pd
from mlops.data import tables
from pathlib import Path


def split():
    draw = np.random.default_rng(5)
    frame = pd.DataFrame(draw.normal(size=(600, 3)), columns=["one", "two", "three"])
    frame["row"] = np.arange(600)
    frame["price"] = 3 * frame["one"] + frame["two"] + draw.normal(size=600)
    for side, start in (("train", 0), ("validation", 200), ("test", 400)):
        tables.write(frame[start : start + 200], Path(f"data/prepared/{side}.parquet"))
"""
PIPELINE = f"""
stages:
  compose:
    cmd: python -m mlops.stage mlops.config.compose
    deps: [conf]
    outs:
      - data/schema.json: {{cache: false, persist: true}}
      - params.yaml: {{cache: false, persist: true}}
  split:
    cmd: python -m mlops.stage {PACKAGE}.split
    deps: [src/{PACKAGE}/split.py]
    params: [split]
    outs: [data/prepared]
  train:
    cmd: python -m mlops.stage {PACKAGE}.train
    params: [model, recipe, seed]
    deps:
      - data/prepared/train.parquet
      - data/prepared/validation.parquet
      - src/{PACKAGE}/train.py
"""
TABLE = """
name: small
task: regression
defaults:
  - override /evaluation@_global_.evaluation: regression
  - override /gate@_global_.gate: regression
  - override /split@_global_.split: hash
  - _self_
source: data/source
reader: null
reading: null
start: null
through: null
target: price
time: null
key: [row]
group: null
resample: row
segments: []
identifiers: [row]
columns:
  price: {type: number}
  row: {type: integer}
  one: {type: number}
  two: {type: number}
  three: {type: number}
"""
SPACE = """
# How hard the line is held down.
model.parameters.alpha: {low: 0.001, high: 100.0, log: true}
model.parameters.fit_intercept: [true, false]
"""


def project_in(folder: Path) -> None:
    """Make a project whose line is held down far too hard, and run its pipeline."""
    shutil.copytree(PROJECT / "conf", folder / "conf")
    shutil.copytree(PROJECT / ".dvc", folder / ".dvc")
    files = {
        "dvc.yaml": PIPELINE,
        "conf/data/small.yaml": TABLE,
        "conf/search/linear.yaml": SPACE,
        f"src/{PACKAGE}/__init__.py": "",
        f"src/{PACKAGE}/train.py": TRAIN,
        f"src/{PACKAGE}/split.py": SPLIT,
        ".gitignore": "reports/\n__pycache__/\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip(), "utf-8")
    config = folder / "conf/config.yaml"
    edit(config, "- data: flights", "- data: small")
    edit(config, "- model: hist_gradient_boosting", "- model: linear")
    edit(config, "recipe: {}", "recipe: {trouble: none}")
    parameter = "  max_iter: 1000"
    edit(folder / "conf/model/linear.yaml", parameter, f"{parameter}\n  alpha: 5000 # hard")
    edit(folder / "conf/evaluation/regression.yaml", "rounds: 1000", "rounds: 100")
    execute("git", "init", "-q", "-b", "main", cwd=folder)
    run(folder, "dvc", "repro", "-q")


def run(folder: Path, *command: str, check: bool = True, **environment: str) -> Ran:
    """Run a module of this interpreter in the project, with the machinery in place."""
    paths = {
        "PYTHONPATH": f"{PROJECT / 'src'}:{folder / 'src'}",
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
    }
    extra = IN_PLACE | paths | environment
    return execute(sys.executable, "-m", *command, cwd=folder, check=check, extra=extra)


def tuned(folder: Path, *options: str, check: bool = True, **environment: str) -> Ran:
    """Run `mlops tune` in a process of its own."""
    return run(folder, "mlops", "tune", *options, check=check, **environment)


def study_in(folder: Path) -> Study:
    """The only study of a project."""
    (path,) = (folder / "reports/tuning").glob("*.json")
    return msgspec.json.decode(path.read_bytes(), type=Study)


def fresh() -> None:
    """Forget what was known of the project that was the current folder before."""
    objects.repository.cache_clear()
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


def fit(config: Config, table: pd.DataFrame) -> Any:
    """A pipeline, unless the configuration asks for trouble."""
    if config.recipe.get("trouble") == "raise":
        raise RuntimeError("the recipe\nis in trouble")
    if config.recipe.get("trouble") == "nan":
        return Silent()
    pipeline = explaining.pipeline(config)
    return estimators.fit(
        pipeline, table[list(config.data.features)], table["target"], config.model
    )


class Silent:
    """A model of a number that has nothing to say."""

    def predict(self, table: pd.DataFrame) -> np.ndarray:
        return np.full(len(table), np.nan)


def problem(
    task: str,
    space: Sequence[Dimension],
    *overrides: str,
    trouble: str = "none",
    change: Callable[[pd.DataFrame], pd.DataFrame] | None = None,
) -> Problem:
    """A table cut in three, the test rows written into the current folder; or folds of all of it.

    `change` is done to the table first.
    """
    config = explaining.config(task, *overrides, f"+recipe.trouble={trouble}")
    table = explaining.table(task, 900)
    table = change(table) if change else table
    values = msgspec.to_builtins(config)
    if "split=cross_validation" in overrides:
        tables.write(table, layout.TEST)
        return Problem(values, config, list(space), fit, table, table.head(0))
    sides = [table[start : start + 300].reset_index(drop=True) for start in (0, 300, 600)]
    tables.write(sides[2], layout.TEST)
    return Problem(values, config, list(space), fit, sides[0], sides[1])


def searched(problem: Problem, total: int) -> Study:
    """A new study of so many trials."""
    config = problem.config
    study = Study(config.model.name, config.evaluation.metric, {"task": config.data.task})
    assert search(problem, study, total, None)
    return study


def found(problem: Problem, total: int) -> Outcome:
    """What a new study of so many trials finds."""
    return outcome(problem, searched(problem, total), total)
