"""What a task has to know; each of the modules beside this one is a task."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from mlops.config.schema import Evaluation
from mlops.model import own_metrics
from mlops.model.plot import Plot

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from mlops.model.rows import Metric


class Task(Protocol):
    """Binary or multiclass classification, or regression."""

    LOSS: str  # the metric that training is watched by
    METHOD: str  # of an estimator, that gives what scores are made of

    def target(self, cells: "pd.Series[Any]", classes: Sequence[str]) -> "np.ndarray":
        """The target's cells as numbers, shape (rows,)."""

    def score(
        self, output: "np.ndarray", known: Sequence[Any], classes: Sequence[str]
    ) -> "np.ndarray":
        """A score from what an estimator's `METHOD` gives; `known` are its classes."""

    def baseline(self, target: "np.ndarray", classes: Sequence[str]) -> "np.ndarray":
        """The naive forecast, one score, from the training rows' target."""

    def metrics(self, evaluation: Evaluation | None = None) -> "dict[str, Metric]":
        """The metrics that the task itself has, by name.

        `evaluation` is what the recipe of an older project hands over; nothing depends on it.
        """

    def by_class(self, classes: Sequence[str]) -> "dict[str, dict[str, Metric]]":
        """Metrics of single classes, by class and name."""

    def rates(
        self, target: "np.ndarray", score: "np.ndarray", evaluation: Evaluation
    ) -> "dict[str, np.ndarray]":
        """What fairness averages over the rows of a group, shape (rows,) each."""

    def expectation(
        self, target: "np.ndarray", score: "np.ndarray"
    ) -> "tuple[np.ndarray, np.ndarray]":
        """What was predicted and what came, shape (rows,) each, for calibration."""

    def plots(
        self,
        target: "np.ndarray",
        score: "np.ndarray",
        classes: Sequence[str],
        evaluation: Evaluation,
    ) -> dict[str, Plot]:
        """The plots of a run, by the name of their file."""


def of(name: str) -> Task:
    """The task of that name, as `data.task` has it."""
    from mlops.model.tasks import binary, multiclass, regression

    tasks: dict[str, Task] = {
        "binary": binary,
        "multiclass": multiclass,
        "regression": regression,
    }
    return tasks[name]


def metrics(name: str, evaluation: Evaluation) -> "dict[str, Metric]":
    """The metrics of the task of that name, and the project's own, by name."""
    return of(name).metrics() | own_metrics.load(evaluation)


def predict(name: str, model: Any, table: "pd.DataFrame", classes: Sequence[str]) -> "np.ndarray":
    """A fitted model's scores in the task of that name, shape (rows,) or (rows, classes)."""
    way = of(name)
    output: np.ndarray = getattr(model, way.METHOD)(table)
    return way.score(output, getattr(model, "classes_", ()), classes)
