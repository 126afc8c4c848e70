"""The models that the template ships, fitted to a small table with nulls and a rare category."""

from typing import Any

import msgspec
import numpy as np
import pandas as pd
from mlops.config import params
from mlops.config.schema import Column, Model
from mlops.model import estimators, preprocessing
from sklearn.pipeline import Pipeline

from baked import PROJECT

COLUMNS = {
    "number": Column(type="number", nullable=True),
    "flag": Column(type="boolean"),
    "kind": Column(type="category", nullable=True),
}
MODELS = sorted(path.stem for path in (PROJECT / "conf" / "model").glob("*.yaml"))
CLASSES = ["low", "middle", "high"]  # not in the order of the alphabet

# Each model in each task, plain and with what classification adds.
VARIANTS = [
    (name, task, weight, calibration)
    for name in MODELS
    for task, weight, calibration in (
        ("binary", None, None),
        ("binary", "balanced", "isotonic"),
        ("multiclass", None, None),
        ("multiclass", "balanced", "sigmoid"),
        ("regression", None, None),
    )
]


def model(name: str, **changes: Any) -> Model:
    """A shipped config, trees few."""
    values = params.parse((PROJECT / f"conf/model/{name}.yaml").read_text("utf-8"), name, "")
    if name != "linear":
        few = {key: 10 for key in ("max_iter", "n_estimators") if key in values["parameters"]}
        values["parameters"] |= few
    return msgspec.convert(values | changes, Model)


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


def target(frame: pd.DataFrame, task: str = "binary") -> pd.Series:
    """A target of that task that the columns tell."""
    value = frame["number"].fillna(0) + (frame["kind"] == "a")
    if task == "multiclass":
        return pd.cut(value, [-np.inf, -0.3, 1, np.inf], labels=CLASSES).astype("str")
    return value if task == "regression" else value > 0.3


def pipeline(chosen: Model, task: str = "binary") -> Pipeline:
    """The unfitted pipeline, as `features.py` makes it."""
    estimator = estimators.make(chosen, task, seed=3)
    return Pipeline(
        [
            ("preprocessing", preprocessing.make(COLUMNS, chosen.encoding)),
            ("estimator", preprocessing.tell_categories(estimator, COLUMNS, chosen.encoding)),
        ]
    )


def fitted(
    name: str, task: str = "binary", weight: str | None = None, calibration: str | None = None
) -> Pipeline:
    """Fitted to three quarters of the table, and calibrated on the last one."""
    chosen = model(name, class_weight=weight, calibration=calibration)
    frame = table()
    wanted = target(frame, task)
    made = estimators.fit(pipeline(chosen, task), frame[:600], wanted[:600], chosen)
    found: Pipeline = estimators.calibrate(made, frame[600:], wanted[600:], chosen)
    return found


def scores(made: Pipeline, task: str) -> np.ndarray:
    """What the model says of the table."""
    way = "predict" if task == "regression" else "predict_proba"
    found: np.ndarray = getattr(made, way)(table())
    return found
