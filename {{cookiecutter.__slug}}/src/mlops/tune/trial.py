"""One trial: fit the recipe's pipeline with some values, and score rows that it has not seen."""

import warnings
from math import isfinite
from typing import TYPE_CHECKING, Any

from mlops.config import params
from mlops.config.schema import Config, FoldSplit
from mlops.data import splits
from mlops.errors import UserError
from mlops.model import estimators
from mlops.model.rows import once
from mlops.model.tasks import task
from mlops.tune.keys import changed
from mlops.tune.problem import Problem
from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

LONGEST = 300  # characters of a reason


class Trial(Struct, frozen=True, omit_defaults=True):
    """The values that were tried, and the score, or why there is none."""

    values: dict[str, Any]
    score: float | None = None
    problem: str | None = None


def run(problem: Problem, values: dict[str, Any]) -> Trial:
    """Try values; whatever is raised is the trial's problem, in one line."""
    try:
        score = score_of(problem, config_of(problem, values))
    except UserError as error:
        return Trial(values, problem=error.lines[0][:LONGEST])
    except Exception as error:  # the recipe's own code may raise anything
        said = f"{type(error).__name__}: {error}"
        return Trial(values, problem=" ".join(said.split())[:LONGEST])
    if not isfinite(score):
        return Trial(values, problem=f"its {problem.config.evaluation.metric} is not a number")
    return Trial(values, score)


def config_of(problem: Problem, values: dict[str, Any]) -> Config:
    """The configuration with some values. Raise `UserError` where it does not accept them."""
    shown = ", ".join(f"{key}={value}" for key, value in values.items())
    return params.typed(changed(problem.values, values), shown)


def score_of(problem: Problem, config: Config) -> float:
    """The metric that decides, on the validation rows or out of fold."""
    table = problem.train if problem.by_folds else problem.validation
    way, data = task.of(config.data.task), config.data
    target = way.target(table[data.target], data.classes)
    metric = task.metrics(data.task, config.evaluation)[config.evaluation.metric]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fifty models, some do not converge
        if problem.by_folds:
            score = out_of_fold(problem, config)
        else:
            score = predict(problem.fit(config, problem.train), table, config)
        return once(metric, target, score, config.evaluation.threshold)


def out_of_fold(problem: Problem, config: Config) -> "np.ndarray":
    """Score each training row by a model of the other folds."""
    assert isinstance(config.split, FoldSplit)
    fold = splits.folds(problem.train[config.data.kept_together], config.split.folds)
    return estimators.out_of_fold(problem.fit, config, problem.train, fold)


def predict(model: Any, table: "pd.DataFrame", config: Config) -> "np.ndarray":
    """A fitted model's scores, shape (rows,) or (rows, classes)."""
    features = table[list(config.data.features)]
    return task.predict(config.data.task, model, features, config.data.classes)
