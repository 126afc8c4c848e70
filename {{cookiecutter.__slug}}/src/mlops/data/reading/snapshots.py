"""Files become data/raw: month by month, or in parts, in one pass and in flat memory."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mlops.config.schema import Data
from mlops.data import partitions, tables
from mlops.data.partitions import Entry
from mlops.data.reading import rows
from mlops.data.reading.writer import Writer
from mlops.errors import UserError

if TYPE_CHECKING:
    import pyarrow as pa

PART = 1_000_000  # rows, at most


def update(directory: Path, data: Data, code: str) -> None:
    """Make a directory hold the rows of `data.source`, in the files' order.

    There is one file for each month of the window, or else one for each million rows. What is there
    already, made of the same files by the same code (a digest), is kept; where anything fails,
    nothing has changed. Raise `UserError` where a file is not as `data.reading` and the columns
    say, where the window goes beyond the files, or where the disk is full.
    """
    found = rows.files(data.source)
    fingerprint = partitions.digest(code, description(data), *found)
    kept = partitions.current_entries(directory, fingerprint)
    write: Callable[[Path], Iterable[tuple[str, Entry]]]
    if data.start is not None:
        names = partitions.names(data)
        kept = {name: kept[name] for name in names if name in kept}
        missing = [name for name in names if name not in kept]
        write = partial(write_months, data=data, files=found, names=missing)
    else:
        missing = [] if kept and len(kept) == len(partitions.read_manifest(directory)) else ["all"]
        kept = kept if not missing else {}
        write = partial(write_parts, data=data, files=found)
    try:
        partitions.replace(directory, kept, fingerprint, write if missing else lambda _: ())
    except OSError as error:
        problem = error.strerror or " ".join(str(error).split())
        raise UserError(f"{directory}: not written ({problem}); it is as it was") from None


def newest(data: Data) -> str | None:
    """The newest month that `data.source` holds; None for a table without months."""
    if data.start is None or data.time is None:
        return None
    last = ""
    for batch in rows.batches(data, rows.files(data.source), [data.time]):
        last = max(last, *(month for month, _ in by_month(batch, data.time)))
    return last


def description(data: Data) -> str:
    """What decides the rows that are made of the same files by the same code."""
    import msgspec

    types = {name: column.type for name, column in data.columns.items()}
    reading = msgspec.to_builtins(data.reading)
    return json.dumps([types, reading, data.key, data.time, data.start is None])


def write_parts(directory: Path, data: Data, files: list[Path]) -> Iterator[tuple[str, Entry]]:
    """Write rows as they come, a million to a file."""
    writer, number, schema = None, 0, tables.schema(data.columns)
    for batch in rows.batches(data, files, data.columns):
        while batch.num_rows:
            if writer is None:
                number += 1
                writer = Writer(partitions.path_of(directory, f"part-{number:04d}"), schema)
            room = PART - writer.rows
            writer.add(batch.slice(0, room))
            batch = batch.slice(room)
            if writer.rows == PART:
                yield f"part-{number:04d}", writer.close()
                writer = None
    if writer:
        yield f"part-{number:04d}", writer.close()


def write_months(
    directory: Path, data: Data, files: list[Path], names: list[str]
) -> Iterator[tuple[str, Entry]]:
    """Write the rows of each of the named months to its file."""
    assert data.time is not None  # compose checks it
    writers: dict[str, Writer] = {}
    there: dict[str, int] = {}
    schema = tables.schema(data.columns)
    for batch in rows.batches(data, files, data.columns):
        for month, part in by_month(batch, data.time):
            there[month] = there.get(month, 0) + part.num_rows
            if month in names:
                if month not in writers:
                    writers[month] = Writer(partitions.path_of(directory, month), schema)
                writers[month].add(part)
    check_window(data, there)
    for month in sorted(writers):
        yield month, writers[month].close()


def by_month(batch: "pa.RecordBatch", time: str) -> "Iterator[tuple[str, pa.RecordBatch]]":
    """Cut a batch by month, rows in their order."""
    import pyarrow.compute as pc

    times = batch.column(time)
    number = pc.add(pc.multiply(pc.year(times), 12), pc.subtract(pc.month(times), 1))
    for month in sorted(pc.unique(number).to_pylist()):
        name = f"{month // 12:04d}-{month % 12 + 1:02d}"
        yield name, batch.filter(pc.equal(number, month))


def check_window(data: Data, there: dict[str, int]) -> None:
    """Tell which rows and months are left out; refuse a window that goes beyond the files."""
    names, first, last = partitions.names(data), min(there), max(there)
    for key, month in (("start", names[0]), ("through", names[-1])):
        if not first <= month <= last:
            raise UserError(
                f"data.{key}: {data.source} has no rows of {month}: it goes from {first} to {last}:"
                f" change `{key}` in conf/data/{data.name}.yaml, or where an experiment sets it"
            )
    for name in names:
        if name not in there:
            print(f"{name}: {data.source} has no rows of this month", flush=True)
    if outside := sum(count for month, count in there.items() if month not in names):
        print(f"{outside:,} rows before {names[0]} or after {names[-1]} are left out", flush=True)
