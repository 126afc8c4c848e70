"""Leaks: a feature that alone says almost everything is often known only after the fact."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlops.config.schema import Config
from mlops.config.tasks import Metric, Task
from mlops.explain import alone
from mlops.model import intervals
from mlops.model.rows import once
from mlops.model.tasks import task
from mlops.progress import track

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Exam = tuple[pd.DataFrame, pd.DataFrame]  # rows to learn from, and rows to be tested on

# From here on a single column is suspicious: honest ones hardly ever come so far alone.
LIMITS: dict[Task, tuple[Metric, float]] = {
    "binary": ("roc_auc", 0.995),
    "multiclass": ("balanced_accuracy", 0.99),
    "regression": ("r2", 0.99),
}
LEARNT_FROM = 20_000  # training rows at most


def find(exams: "Sequence[Exam]", config: Config) -> list[dict[str, Any]]:
    """The features that alone predict nearly perfectly: `{"column", "metric", "value"}`.

    A small tree of each feature learns from the rows of an exam and is tested on its others; the
    tested rows of all exams count together. The most suspicious first.
    """
    data = config.data
    name, limit = LIMITS[data.task]
    way = task.of(data.task)
    metric = way.metrics()[name]
    found = []
    for column in track(list(data.features), "Features tried alone"):
        target, score = tried_alone(column, exams, config)
        value = intervals.rounded(once(metric, target, score))
        if value is not None and value >= limit:
            found.append({"column": column, "metric": name, "value": value})
    return sorted(found, key=lambda leak: -leak["value"])


def tried_alone(
    column: str, exams: "Sequence[Exam]", config: Config
) -> "tuple[np.ndarray, np.ndarray]":
    """The target of all tested rows, and what the trees say of them."""
    import numpy as np

    data, way = config.data, task.of(config.data.task)
    is_category = data.columns[column].type == "category"
    targets, scores = [], []
    for train, test in exams:
        known = way.target(train[data.target], data.classes)
        if data.task == "multiclass":
            outcomes = known[:, None] == np.arange(len(data.classes))
        else:
            outcomes = known[:, None]
        told = alone.predict(train[column], outcomes.astype(float), test[column], is_category)
        targets.append(way.target(test[data.target], data.classes))
        scores.append(told if data.task == "multiclass" else told[:, 0])
    return np.concatenate(targets), np.concatenate(scores)


def warning(leak: dict[str, Any], target: str) -> str:
    """A leak in a line."""
    return (
        f"warning: column {leak['column']!r} alone predicts {target!r} nearly perfectly"
        f" ({leak['metric']} {leak['value']:.4f}): is it known at prediction time?"
    )
