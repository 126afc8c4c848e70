"""The writing end of the prediction log: it works in the log's own thread."""

import logging
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops.serve import log_files
from mlops.serve.log_files import Stream

if TYPE_CHECKING:
    from mlops.serve.log import Entry

QUIET = 60.0  # seconds without a failure, after which one is said again

logger = logging.getLogger(__name__)


class Writer:
    """Writes entries to a stream, and begins another for another schema, or when it is due."""

    def __init__(self, folder: Path, days: int | None, size: int, age: float) -> None:
        self._folder, self._days, self._size, self._age = folder, days, size, age
        self._stream: Stream | None = None
        self._schemas: dict[str, Any] = {}
        self._tidying: threading.Thread | None = None
        self._failed = -QUIET

    def write(self, entries: list["Entry"]) -> bool:
        """Write entries of one scorer, whole; False where that failed, which is said."""
        try:
            self._append(entries)
        except Exception as error:  # of the disk or of Arrow: the log may never stop the service
            if time.monotonic() - self._failed > QUIET:
                logger.warning("prediction log: rows are dropped: %s", error)
            self._failed = time.monotonic()
            return False
        return True

    def _append(self, entries: list["Entry"]) -> None:
        from mlops.serve import log_rows

        digest = entries[0].digest
        if digest not in self._schemas:
            self._schemas[digest] = log_rows.schema(entries[0].contract)
        schema = self._schemas[digest]
        if self._stream and not self._stream.takes(schema):
            self.rotate()
        if self._stream is None:
            self._stream = Stream(self._folder, schema)
        self._stream.append(log_rows.batch(entries, schema))

    def rotate_if_due(self) -> None:
        """Begin another stream where this one is large or old."""
        if self._stream and self._stream.is_due(self._size, self._age):
            self.rotate()

    def rotate(self) -> None:
        """Close the stream; it becomes a Parquet file while others are written."""
        if self._stream:
            self._stream.close()
            self._stream = None
        self.tidy()

    def tidy(self) -> None:
        """Make Parquet files, beside this thread, of all streams that nobody writes."""
        if self._tidying is None or not self._tidying.is_alive():
            self._tidying = threading.Thread(
                target=log_files.tidy, args=(self._folder, self._days), daemon=True
            )
            self._tidying.start()

    def close(self) -> None:
        """Close the stream and make a Parquet file of it before this returns."""
        if self._tidying:
            self._tidying.join()
        self.rotate()
        if self._tidying:
            self._tidying.join()
