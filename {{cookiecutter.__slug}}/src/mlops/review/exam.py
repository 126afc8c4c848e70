"""The exam: candidate, production and base branch on the same test rows, scored side by side."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlops import layout
from mlops.config.schema import Config, Data, FoldSplit
from mlops.data import tables
from mlops.errors import UserError
from mlops.model import scores
from mlops.release import facts
from mlops.release.registry import Version
from mlops.repository import lock, objects
from mlops.review import rivals, scoring
from mlops.review.admission import TOLERANCE, admit, apart
from mlops.review.comparison import Comparison, compare
from mlops.review.report import Rival, clip
from mlops.review.rivals import Model
from mlops.review.scoring import Scored
from mlops.scoring.archive import OTHERS
from msgspec.structs import replace

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class Sitting(NamedTuple):
    """An exam whose scoring has been started; `problem` says why it could not be."""

    production: Rival | None
    base: Rival | None
    table: Path
    models: dict[str, Model]
    jobs: list[scoring.Job]
    problem: str | None = None


class Result(NamedTuple):
    """What the exam found.

    `problem` says why the candidate could not be examined; the rest is then None. `size` is the
    scorer's, in bytes, `latency` a row's time in milliseconds. `scores` and `table` hold the rows
    of the exam, those that production was not trained on; `thresholds` are each model's own.
    """

    production: Rival | None
    base: Rival | None
    problem: str | None = None
    size: int | None = None
    latency: float | None = None
    table: "pd.DataFrame | None" = None
    scores: "dict[str, np.ndarray] | None" = None
    comparison: Comparison | None = None
    thresholds: Mapping[str, float | None] = {}


def start(
    config: Config,
    production: Rival | None,
    version: Version | None,
    base: Rival | None,
    folder: Path,
) -> Sitting:
    """Find the models and start to score them. `folder` takes what is made on the way."""
    current = lock.read()
    try:
        table = objects.fetch(lock.recorded(current, layout.PREDICTIONS))
        path = objects.fetch(lock.recorded(current, layout.SCORER))
    except UserError as error:
        return Sitting(production, base, layout.PREDICTIONS, {}, [], clip(error))
    by_folds = isinstance(config.split, FoldSplit)
    features, threshold = tuple(config.data.features), config.evaluation.threshold
    models = {"candidate": Model(path, features, threshold, None, by_folds)}
    production = enter("production", production, version, models, config.data, folder)
    base = enter("base", base, None, models, config.data, folder)
    groups: dict[Path | None, dict[str, Model]] = {}
    for name, model in models.items():
        if name == first_name(models, model):
            groups.setdefault(model.source, {})[name] = model
    jobs = [
        scoring.start(
            table,
            {name: (model.path, model.features) for name, model in group.items()},
            config.data,
            folder / f"{number}",
            source,
        )
        for number, (source, group) in enumerate(groups.items())
    ]
    return Sitting(production, base, table, models, jobs)


def finish(sitting: Sitting, config: Config) -> Result:
    """Wait for the scores and compare them."""
    production, base = sitting.production, sitting.base
    if sitting.problem:
        return Result(production, base, sitting.problem)
    done = {name: found for job in sitting.jobs for name, found in scoring.finish(job).items()}
    found = {n: done[first_name(sitting.models, model)] for n, model in sitting.models.items()}
    table, models, data = tables.read(sitting.table), sitting.models, config.data
    candidate = found["candidate"]
    if problem := candidate.problem or deviation(table, candidate, models["candidate"], data):
        return Result(production, base, clip(problem))
    given = {
        "candidate": scores.read(table, scores.SCORE, data),
        "baseline": scores.read(table, scores.BASELINE, data),
    }
    first = admit(production, found.get("production"), models.get("production"), table, data)
    other = admit(base, found.get("base"), models.get("base"), table, data)
    base, left = other.rival, int((~other.keep[first.keep]).sum())
    if base and not base.problem and left:
        base = replace(base, problem=f"its model was trained on {left:,} of these test rows")
    elif other.score is not None:
        given["base"] = other.score
    if first.score is not None:
        given["production"] = first.score
    table, given = table[first.keep], {name: score[first.keep] for name, score in given.items()}
    thresholds = {name: model.threshold for name, model in models.items()}
    comparison = compare(table, given, config, thresholds)
    size, latency = models["candidate"].path.stat().st_size, candidate.latency
    return Result(first.rival, base, None, size, latency, table, given, comparison, thresholds)


def first_name(models: dict[str, Model], model: Model) -> str:
    """The name under which a model is scored: one file is scored once."""
    return next(name for name, other in models.items() if other == model)


def enter(
    name: str,
    rival: Rival | None,
    version: Version | None,
    models: dict[str, Model],
    data: Data,
    folder: Path,
) -> Rival | None:
    """Find a rival's model and add it to `models`, or note why it cannot be examined."""
    if rival is None or rival.commit is None:
        return rival
    try:
        model = rivals.load(rival.commit, version, data, folder)
    except UserError as error:
        return replace(rival, problem=clip(error))
    same = facts.identity(lock.at(rival.commit)) == facts.identity(lock.read())
    models[name] = model._replace(path=models["candidate"].path) if same else model
    return replace(rival, same=same, threshold=model.threshold)


def deviation(table: "pd.DataFrame", candidate: Scored, model: Model, data: Data) -> str | None:
    """Say where the clean process gives other scores than those that were reported.

    The reported scores of a cross-validated model are of other models, fitted on parts of the rows.
    """
    import numpy as np

    assert candidate.score is not None
    if model.cross_validated:
        return None
    reported = scores.read(table, scores.SCORE, data)
    furthest = float(apart(candidate.score, reported).max())
    if np.isfinite(furthest) and furthest <= TOLERANCE:
        return None
    return (
        f"{layout.PREDICTIONS} holds other scores than the model gives here, by up to"
        f" {furthest:.2g}: {OTHERS}"
    )
