"""The files of the prediction log: streams that grow, and the Parquet files that they become.

A stream is locked while its process lives; the system frees the lock however that ends. So any
process can tell which ones are left over, also where several share a folder.
"""

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from mlops.errors import UserError
from mlops.files import replacing
from mlops.serve.locking import lock

STREAM, FINISHED = ".arrows", ".parquet"
NAMES = "[0-9]*Z-[0-9]*"  # the time of the first row, the process
SIZE = 64 * 2**20  # bytes of a stream
AGE = 3600.0  # seconds of a stream
GROUP = 65_536  # rows of a Parquet file that are one group, about

logger = logging.getLogger(__name__)


def prepare(folder: Path) -> None:
    """Make the folder. Raise `UserError` where nothing can be written there."""
    if sys.platform == "win32":
        raise UserError("the prediction log needs Linux or macOS: `mlops serve --no-log`")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder}: {error.strerror}: `--log FOLDER`, or `--no-log`") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(f"{folder}: not writable: `--log FOLDER`, or `--no-log`")


class Stream:
    """A stream of one schema that this process writes."""

    def __init__(self, folder: Path, schema: Any) -> None:
        """Begin one. Raise `OSError` where the disk does not take it."""
        folder.mkdir(parents=True, exist_ok=True)
        self._schema, self._since, self._size = schema, time.monotonic(), 0
        self._path, self._file = new_file(folder)
        try:
            self._write(schema.serialize())
        except OSError:
            self._path.unlink(missing_ok=True)
            self.close()
            raise

    def append(self, batch: Any) -> None:
        """Write a batch, whole or not at all. Raise `OSError` where the disk does not take it."""
        self._write(batch.serialize())

    def _write(self, buffer: Any) -> None:
        left = memoryview(buffer)
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += buffer.size

    def takes(self, schema: Any) -> bool:
        """Tell whether rows of a schema go here, and the file is there and as it should be."""
        now = os.fstat(self._file)
        return bool(self._schema == schema) and now.st_nlink > 0 and now.st_size == self._size

    def is_due(self, size: int, age: float) -> bool:
        """Tell whether it has so many bytes, or is so many seconds old."""
        return self._size >= size or time.monotonic() - self._since >= age

    def close(self) -> None:
        """Let others have the file."""
        os.close(self._file)


def new_file(folder: Path) -> tuple[Path, int]:
    """A file that did not exist, named by time and process, and locked."""
    while True:
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        path = folder / f"{now}-{os.getpid()}{STREAM}"
        try:
            file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o644)
        except FileExistsError:  # of a process with the same number, in another container
            continue
        lock(file, wait=True)
        if os.fstat(file).st_nlink:
            return path, file
        os.close(file)  # somebody took it for a leftover before it was locked


def tidy(folder: Path, days: int | None = None) -> None:
    """Make Parquet files of the streams that nobody writes; delete those too old. It never raises.

    A stream that cannot be converted, as on a full disk, stays for the next time.
    """
    for path in sorted(folder.glob(f"{NAMES}{STREAM}")):
        try:
            with claimed(path) as ours:
                if ours:
                    convert(path)
        except Exception as error:  # of the disk or of Arrow
            logger.warning("%s stays as it is: %s", path, error)
    if days is not None:
        expire(folder, days)


@contextmanager
def claimed(path: Path) -> Iterator[bool]:
    """Hold a stream that nobody else writes or converts; False where somebody does."""
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield False
        return
    try:
        yield lock(file, wait=False) and os.fstat(file).st_nlink > 0
    finally:
        os.close(file)


def convert(path: Path) -> None:
    """Make a Parquet file of a stream that this process holds, and delete the stream."""
    import pyarrow.parquet as pq

    target = path.with_suffix(FINISHED)
    for left in path.parent.glob(f".{target.name}.*.tmp"):
        left.unlink(missing_ok=True)
    found = tables(path)
    first = next(found, None)
    if first is not None and not target.exists():
        with replacing(target) as temporary:
            with pq.ParquetWriter(temporary, first.schema, compression="zstd") as writer:
                for table in chain([first], found):
                    writer.write_table(table)
            with temporary.open("rb") as file:
                os.fsync(file.fileno())  # the stream goes away
    path.unlink()


def tables(path: Path) -> Iterator[Any]:
    """The rows of a stream up to where it was cut, in tables of some size."""
    import pyarrow as pa

    batches, rows = [], 0
    for batch in whole_batches(path):
        batches.append(batch)
        rows += batch.num_rows
        if rows >= GROUP:
            yield pa.Table.from_batches(batches)
            batches, rows = [], 0
    if batches:
        yield pa.Table.from_batches(batches)


def whole_batches(path: Path) -> Iterator[Any]:
    """The batches of a stream, up to one that was not written to its end."""
    import pyarrow as pa

    with pa.OSFile(str(path)) as file:
        try:
            yield from pa.ipc.open_stream(file)
        except (pa.ArrowException, OSError):  # cut by a kill, or just being written
            return


def expire(folder: Path, days: int) -> None:
    """Delete the Parquet files whose last row is older than that."""
    oldest = time.time() - days * 86_400
    for path in folder.glob(f"{NAMES}{FINISHED}"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
