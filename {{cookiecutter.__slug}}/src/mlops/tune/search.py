"""The search: trial after trial, each saved when it is done."""

import sys
import time
from typing import Any

from mlops.errors import UserError
from mlops.progress import counting
from mlops.tune import trial
from mlops.tune.draw import draw
from mlops.tune.problem import Problem
from mlops.tune.study import Study
from mlops.tune.trial import Trial

PATIENCE = 2  # processes that may end in the middle of one trial
DEADLY = "the process ended in the middle of it, twice: was there enough memory?"


def search(problem: Problem, study: Study, total: int, seconds: float | None) -> bool:
    """Bring a study to so many trials; False where Ctrl-C ended it before.

    No trial begins after so many seconds. The current configuration comes first: the best is never
    worse. Raise `UserError` where that cannot be scored.
    """
    end = None if seconds is None else time.monotonic() + seconds
    try:
        with counting(max(total - len(study.trials), 0), "trials") as advance:
            if study.of(problem.current) is None:
                score_current(problem, study)
                advance(1)
            while len(study.trials) < total and (end is None or time.monotonic() < end):
                take(problem, study)
                advance(1)
    except KeyboardInterrupt:
        study.begun = 0
        study.save()
        return False
    return True


def score_current(problem: Problem, study: Study) -> None:
    """Score the current configuration; nothing can be compared with one that fails."""
    found = attempt(problem, study, problem.current)
    if found.problem:
        study.begun = 0
        study.save()
        raise UserError(f"the current configuration cannot be scored: {found.problem}")
    study.add(found)
    tell(study, f"the current configuration: {study.metric} {found.score:.5g}")


def take(problem: Problem, study: Study) -> None:
    """Draw, try and save one trial."""
    before = best(study, problem.lower_is_better)
    seed = problem.config.seed
    values = draw(problem.space, study.trials, seed, problem.lower_is_better)
    found = study.of(values) or attempt(problem, study, values)
    study.add(found)
    if found.problem:
        tell(study, f"failed: {found.problem}")
    elif best(study, problem.lower_is_better) is not before:
        tell(study, f"{study.metric} {found.score:.5g} is the best so far")


def attempt(problem: Problem, study: Study, values: dict[str, Any]) -> Trial:
    """Try values, unless two processes have ended over them."""
    if study.begun >= PATIENCE:
        return Trial(values, problem=DEADLY)
    study.begun += 1
    study.save()
    return trial.run(problem, values)


def best(study: Study, lower_is_better: bool) -> Trial | None:
    """The trial with the best score, of equal ones the first."""
    scored = [one for one in study.trials if one.score is not None]
    sign = -1 if lower_is_better else 1
    return max(scored, key=lambda one: sign * (one.score or 0.0), default=None)


def tell(study: Study, what: str) -> None:
    """Tell of the last trial, beside the progress."""
    print(f"trial {len(study.trials)}: {what}", file=sys.stderr, flush=True)
