"""Scores as columns of a table: one, or one for each class."""

from typing import TYPE_CHECKING

from mlops.config.schema import Data

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SCORE, BASELINE = "score", "baseline_score"


def names(prefix: str, data: Data) -> list[str]:
    """The columns of a score: `score`, or `score.CLASS` for each class."""
    if data.task != "multiclass":
        return [prefix]
    return [f"{prefix}.{name}" for name in data.classes]


def add(table: "pd.DataFrame", prefix: str, score: "np.ndarray", data: Data) -> "pd.DataFrame":
    """The table with a score's columns."""
    columns = dict(zip(names(prefix, data), score.reshape(len(table), -1).T, strict=True))
    return table.assign(**columns)


def read(table: "pd.DataFrame", prefix: str, data: Data) -> "np.ndarray":
    """A score from its columns, shape (rows,) or (rows, classes)."""
    columns = names(prefix, data)
    return table[columns].to_numpy() if data.task == "multiclass" else table[prefix].to_numpy()
