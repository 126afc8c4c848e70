"""The model that answers, and how another takes its place between two requests."""

from collections.abc import Callable

from mlops.scoring.contract import Contract
from mlops.scoring.scorer import Scorer
from mlops.serve.rows import Rows

QUICK = ("masks", "linear", "constant", "treelite")  # rungs that score a row in microseconds


class Model:
    """A scorer with its version in the registry, and the reader of its rows. It never changes."""

    def __init__(
        self, scorer: Scorer, version: str | None, commit: str | None, max_rows: int
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
        self._offered: Model | None = None
        self._listeners: list[Callable[[Model], None]] = []

    def swap(self, model: Model) -> None:
        """Let another model answer the requests that come from now on."""
        for listener in self._listeners:
            listener(model)
        self.model = model

    def offer(self, model: Model) -> None:
        """Have another model in place of the present one, from another thread."""
        self._offered = model

    def is_newest(self, version: str, commit: str) -> bool:
        """Tell whether a version answers, or will in a moment."""
        newest = self._offered or self.model
        return (newest.version, newest.commit) == (version, commit)

    def settle(self) -> None:
        """Take what was offered. It is called between two requests, ten times a second."""
        model, self._offered = self._offered, None
        if model:
            self.swap(model)

    def tell(self, listener: Callable[[Model], None]) -> None:
        """Call a function with the present model, and with each that comes."""
        self._listeners.append(listener)
        listener(self.model)
