"""Draw what to try next, by Optuna's tree-structured Parzen estimator.

J. Bergstra and others, Algorithms for Hyper-Parameter Optimization, 2011. What is drawn depends on
the trials so far and on the seed alone, so a search that was interrupted goes on as if it had not
been.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlops.tune.space import Choice, Dimension, Range, holds
from mlops.tune.trial import Trial

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution

DIGITS = 4  # of a number that is drawn: what is tried is then what conf/ says, and reads well
FEW = 10  # trials, below which nothing is said of importance


def draw(
    space: Sequence[Dimension], trials: Sequence[Trial], seed: int, lower_is_better: bool
) -> dict[str, Any]:
    """The values of the next trial."""
    study = told(space, trials, seed, lower_is_better)
    drawn = study.ask(distributions(space)).params
    return {one.key: value(one, drawn[one.key]) for one in space}


def importance(
    space: Sequence[Dimension], trials: Sequence[Trial], seed: int, lower_is_better: bool
) -> dict[str, float]:
    """Which share of the scores' variance each key explains, the largest first (fANOVA).

    F. Hutter and others, An Efficient Approach for Assessing Hyperparameter Importance, 2014. Empty
    where there are too few trials, or all have the same score.
    """
    from optuna.importance import FanovaImportanceEvaluator, get_param_importances

    study = told(space, trials, seed, lower_is_better)
    if len(study.trials) < FEW:
        return {}
    try:
        found = get_param_importances(study, evaluator=FanovaImportanceEvaluator(seed=seed))
    except RuntimeError:  # no tree finds a difference
        return {}
    return {key: round(float(share), 4) for key, share in found.items()}


def told(
    space: Sequence[Dimension], trials: Sequence[Trial], seed: int, lower_is_better: bool
) -> "Study":
    """A study, in memory, that knows the trials which were scored and are of the space."""
    import numpy as np
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    (own,) = np.random.SeedSequence([seed, len(trials)]).generate_state(1)
    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=int(own)),
        direction="minimize" if lower_is_better else "maximize",
    )
    scored = [trial for trial in trials if trial.score is not None]
    study.add_trials(
        [
            optuna.trial.create_trial(
                params={one.key: stored(one, trial.values[one.key]) for one in space},
                distributions=distributions(space),
                value=trial.score,
            )
            for trial in scored
            if holds(space, trial.values)
        ]
    )
    return study


def distributions(space: Sequence[Dimension]) -> "dict[str, BaseDistribution]":
    """The space as Optuna has it."""
    return {one.key: distribution(one) for one in space}


def distribution(one: Dimension) -> "BaseDistribution":
    """A dimension as Optuna has it: of a list, the places, which are whole numbers."""
    from optuna import distributions as kinds

    if isinstance(one, Choice):
        return kinds.CategoricalDistribution(tuple(range(len(one.values))))
    if one.whole:
        return kinds.IntDistribution(int(one.low), int(one.high), log=one.log)
    return kinds.FloatDistribution(one.low, one.high, log=one.log)


def stored(one: Dimension, found: Any) -> Any:
    """A value as Optuna has it."""
    if isinstance(one, Choice):
        return one.place(found)
    return found if one.whole else float(found)


def value(one: Dimension, drawn: Any) -> Any:
    """What Optuna drew, as the configuration has it."""
    if isinstance(one, Choice):
        return one.values[drawn]
    return int(drawn) if one.whole else short(one, drawn)


def short(one: Range, drawn: float) -> float:
    """A number of few digits that is not outside of its range."""
    return min(max(float(f"{drawn:.{DIGITS}g}"), float(one.low)), float(one.high))
