"""What is tuned: the configuration as it is, the space around it, and the rows that decide."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from mlops import layout, recipe, stage
from mlops.config import compose, params
from mlops.config.record import ABSENT
from mlops.config.schema import Config, FoldSplit
from mlops.data import tables
from mlops.errors import UserError
from mlops.repository import lock, pipeline
from mlops.tune import keys, space
from mlops.tune.space import Dimension

if TYPE_CHECKING:
    import pandas as pd

VALIDATION = layout.TRAIN.with_name("validation.parquet")
ROWS = (layout.TRAIN, VALIDATION)
STAGE = "train"
SCORED_BY = ("data", "evaluation.metric", "evaluation.threshold", "split")


class Problem(NamedTuple):
    """A search: `values` are those of params.yaml, `fit` is the recipe's function.

    `validation` is empty where the split is by folds: each row is then scored by a model of the
    other folds.
    """

    values: dict[str, Any]
    config: Config
    space: list[Dimension]
    fit: Callable[..., Any]
    train: "pd.DataFrame"
    validation: "pd.DataFrame"

    @property
    def current(self) -> dict[str, Any]:
        """What the configuration has at the keys that are searched, where it has them."""
        return space.current(self.space, self.values)

    @property
    def lower_is_better(self) -> bool:
        """Whether the score is one that should be low."""
        return self.config.evaluation.lower_is_better(self.config.evaluation.metric)

    @property
    def by_folds(self) -> bool:
        """Whether the rows that decide are all rows, each scored out of its fold."""
        return isinstance(self.config.split, FoldSplit)

    @property
    def rows(self) -> int:
        """How many rows decide."""
        return len(self.train if self.by_folds else self.validation)


def read() -> Problem:
    """Read the problem of the project here.

    Raise `UserError` where `conf/` has changed since the data was prepared, or holds no space.
    """
    compose.check()
    values, config = params.read(), params.load()
    found = space.read(values, config)
    check_rows()
    fit = recipe.function_of(STAGE, "fit", "fit(config, table) returns the fitted pipeline")
    train, validation = (tables.read(path, list(config.data.columns)) for path in ROWS)
    return Problem(values, config, found, fit, train, validation)


def check_rows() -> None:
    """Refuse rows that are not those which `dvc repro` would prepare now."""
    current = lock.read()
    if STAGE not in current:
        raise UserError(f"{layout.TRAIN}: nothing was prepared yet: `uv run dvc repro`")
    for path in ROWS:
        if not path.is_file():
            raise UserError(f"{path} is missing: `uv run dvc checkout`, or `uv run dvc repro`")
        if md5(path) != current[STAGE].deps.get(path.as_posix()):
            raise UserError(f"{path}: not what dvc.lock says: `uv run dvc repro`")
    before = stages_before(current, STAGE) - {"compose"}  # an edit of conf/search/ changes no rows
    if stale := sorted(before & set(pipeline.stages_to_run())):
        raise UserError(f"{layout.TRAIN}: {stale[0]} has changed since: `uv run dvc repro`")


def stages_before(current: lock.Lock, name: str) -> set[str]:
    """The stages from whose outputs a stage is made, however far away."""
    found, waiting = set[str](), [name]
    while waiting:
        needed = current[waiting.pop()].deps
        makers = {
            maker
            for maker, made in current.items()
            if any(lock.inside(path, set(made.outs)) for path in needed)
        }
        waiting += makers - found
        found |= makers
    return found


def md5(path: Path) -> str:
    """The digest of a file, as DVC has it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def basis(problem: Problem) -> dict[str, str]:
    """Digests of all that scores depend on, by what it is: trials with the same are comparable."""
    stages = yaml.safe_load(Path("dvc.yaml").read_text("utf-8"))["stages"]
    named = {*SCORED_BY, *stages[STAGE].get("params", ())}
    searched = dict.fromkeys((one.key for one in problem.space), ABSENT)
    others = keys.changed(problem.values, searched)
    kept = {key: keys.value_of(others, key) for key in sorted(map(str, named))}
    return {
        "search space": digest([[type(one).__name__, *one] for one in problem.space]),
        "data": digest([md5(path) for path in ROWS]),
        "code": digest(stage.code_digest(STAGE)),
        "parameters": digest(kept),
    }


def digest(value: Any) -> str:
    """Digest a value, whatever its layout."""
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
