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
from mlops.review.report import Rival, clip
from mlops.review.rivals import Model
from mlops.review.scoring import Scored
from mlops.review.seen import seen_rows
from msgspec.structs import replace

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

TOLERANCE = 1e-9  # between the scores in the report and those of the clean process


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


def examine(
    config: Config,
    production: Rival | None,
    version: Version | None,
    base: Rival | None,
    folder: Path,
) -> Result:
    """Score and compare. `folder` takes what is made on the way."""
    current = lock.read()
    try:
        predictions = objects.fetch(recorded(current, layout.PREDICTIONS))
        path = objects.fetch(recorded(current, layout.MODEL))
    except UserError as error:
        return Result(production, base, clip(error))
    own = Model(path, tuple(config.data.features), None)
    production, champion = enter(production, version, folder)
    base, other = enter(base, None, folder)
    found = score(predictions, {"candidate": own, "production": champion, "base": other}, folder)
    table = tables.read(predictions)
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
    for name, rival in (("production", production), ("base", base)):
        given = found.get(name)
        if rival and not rival.problem and given and given.score is not None:
            scores[name] = given.score
    table, scores = table[keep], {name: values[keep] for name, values in scores.items()}
    return Result(
        production,
        base,
        None,
        candidate.latency,
        table,
        scores,
        compare(table, scores, config),
    )


def recorded(current: lock.Lock, path: Path) -> str:
    """The digest that the lock records for an output of the pipeline."""
    digest = lock.digest(current, path.as_posix())
    if digest is None:
        raise UserError(f"{path} is not in dvc.lock: `uv run dvc repro`")
    return digest


def enter(
    rival: Rival | None, version: Version | None, folder: Path
) -> tuple[Rival | None, Model | None]:
    """Find a rival's model, or note why it cannot be examined."""
    if rival is None or rival.commit is None:
        return rival, None
    try:
        return rival, rivals.load(rival.commit, version, folder)
    except UserError as error:
        return replace(rival, problem=clip(error)), None


def score(predictions: Path, models: dict[str, Model | None], folder: Path) -> dict[str, Scored]:
    """Score models, the same file once; those with a recipe of their own in its own process."""
    first: dict[Model, str] = {}
    groups: dict[Path | None, dict[str, tuple[Path, tuple[str, ...]]]] = {}
    for name, model in models.items():
        if model and first.setdefault(model, name) == name:
            groups.setdefault(model.source, {})[name] = (model.path, model.features)
    jobs = [
        scoring.start(predictions, group, folder / f"scores-{number}", source)
        for number, (source, group) in enumerate(groups.items())
    ]
    found = {name: scored for job in jobs for name, scored in scoring.finish(job).items()}
    return {name: found[first[model]] for name, model in models.items() if model}


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
