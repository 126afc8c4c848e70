"""Files become data/raw: month by month, or in parts, in one pass and in flat memory."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mlops.config.schema import Data
from mlops.config.source import Reading
from mlops.data import partitions, sources, tables
from mlops.data.partitions import Entry
from mlops.data.reading import delimited, parquet
from mlops.data.reading.typed import Wanted
from mlops.data.reading.writer import Writer
from mlops.errors import UserError

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET = (".parquet", ".pq")
TEXT = (".csv", ".tsv", ".txt", ".gz", ".xz", ".zst", ".zip")
PART = 1_000_000  # rows, at most
PLACE = "row"  # the key of a table that has no other: a row's place in the source, from 1 on


def update(directory: Path, data: Data, code: str) -> None:
    """Make a directory hold the rows of `data.source`, in the files' order.

    There is one file for each month of the window, or else one for each million rows. What is there
    already, made of the same files by the same code (a digest), is kept; where anything fails,
    nothing has changed. Raise `UserError` where a file is not as `data.reading` and the columns
    say, where the window goes beyond the files, or where the disk is full.
    """
    found = files(data.source)
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
    for batch in rows(data, files(data.source), [data.time]):
        last = max(last, *(month for month, _ in by_month(batch, data.time)))
    return last


def files(source: str) -> list[Path]:
    """The files of a source: one, or those of a folder in the order of their names.

    Raise `UserError` where there is none.
    """
    if source.startswith(sources.PACKAGE):
        raise UserError(f"data.reader: {source} needs a reader: a module in readers/")
    path = Path(source)
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UserError(f"data.source: there is no file {source!r}: `uv run dvc pull` brings it")
    found = [file for file in sorted(path.rglob("*")) if file.suffix.lower() in (*PARQUET, *TEXT)]
    if not found:
        raise UserError(f"data.source: there are no CSV or Parquet files in {source!r}")
    return found


def description(data: Data) -> str:
    """What decides the rows that are made of the same files by the same code."""
    import msgspec

    types = {name: column.type for name, column in data.columns.items()}
    reading = msgspec.to_builtins(data.reading)
    return json.dumps([types, reading, data.key, data.time, data.start is None])


def rows(data: Data, files: list[Path], names: Iterable[str]) -> "Iterator[pa.RecordBatch]":
    """The columns of these names, file after file."""
    reading = data.reading or Reading()
    columns = {name: data.columns[name] for name in names}
    booleans = [name for name, column in columns.items() if column.type == "boolean"]
    required = [*booleans, data.time] if data.start is not None else booleans
    wanted = Wanted(columns, reading, [name for name in required if name])
    counted = data.key == [PLACE] and PLACE in columns and not has(files[0], PLACE, reading)
    if counted:
        others = {name: column for name, column in columns.items() if name != PLACE}
        wanted = wanted._replace(columns=others)
    count = 0
    for path in files:
        for batch in (parquet if is_parquet(path) else delimited).batches(path, wanted):
            yield place(batch, list(columns), count) if counted else batch
            count += batch.num_rows


def is_parquet(path: Path) -> bool:
    """Tell whether a file is Parquet, by its name."""
    return path.suffix.lower() in PARQUET


def has(path: Path, column: str, reading: Reading) -> bool:
    """Tell whether a file has a column."""
    names = parquet.names(path) if is_parquet(path) else delimited.names(path, reading)
    return column in names


def place(batch: "pa.RecordBatch", names: list[str], count: int) -> "pa.RecordBatch":
    """Add the rows' places; so many rows came before."""
    import numpy as np
    import pyarrow as pa

    places = pa.array(np.arange(count + 1, count + batch.num_rows + 1))
    return batch.append_column(PLACE, places).select(names)


def write_parts(directory: Path, data: Data, files: list[Path]) -> Iterator[tuple[str, Entry]]:
    """Write rows as they come, a million to a file."""
    writer, number, schema = None, 0, tables.schema(data.columns)
    for batch in rows(data, files, data.columns):
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
    for batch in rows(data, files, data.columns):
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
        part = batch.filter(pc.equal(number, month))
        yield name, part


def check_window(data: Data, there: dict[str, int]) -> None:
    """Tell which rows and months are left out; refuse a window that goes beyond the files."""
    names, first, last = partitions.names(data), min(there), max(there)
    for key, month in (("start", names[0]), ("through", names[-1])):
        if not first <= month <= last:
            raise UserError(
                f"data.{key}: {data.source} has no rows of {month}: it goes from {first} to {last}"
            )
    for name in names:
        if name not in there:
            print(f"{name}: {data.source} has no rows of this month", flush=True)
    if outside := sum(count for month, count in there.items() if month not in names):
        print(f"{outside:,} rows before {names[0]} or after {names[-1]} are left out", flush=True)
