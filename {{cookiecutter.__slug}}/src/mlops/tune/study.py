"""A study: the trials so far, in a file below `reports/tuning/` that each trial writes whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from mlops.errors import UserError
from mlops.files import write_json
from mlops.serve.locking import lock
from mlops.tune.problem import Problem, basis, digest
from mlops.tune.trial import Trial
from msgspec import Struct, field

FOLDER = Path("reports/tuning")


class Study(Struct):
    """Trials that are comparable, for `basis` digests all that their scores depend on.

    `begun` counts how often the next trial was begun by processes that ended in the middle of it.
    """

    model: str
    metric: str
    basis: dict[str, str]
    trials: list[Trial] = field(default_factory=list)
    begun: int = 0

    @property
    def path(self) -> Path:
        """Its file."""
        return FOLDER / f"{self.model}-{digest(self.basis)[:8]}.json"

    def save(self) -> None:
        """Write the file, whole or not at all."""
        write_json(self.path, msgspec.to_builtins(self))

    def add(self, trial: Trial) -> None:
        """Take a finished trial in, and save."""
        self.trials.append(trial)
        self.begun = 0
        self.save()

    def of(self, values: dict[str, Any]) -> Trial | None:
        """The trial of some values, where they were scored."""
        scored = (trial for trial in self.trials if trial.score is not None)
        return next((trial for trial in scored if trial.values == values), None)


def open_for(problem: Problem) -> Study:
    """The study of the problem, empty where nothing was tried yet."""
    new = Study(problem.config.model.name, problem.config.evaluation.metric, basis(problem))
    return load(new.path) if new.path.exists() else new


def load(path: Path) -> Study:
    """Read a study's file."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Study)
    except (OSError, msgspec.DecodeError) as error:
        raise UserError(f"{path}: not a study ({error}): delete it to begin anew") from None


def changed_since_last(study: Study) -> list[str]:
    """What makes a study another than the model's last one; empty where there was none."""
    paths = sorted(FOLDER.glob(f"{study.model}-*.json"), key=lambda path: path.stat().st_mtime)
    others = [path for path in paths if path != study.path]
    if not others:
        return []
    last = load(others[-1])
    return [name for name, found in study.basis.items() if last.basis.get(name) != found]


@contextmanager
def alone() -> Iterator[None]:
    """Let one process search at a time. Raise `UserError` where another does."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = os.open(FOLDER / ".lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not lock(file, wait=False):
            raise UserError(f"{FOLDER}: another `mlops tune` is at work here; wait for it")
        yield
    finally:
        os.close(file)
