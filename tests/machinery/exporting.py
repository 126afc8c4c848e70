"""Models of every kind, fitted to a table that has what tables have, and their scorers."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from mlops.config.schema import Column, Config
from mlops.data import tables
from mlops.export import contract, ladder
from mlops.export.source import Source
from mlops.model import estimators, persistence, preprocessing
from mlops.scoring import archive, scorer
from mlops.scoring.scorer import Scorer
from sklearn.pipeline import Pipeline

from machinery.composing import DATA, config_of, on_columns

COLUMNS = {
    "number": Column("number", nullable=True),
    "whole": Column("integer"),
    "flag": Column("boolean"),
    "share": Column("number", minimum=0, maximum=1),
    "kind": Column("category", nullable=True),
    "place": Column("category"),
    "size": Column("category", categories=["small", "medium", "large"]),
    "count": Column("integer", nullable=True, minimum=0),
}
TARGETS = {
    "binary": Column("boolean"),
    "multiclass": Column("category", categories=["low", "never", "middle", "high"]),
    "regression": Column("number"),
}


def config(task: str, model: str = "hist_gradient_boosting", *overrides: str) -> Config:
    """The starter's configuration for a task, a model and these columns."""
    base = config_of(f"data={DATA[task]}", "split=hash", f"model={model}", *overrides)
    return on_columns(base, TARGETS[task], COLUMNS)


def table(task: str, rows: int = 3000, seed: int = 0) -> pd.DataFrame:
    """Rows with nulls, a hundred places of which many are rare, and numbers of all sizes."""
    draw = np.random.default_rng(seed)
    number = draw.normal(size=rows)
    frame = pd.DataFrame(
        {
            "row": np.arange(rows),
            "number": np.where(draw.random(rows) < 0.1, np.nan, number),
            "whole": draw.integers(-50, 50, rows),
            "flag": draw.random(rows) < 0.3,
            "share": np.where(draw.random(rows) < 0.5, draw.random(rows), 0.25),
            "kind": pd.Series(draw.choice(["a", "b", "c", "é"], rows, p=[0.5, 0.3, 0.195, 0.005])),
            "place": pd.Series([f"P{n}" for n in draw.zipf(1.5, rows).clip(max=100)]),
            "size": pd.Series(draw.choice(["small", "medium", "large"], rows)),
            "count": pd.Series(draw.poisson(3, rows)).where(draw.random(rows) > 0.2),
        }
    )
    frame.loc[draw.random(rows) < 0.1, "kind"] = None
    frame["target"] = target(frame, number + draw.normal(size=rows), task)
    return frame


def target(frame: pd.DataFrame, noise: np.ndarray, task: str) -> Any:
    """A target of that task that the columns tell in part."""
    value = noise + (frame["kind"] == "a") + frame["share"] * 2 - frame["count"].isna()
    value = value + frame["place"].isin(["P1", "P4"]) + frame["whole"] / 50 - frame["flag"]
    if task == "multiclass":
        return pd.cut(value, [-np.inf, 0, 2, np.inf], labels=["low", "middle", "high"]).astype(
            "str"
        )
    return value * 100 + 1000 if task == "regression" else value > 1


def fitted(config: Config, frame: pd.DataFrame, own: tuple[tuple[str, Any], ...] = ()) -> Pipeline:
    """The pipeline as the stage train makes it; a third of the rows calibrate it."""
    features, model = config.data.features, config.model
    estimator = estimators.make(model, config.data.task, config.seed)
    pipeline = Pipeline(
        [
            *own,
            ("preprocessing", preprocessing.make(features, model.encoding)),
            ("estimator", preprocessing.tell_categories(estimator, features, model.encoding)),
        ]
    )
    rows, cells, cut = frame[list(features)], frame["target"], len(frame) * 2 // 3
    estimators.fit(pipeline, rows[:cut], cells[:cut], model)
    found: Pipeline = estimators.calibrate(pipeline, rows[cut:], cells[cut:], model)
    return found


def few_trees(model: str, trees: int = 12) -> list[str]:
    """Overrides that make a shipped model small."""
    name = {"hist_gradient_boosting": "max_iter", "linear": None, "naive": None}
    parameter = name.get(model, "n_estimators")
    return [f"model.parameters.{parameter}={trees}"] if parameter else []


def arrow(frame: pd.DataFrame, config: Config) -> pa.Table:
    """The features as the stages keep them."""
    features = config.data.features
    found: pa.Table = pa.Table.from_pandas(
        frame[list(features)], tables.schema(features), preserve_index=False
    )
    return found


def exported(config: Config, frame: pd.DataFrame, pipeline: Pipeline, folder: Path) -> Scorer:
    """The scorer of a fitted pipeline, by way of both files."""
    persistence.save(pipeline, folder / "model.skops")
    content = persistence.read(folder / "model.skops")
    loaded = persistence.loads(content, folder / "model.skops")
    source = Source(loaded, content, config.data)
    promise = contract.contract(config, frame)
    members = ladder.climb(source, promise, arrow(frame, config))
    archive.write(members, folder / "scorer.zip")
    return scorer.load(folder / "scorer.zip")
