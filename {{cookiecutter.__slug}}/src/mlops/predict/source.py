"""Open a table that is to be scored: its columns, and its rows in batches of bounded memory."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mlops.config.schema import Column
from mlops.data import tables
from mlops.data.reading import delimited, parquet
from mlops.data.reading.typed import Wanted
from mlops.errors import UserError
from mlops.predict.formats import Format

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 1 << 16  # of a batch
TEXT = Column("category")


class Table(NamedTuple):
    """A table's columns, its rows, and how many there are; None: nobody knows yet.

    `first` is the number of the first row, as people count them in such a file.
    """

    schema: "pa.Schema"
    batches: "Iterable[pa.RecordBatch]"
    rows: int | None = None
    first: int = 1


def fitting(path: Path, kind: Format, ways: list[Wanted]) -> Wanted:
    """The first of several ways to read a table that finds most of its columns."""

    def found(wanted: Wanted) -> int:
        with suppress(UserError), readable(path, kind):
            return len({*wanted.headers.values()} & {*names(path, kind, wanted)})
        return 0

    return max(ways, key=found)


def names(path: Path, kind: Format, wanted: Wanted) -> list[str]:
    """The names of a table's columns. Raise what reading it raises."""
    if kind == "csv":
        return delimited.names(path, wanted.reading)
    with (stored if kind == "parquet" else arrow)(path) as table:
        found: list[str] = table.schema.names
    return found


@contextmanager
def opened(path: Path, kind: Format, wanted: Wanted) -> Iterator[Table]:
    """Open a table that has the wanted columns, and perhaps others.

    Raise `UserError` where one is missing or can never be of its type, where there are no rows, and
    where the file is unreadable; reading the batches does so as well.
    """
    if not path.is_file():
        raise UserError(f"{path}: there is no such file")
    if kind == "csv":
        table = text(path, wanted)
        yield table._replace(batches=regrouped(table.batches))
        return
    with ExitStack() as stack:
        with readable(path, kind):
            table = stack.enter_context((stored if kind == "parquet" else arrow)(path))
        parquet.check_types(path, table.schema, -1 if table.rows is None else table.rows, wanted)
        yield table._replace(batches=regrouped(watched(table.batches, path, kind)))


def text(path: Path, wanted: Wanted) -> Table:
    """A CSV file, as `data.reading` describes it; the columns that are not wanted stay text."""
    import pyarrow as pa

    declared = {header: name for name, header in wanted.headers.items()}
    named = delimited.names(path, wanted.reading)
    there = [header for header in named if header or named.count("") == 1]  # an index has none
    columns = {
        declared.get(header, header): wanted.columns.get(declared.get(header, ""), TEXT)
        for header in there
    }
    missing = {name: column for name, column in wanted.columns.items() if name not in columns}
    found = delimited.batches(path, wanted._replace(columns=columns | missing))
    types = zip(there, tables.schema(columns).types, strict=True)
    batches = (batch.rename_columns(there) for batch in found)
    return Table(pa.schema(list(types)), batches, first=delimited.HEADER + 1)


@contextmanager
def stored(path: Path) -> Iterator[Table]:
    """A Parquet file."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, pre_buffer=False) as file:  # else all of it stays in memory
        yield Table(file.schema_arrow, file.iter_batches(ROWS), file.metadata.num_rows)


@contextmanager
def arrow(path: Path) -> Iterator[Table]:
    """An Arrow file, or a stream: the first bytes tell."""
    import pyarrow as pa

    with pa.OSFile(str(path)) as file:
        if file.read(6) == b"ARROW1":
            found: Any = pa.ipc.open_file(file)
            places = range(found.num_record_batches)
            yield Table(found.schema, (found.get_batch(place) for place in places))
        else:
            file.seek(0)
            stream: Any = pa.ipc.open_stream(file)
            yield Table(stream.schema, stream)


@contextmanager
def readable(path: Path, kind: Format) -> Iterator[None]:
    """Say it in a line where a file turns out to be damaged."""
    import pyarrow as pa

    try:
        yield
    except (OSError, pa.ArrowException) as error:
        problem = " ".join(str(error).split())
        raise UserError(f"{path}: not a readable {kind.capitalize()} file ({problem})") from None


def watched(
    batches: "Iterable[pa.RecordBatch]", path: Path, kind: Format
) -> "Iterator[pa.RecordBatch]":
    """Read batches; a damaged one is told in a line."""
    found = iter(batches)
    while True:
        with readable(path, kind):
            batch = next(found, None)
        if batch is None:
            return
        yield batch


def regrouped(batches: "Iterable[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
    """Cut and join batches to equally many rows each, but for the last."""
    waiting: list[pa.RecordBatch] = []
    room = ROWS
    for batch in batches:
        while batch.num_rows:
            waiting.append(batch.slice(0, room))
            room -= waiting[-1].num_rows
            batch = batch.slice(waiting[-1].num_rows)
            if room == 0:
                yield joined(waiting)
                waiting, room = [], ROWS
    if waiting:
        yield joined(waiting)


def joined(batches: "list[pa.RecordBatch]") -> "pa.RecordBatch":
    """Several batches as one."""
    import pyarrow as pa

    if len(batches) == 1:
        return batches[0]
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]
