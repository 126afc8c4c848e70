"""Read Parquet files that somebody else has written, in batches of bounded memory."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops.data.problem import Problem
from mlops.data.reading import cells, structure, typed
from mlops.data.reading.typed import Wanted
from mlops.errors import UserError

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 1 << 16  # of a batch


def batches(path: Path, wanted: Wanted) -> "Iterator[pa.RecordBatch]":
    """Read columns in the wanted order, of their declared types; the file may have others.

    Texts become numbers, truths and times as those of a CSV file do. Raise `UserError` that names
    file, column, row (counted from 1) and value, what was expected, and how many rows are so.
    """
    import pyarrow as pa

    check_types(path, *opened(path), wanted)
    try:
        for batch in stored(path, wanted):
            try:
                yield typed.convert(batch, wanted)
            except ValueError as error:
                problems = typed.problems(path, stored(path, wanted), 1, wanted)
                text = [f"{path}: not readable: {error}"]
                raise UserError(*(map(str, problems) if problems else text)) from None
    except (OSError, pa.ArrowException) as error:
        raise unreadable(path, error) from None


def stored(path: Path, wanted: Wanted) -> "Iterator[pa.RecordBatch]":
    """The columns as the file has them, in the wanted order."""
    import pyarrow.parquet as pq

    names = list(wanted.headers.values())
    with pq.ParquetFile(path, pre_buffer=False) as file:  # else all of it stays in memory
        for batch in file.iter_batches(ROWS, columns=names):
            yield batch.select(names)


def names(path: Path) -> list[str]:
    """The names of the columns. Raise `UserError` where the file is unreadable."""
    found: list[str] = opened(path)[0].names
    return found


def opened(path: Path) -> "tuple[pa.Schema, int]":
    """The types of the columns, and how many rows there are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            return file.schema_arrow, file.metadata.num_rows
    except (OSError, pa.ArrowException) as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: Exception) -> UserError:
    """Say that a file is damaged."""
    problem = " ".join(str(error).split())
    return UserError(f"{path}: not a readable Parquet file ({problem})")


def check_types(path: Path, schema: "pa.Schema", rows: int, wanted: Wanted) -> None:
    """Raise `UserError` where a column is missing, or of a type that cannot become its own."""
    if rows == 0:
        raise UserError(f"{path}: there are no rows in it: fetch the file again")
    structure.check_names(path, wanted.headers.values(), schema.names)
    problems = []
    for name, header in wanted.headers.items():
        if schema.names.count(header) > 1:
            raise UserError(f"{path}: column {header!r} is there twice: rename one")
        kind, column = schema.field(header).type, wanted.columns[name]
        if not readable(kind, column.type):
            expected = cells.expected(column, wanted.written(name))
            problems.append(Problem(str(path), header, None, f"holds {kind}", expected, rows))
    if problems:
        raise UserError(*map(str, problems))


def readable(kind: "pa.DataType", declared: str) -> bool:
    """Tell whether what a column holds can become what it is declared to be."""
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    if cells.is_text(kind) or types.is_null(kind):
        return True
    number: list[Callable[[Any], bool]] = [types.is_integer, types.is_floating, types.is_decimal]
    tests: dict[str, list[Callable[[Any], bool]]] = {
        "number": number,
        "integer": number,
        "category": [types.is_integer, types.is_floating, types.is_boolean],
        "boolean": [types.is_integer, types.is_floating, types.is_boolean],
        "timestamp": [types.is_timestamp, types.is_date],
    }
    return any(test(kind) for test in tests[declared])
