"""The prediction log: what was asked and answered, in files that `mlops.monitor` reads.

A request only leaves references in a list. A thread writes them, twice a second, to the end of an
Arrow stream, which becomes a Parquet file when it is large or old. `kill -9` loses what was not
written by then: no more than a second of it.
"""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mlops.serve import log_files
from mlops.serve.log_writer import Writer

if TYPE_CHECKING:
    import numpy as np
    from mlops.scoring.contract import Contract

Columns = Mapping[str, Sequence[Any]]  # by name, the cells of the rows

FOLDER = Path("data/predictions")
EVERY = 0.5  # seconds; the time that writing takes comes on top of it
ROWS = 100_000  # that wait to be written, at most


class Entry(NamedTuple):
    """A request that was answered: when (Unix seconds), how fast, by what, its rows and scores."""

    time: float
    id: str
    version: str | None
    digest: str
    milliseconds: float
    contract: "Contract"
    columns: "Columns | tuple[Any, ...]"  # the latter is a single row's features, in their order
    scores: "np.ndarray"


def kept(contract: "Contract", columns: "Columns") -> "Columns | tuple[Any, ...]":
    """What is kept of a request until it is written: of a single row, no list for each value."""
    values = list(columns.values())
    if len(values) > len(contract.features) or len(values[0]) > 1:
        return columns
    return tuple([only for (only,) in values])


class PredictionLog:
    """The log of one process. `waiting`, `written` and `dropped` count rows."""

    def __init__(
        self,
        folder: Path = FOLDER,
        days: int | None = None,
        *,
        every: float = EVERY,
        rows: int = ROWS,
        size: int = log_files.SIZE,
        age: float = log_files.AGE,
    ) -> None:
        """Have it in a folder. Files are deleted `days` days after their last row, if not None.

        Raise `UserError` where nothing can be written there.
        """
        log_files.prepare(folder)
        self.waiting = self.written = self.dropped = 0
        self._every, self._rows = every, rows
        self._entries: list[Entry] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._writer = Writer(folder, days, size, age)
        self._thread = threading.Thread(target=self._work, name="prediction log", daemon=True)

    def start(self) -> None:
        """Begin to write, and take over what a process that died left."""
        self._thread.start()

    def put(self, entry: Entry) -> None:
        """Keep a request for the log; where too many rows wait, count it as dropped."""
        rows = len(entry.scores)
        with self._lock:
            if self.waiting + rows > self._rows:
                self.dropped += rows
                return
            self.waiting += rows
            self._entries.append(entry)
        if 2 * self.waiting > self._rows:
            self._wake.set()

    def close(self) -> None:
        """Write what waits, make a Parquet file of the stream, and end."""
        self._stopping = True
        self._wake.set()
        self._thread.join()

    def _work(self) -> None:
        self._writer.tidy()
        while not self._stopping:
            self._wake.wait(self._every)
            self._wake.clear()
            self._write()
            self._writer.rotate_if_due()
        self._write()
        self._writer.close()

    def _write(self) -> None:
        """Write all that waits. What cannot be written is dropped: the service goes on."""
        with self._lock:
            entries, self._entries = self._entries, []
        if not entries:
            return
        from mlops.serve.log_rows import parts

        for part in parts(entries):
            rows = sum(len(entry.scores) for entry in part)
            done = self._writer.write(part)
            with self._lock:
                self.waiting -= rows
                if done:
                    self.written += rows
                else:
                    self.dropped += rows
