"""Tables whose informative columns are known, and models of them."""

from typing import Any

import numpy as np
import pandas as pd
from mlops.config.schema import Column, Config
from mlops.explain.subjects import Subject, held_out
from mlops.model import estimators, preprocessing
from mlops.model.tasks import task
from sklearn.pipeline import Pipeline

from machinery.composing import DATA, config_of, on_columns

QUICK = ("evaluation.rounds=200", "model.parameters.max_iter=40")
CLASSES = ["first", "second", "third"]
COLUMNS = {
    "strong": Column("number"),
    "weak": Column("number", nullable=True),
    "kind": Column("category", nullable=True),
    "flag": Column("boolean"),
    "noise": Column("number"),
    "id": Column("category"),
}
TARGETS = {
    "binary": Column("boolean"),
    "multiclass": Column("category", categories=CLASSES),
    "regression": Column("number"),
}


def config(task: str, *overrides: str, **columns: Column) -> Config:
    """The starter's configuration for a task on these columns; `columns` are added."""
    base = config_of(f"data={DATA[task]}", "split=hash", *QUICK, *overrides)
    return on_columns(base, TARGETS[task], COLUMNS | columns)


def table(task: str, rows: int = 1500, seed: int = 0) -> pd.DataFrame:
    """Rows of which `strong` tells most, `weak` and `kind` something, `noise` and `id` nothing."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "row": np.arange(rows),
            "strong": draw.normal(size=rows),
            "weak": draw.normal(size=rows),
            "kind": draw.choice(["a", "b", "c"], size=rows, p=[0.5, 0.3, 0.2]),
            "flag": draw.random(rows) < 0.5,
            "noise": draw.normal(size=rows),
            "id": [f"id{number}" for number in draw.permutation(rows)],
        }
    )
    kind = frame["kind"].map({"a": 0.0, "b": 1.0, "c": -1.0})
    signal = 3 * frame["strong"] + 0.8 * frame["weak"] + kind + draw.normal(size=rows)
    if task == "regression":
        frame["target"] = signal
    elif task == "binary":
        frame["target"] = signal > 0
    else:
        frame["target"] = np.array(CLASSES)[np.digitize(signal, [-1.5, 1.5])]
    frame.loc[draw.random(rows) < 0.1, "weak"] = np.nan
    frame.loc[draw.random(rows) < 0.1, "kind"] = None
    return frame


def fitted(config: Config, train: pd.DataFrame) -> Any:
    """The model of the configuration."""
    return pipeline(config).fit(train[list(config.data.features)], train["target"])


def pipeline(config: Config) -> Any:
    """The unfitted pipeline, as the recipe makes it."""
    features, encoding = config.data.features, config.model.encoding
    estimator = estimators.make(config.model, config.data.task, 1)
    steps = [
        ("preprocessing", preprocessing.make(features, encoding)),
        ("estimator", preprocessing.tell_categories(estimator, features, encoding)),
    ]
    return Pipeline(steps)


def explained(config: Config, rows: pd.DataFrame, train: pd.DataFrame) -> tuple[Any, Subject]:
    """A model that was fitted on some rows, to be explained on others."""
    model = fitted(config, train)
    data = config.data

    def predict(table: pd.DataFrame) -> np.ndarray:
        return task.predict(data.task, model, table, data.classes)

    return model, held_out(rows, train, predict, config)
