"""Tables of each task, with scores of models that are better and worse by design."""

from typing import Any

import numpy as np
import pandas as pd
from mlops.config.schema import Config
from mlops.config.tasks import Task

from machinery.composing import config_of

TABLES: dict[Task, str] = {"binary": "flights", "multiclass": "wine", "regression": "diabetes"}


def config_for(task: Task, *overrides: str) -> Config:
    """The configuration of a shipped table with that task, drawn row by row, in few rounds."""
    few = ("data.resample=row", "evaluation.rounds=200", *overrides)
    return config_of(f"data={TABLES[task]}", *few)


def signal(task: Task, rows: int, seed: int = 0) -> np.ndarray:
    """What decides the target, shape (rows,) or (rows, 3)."""
    generator = np.random.default_rng(seed)
    shape = (rows, 3) if task == "multiclass" else (rows,)
    return 2 * generator.normal(size=shape)


def table(task: Task, rows: int = 1_200, **columns: Any) -> pd.DataFrame:
    """Rows of the shipped table's key, time, target and segments."""
    generator = np.random.default_rng(99)
    known = signal(task, rows)
    frame = pd.DataFrame({"row": np.arange(1, rows + 1)})
    if task == "binary":
        frame["departure"] = pd.date_range("2013-06-01", periods=rows, freq="36min")
        frame["late"] = generator.random(rows) < 1 / (1 + np.exp(-known))
        frame["origin"] = np.where(frame["row"] % 2, "EWR", "JFK")
        frame["carrier"] = np.where(frame["row"] % 3, "UA", "DL")
    elif task == "multiclass":
        drawn = (known + generator.gumbel(size=known.shape)).argmax(axis=1)
        frame["grower"] = np.array(["first", "second", "third"])[drawn]
    else:
        frame["progression"] = 150 + 30 * known + 10 * generator.normal(size=rows)
        frame["sex"] = np.where(frame["row"] % 2, "1", "2")
    return frame.assign(**columns)


def score(task: Task, noise: float, seed: int, rows: int = 1_200) -> np.ndarray:
    """What a model says that sees the signal through so much noise."""
    generator = np.random.default_rng(seed)
    seen = signal(task, rows)
    seen = seen + noise * generator.normal(size=seen.shape)
    if task == "binary":
        return np.asarray(1 / (1 + np.exp(-seen)))
    if task == "multiclass":
        raw = np.exp(seen)
        return np.asarray(raw / raw.sum(axis=1, keepdims=True))
    return 150 + 30 * seen
