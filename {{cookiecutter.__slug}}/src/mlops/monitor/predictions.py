"""What was predicted: the prediction log, which `mlops serve` writes, as tables."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from mlops.serve import log_files
from mlops.serve.log import FOLDER

TIME = "served.time"


def read(
    folder: str | Path = FOLDER, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Any]:
    """The rows logged from `since` to before `until`, both with a time zone, as Arrow tables.

    A table has the columns of `mlops.serve.log_rows`; another model's may have others. What is
    being written is read up to its last whole batch.
    """
    import pyarrow.compute as pc

    for table in tables(Path(folder)):
        time, keep = pc.field(TIME), pc.scalar(True)
        if since is not None:
            keep &= time >= pc.scalar(since)
        if until is not None:
            keep &= time < pc.scalar(until)
        chosen = table.filter(keep)
        if chosen.num_rows:
            yield chosen


def tables(folder: Path) -> Iterator[Any]:
    """All rows, the oldest file first."""
    import pyarrow.parquet as pq

    for name in sorted({path.stem for path in folder.glob(f"{log_files.NAMES}.*")}):
        finished = folder / f"{name}{log_files.FINISHED}"
        if not finished.exists():
            with suppress(FileNotFoundError):  # it has just become a Parquet file
                yield from log_files.tables(finished.with_suffix(log_files.STREAM))
                continue
        with suppress(FileNotFoundError), pq.ParquetFile(finished) as file:  # too old by now
            for group in range(file.num_row_groups):
                yield file.read_row_group(group)
