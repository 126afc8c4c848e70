"""What a search found: its best against the current configuration, on rows that chose neither."""

from typing import TYPE_CHECKING, Any

from mlops import layout
from mlops.config.schema import Config
from mlops.data import tables
from mlops.model import estimators
from mlops.review.comparison import Comparison, compare
from mlops.review.report import Difference
from mlops.tune import trial
from mlops.tune.draw import importance
from mlops.tune.problem import Problem
from mlops.tune.search import best
from mlops.tune.study import Study
from mlops.tune.trial import Trial
from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class Failure(Struct, frozen=True):
    """Why trials failed, how many did so, and the values of one of them."""

    problem: str
    trials: int
    values: dict[str, Any]


class Exam(Struct, frozen=True):
    """Best and current configuration on the same rows; `difference` is the best's minus the other.

    `looks` counts the trials that were compared on these rows: the interval is widened for them.
    """

    rows: int
    units: int
    confidence: float
    looks: int
    best: float | None
    current: float | None
    difference: Difference | None


class Outcome(Struct, frozen=True):
    """What `reports/tuning.json` holds. `best` and `exam` are None where nothing better was found.

    `rows` are those that decide between trials; in a cross-validation they are those of the exam,
    too.
    """

    study: str
    model: str
    metric: str
    lower_is_better: bool
    cross_validated: bool
    rows: int
    asked: int
    trials: list[Trial]
    failures: list[Failure]
    current: Trial
    best: Trial | None
    exam: Exam | None
    importance: dict[str, float]

    @property
    def failed(self) -> int:
        """How many trials failed."""
        return sum(failure.trials for failure in self.failures)


def outcome(problem: Problem, study: Study, asked: int) -> Outcome:
    """Sum a study up, whose trials hold the current configuration."""
    config = problem.config
    current, found = study.of(problem.current), better(problem, study)
    assert current is not None
    shares = importance(problem.space, study.trials, config.seed, problem.lower_is_better)
    return Outcome(
        study=study.path.as_posix(),
        model=study.model,
        metric=study.metric,
        lower_is_better=problem.lower_is_better,
        cross_validated=problem.by_folds,
        rows=problem.rows,
        asked=asked,
        trials=study.trials,
        failures=failures(study),
        current=current,
        best=found,
        exam=None if found is None else examine(problem, found, study),
        importance=shares,
    )


def better(problem: Problem, study: Study) -> Trial | None:
    """The best trial; None where it has no better score than the current configuration."""
    current, found = study.of(problem.current), best(study, problem.lower_is_better)
    if found is None or current is None or found.score == current.score:
        return None
    return found


def failures(study: Study) -> list[Failure]:
    """The reasons for which trials failed, the commonest first."""
    by_problem = dict[str, list[Trial]]()
    for one in study.trials:
        if one.problem is not None:
            by_problem.setdefault(one.problem, []).append(one)
    found = [Failure(said, len(those), those[0].values) for said, those in by_problem.items()]
    return sorted(found, key=lambda failure: -failure.trials)


def examine(problem: Problem, found: Trial, study: Study) -> Exam:
    """Fit both anew and compare them on the test rows, as a review compares models.

    The rows of a cross-validation chose the best, so its interval is widened for all that they were
    shown (Bonferroni).
    """
    table = tables.read(layout.TEST, list(problem.config.data.columns))
    scores = {
        name: scored(problem, trial.config_of(problem, values), table)
        for name, values in (("candidate", found.values), ("base", problem.current))
    }
    evaluation = problem.config.evaluation
    looks = sum(one.score is not None for one in study.trials) if problem.by_folds else 1
    wide = replace(evaluation, confidence=1 - (1 - evaluation.confidence) / looks)
    compared: Comparison = compare(table, scores, replace(problem.config, evaluation=wide), {})
    (main,) = [metric for metric in compared.metrics if metric.name == evaluation.metric]
    return Exam(
        rows=compared.rows,
        units=compared.units,
        confidence=evaluation.confidence,
        looks=looks,
        best=main.candidate,
        current=main.base,
        difference=main.from_base,
    )


def scored(problem: Problem, config: Config, table: "pd.DataFrame") -> "np.ndarray":
    """The test rows' scores by a model of the training rows, calibrated as it is configured."""
    if problem.by_folds:
        return trial.out_of_fold(problem, config)
    rows, data = problem.validation, config.data
    held_out = rows[list(data.features)], rows[data.target]
    model = estimators.calibrate(problem.fit(config, problem.train), *held_out, config.model)
    return trial.predict(model, table, config)
