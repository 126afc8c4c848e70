"""The model that answers, and how another takes its place between two requests."""

from collections.abc import Callable
from pathlib import Path

from mlops.errors import UserError
from mlops.scoring import scorer
from mlops.scoring.contract import Contract
from mlops.serve.rows import Rows
from mlops.serve.settings import Settings

QUICK = ("masks", "linear", "constant", "treelite")  # rungs that score a row in microseconds


class Model:
    """A scorer with its version in the registry, and the reader of its rows. It never changes."""

    def __init__(
        self, scorer: scorer.Scorer, version: str | None, commit: str | None, max_rows: int
    ) -> None:
        self.scorer, self.version, self.commit = scorer, version, commit
        self.contract: Contract = scorer.contract
        self.digest: str = scorer.digest
        self.rows = Rows(scorer.contract, max_rows)
        self.quick = scorer.contract.rung in QUICK


class Held:
    """The model of the moment. A request takes it once and keeps it to its end."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.stopping = False
        self._listeners: list[Callable[[Model], None]] = []

    def swap(self, model: Model) -> None:
        """Let another model answer the requests that come from now on."""
        self.model = model
        for listener in self._listeners:
            listener(model)

    def tell(self, listener: Callable[[Model], None]) -> None:
        """Call a function with the present model, and with each that comes."""
        self._listeners.append(listener)
        listener(self.model)


def from_file(path: Path, digest: str | None, max_rows: int) -> Model:
    """Load a scorer from a file whose MD5 digest is given, or else is that of `dvc.lock`.

    Raise `UserError` where there is none or it is another.
    """
    from mlops.repository import lock

    if digest is None:
        digest = lock.digest(lock.read(), path.as_posix())
    if digest is None:
        raise UserError(
            f"{path} is not in {lock.LOCK}: `uv run dvc repro`, or `--digest` with its MD5 digest"
        )
    if not path.is_file():
        raise UserError(f"{path} is not here: `uv run dvc pull`, or `uv run dvc repro`")
    return Model(scorer.load(path, digest), None, None, max_rows)


def load(settings: Settings) -> Model:
    """The model that the options name. Raise `UserError` where it cannot be had."""
    return from_file(Path(settings.model), settings.digest, settings.max_rows)
