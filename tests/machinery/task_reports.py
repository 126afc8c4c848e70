"""Reports of each task, as the review makes them of a table and two models' scores."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from mlops.config.tasks import Task
from mlops.model.tasks import task as tasks
from mlops.review import review
from mlops.review.comparison import compare
from mlops.review.exam import Result
from mlops.review.report import Report, Rival

from machinery.exams import config_for, score, table
from machinery.report_parts import COMMIT, PRODUCTION

GOOD, BAD = 0.2, 2.0


@cache
def report(task: Task, candidate: float, production: float, *overrides: str) -> Report:
    """The report on a candidate with so much noise against production with so much."""
    assert not Path("models/model.skops").exists()
    times = pd.date_range("2013-06-01", periods=1_200, freq="36min")
    config, rows = config_for(task, *overrides), table(task, at=times)
    data, way = config.data, tasks.of(task)
    own = score(task, candidate, seed=1)
    naive = way.baseline(way.target(rows[data.target], data.classes), data.classes)
    given = {
        "candidate": own,
        "production": score(task, production, seed=1 if candidate == production else 2),
        "baseline": np.broadcast_to(naive, own.shape),
    }
    rival: Rival = PRODUCTION
    comparison = compare(rows, given, config, {})
    result = Result(rival, None, None, 700_000, 0.04, rows, given, comparison)
    empty = Report(verdict="failed", promotes=False, commit=COMMIT)
    return review.fill(empty, config, result)


def better(task: Task, *overrides: str) -> Report:
    """Production sees less."""
    return report(task, GOOD, BAD, *overrides)


def worse(task: Task, *overrides: str) -> Report:
    """The candidate sees less."""
    return report(task, BAD, GOOD, *overrides)


def same(task: Task, *overrides: str) -> Report:
    """Both say the same of each row."""
    return report(task, GOOD, GOOD, *overrides)
