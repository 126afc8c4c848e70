"""The exam: candidate, production and base branch on the same test rows, scored side by side."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlops import layout
from mlops.config.schema import Config, Data
from mlops.data import tables
from mlops.errors import UserError
from mlops.release.registry import Version
from mlops.repository import lock, objects
from mlops.review import rivals, scoring
from mlops.review.comparison import Comparison, compare
from mlops.review.recorded import recorded_scores
from mlops.review.report import Rival, clip
from mlops.review.rivals import Model
from mlops.review.scoring import Scored
from mlops.review.seen import seen_rows
from msgspec.structs import replace

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

TOLERANCE = 1e-9  # between the scores in the report and those of the clean process


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

    `problem` says why the candidate could not be examined; the rest is then None. `scores` and
    `table` hold the rows of the exam, those that production was not trained on.
    """

    production: Rival | None
    base: Rival | None
    problem: str | None = None
    latency: float | None = None
    table: "pd.DataFrame | None" = None
    scores: "dict[str, np.ndarray] | None" = None
    comparison: Comparison | None = None


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
        path = objects.fetch(lock.recorded(current, layout.MODEL))
    except UserError as error:
        return Sitting(production, base, layout.PREDICTIONS, {}, [], clip(error))
    models = {"candidate": Model(path, tuple(config.data.features), None)}
    production = enter("production", production, version, models, folder)
    base = enter("base", base, None, models, folder)
    groups: dict[Path | None, dict[str, Model]] = {}
    for name, model in models.items():
        if name == first_name(models, model):
            groups.setdefault(model.source, {})[name] = model
    jobs = [
        scoring.start(table, {n: m[:2] for n, m in group.items()}, folder / f"{number}", source)
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
    table = tables.read(sitting.table)
    candidate = found.pop("candidate")
    if problem := candidate.problem or deviation(table, candidate):
        return Result(production, base, clip(problem))
    scores = {
        "candidate": table["score"].to_numpy(),
        "baseline": table["baseline_score"].to_numpy(),
    }
    production, keep = admit(production, found.get("production"), table, config.data)
    base, unseen = admit(base, found.get("base"), table[keep], config.data)
    if base and not base.problem and not unseen.all():
        count = int((~unseen).sum())
        base = replace(base, problem=f"its model was trained on {count:,} of these test rows")
    production = take("production", production, found, table, config.data, scores)
    base = take("base", base, found, table, config.data, scores)
    table, scores = table[keep], {name: values[keep] for name, values in scores.items()}
    comparison = compare(table, scores, config)
    return Result(production, base, None, candidate.latency, table, scores, comparison)


def take(
    name: str,
    rival: Rival | None,
    found: dict[str, Scored],
    table: "pd.DataFrame",
    data: Data,
    scores: "dict[str, np.ndarray]",
) -> Rival | None:
    """Add a rival's scores, the recorded ones where its inputs have changed, and count these."""
    import numpy as np

    given = found[name].score if name in found else None
    if rival is None or rival.commit is None or rival.problem or given is None:
        return rival
    recorded = recorded_scores(table, data, rival.commit)
    if recorded is None:
        scores[name] = given
        return rival
    apart = np.isfinite(recorded) & (np.abs(given - recorded) > TOLERANCE)
    scores[name] = np.where(apart, recorded, given)
    return replace(rival, other_inputs=int(apart.sum()))


def first_name(models: dict[str, Model], model: Model) -> str:
    """The name under which a model is scored: one file is scored once."""
    return next(name for name, other in models.items() if other == model)


def enter(
    name: str,
    rival: Rival | None,
    version: Version | None,
    models: dict[str, Model],
    folder: Path,
) -> Rival | None:
    """Find a rival's model and add it to `models`, or note why it cannot be examined."""
    if rival is None or rival.commit is None:
        return rival
    try:
        models[name] = rivals.load(rival.commit, version, folder)
    except UserError as error:
        return replace(rival, problem=clip(error))
    return replace(rival, same=models[name].path == models["candidate"].path)


def deviation(table: "pd.DataFrame", candidate: Scored) -> str | None:
    """Say where the clean process gives other scores than those that were reported."""
    import numpy as np

    assert candidate.score is not None
    furthest = float(np.abs(candidate.score - table["score"].to_numpy()).max())
    if furthest <= TOLERANCE:
        return None
    return f"{layout.PREDICTIONS} holds other scores than the model gives, by up to {furthest:.2g}"


def admit(
    rival: Rival | None, scored: Scored | None, table: "pd.DataFrame", data: Data
) -> "tuple[Rival | None, np.ndarray]":
    """Note how a rival's scoring went, and tell which rows it was not trained on, shape (rows,)."""
    import numpy as np

    everything = np.ones(len(table), bool)
    if rival is None or rival.commit is None or scored is None:
        return rival, everything
    if scored.problem:
        return replace(rival, problem=clip(scored.problem)), everything
    seen = seen_rows(table, data, rival.commit)
    if seen is None:
        return replace(rival, rows=len(table)), everything
    count = int(seen.sum())
    if count == len(table):
        problem = f"it was trained on all {count:,} test rows"
        return replace(rival, problem=problem, left_out=count), everything
    return replace(rival, rows=len(table) - count, left_out=count), ~seen
