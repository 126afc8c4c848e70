"""Tables as Parquet files: read, write, and append to one without holding it in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mlops.config.schema import Column
from mlops.errors import UserError
from mlops.files import replacing

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def write(frame: "pd.DataFrame", path: Path) -> None:
    """Write a table as Parquet, the same bytes for the same table, whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table: pa.Table = pa.Table.from_pandas(frame, preserve_index=False)
    with replacing(path) as temporary:
        pq.write_table(table.replace_schema_metadata(None), temporary, compression="zstd")


def read(path: Path, columns: Sequence[str] | None = None) -> "pd.DataFrame":
    """Read a Parquet file as a pandas table. Raise `UserError` where it is unreadable."""
    frame: pd.DataFrame = read_arrow(path, columns).to_pandas()
    return frame


def read_schema(path: Path) -> "pa.Schema":
    """The columns of a Parquet file. Raise `UserError` where it is unreadable."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_schema(path)
    except (OSError, pa.ArrowException) as error:
        raise unreadable(path, error) from None


def read_arrow(path: Path, columns: Sequence[str] | None = None) -> "pa.Table":
    """Read a Parquet file as an Arrow table. Raise `UserError` where it is unreadable."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path, columns=list(columns) if columns is not None else None)
    except (OSError, pa.ArrowException) as error:
        raise unreadable(path, error) from None
    if columns is not None and (missing := set(columns) - set(table.column_names)):
        raise UserError(f"{path}: there is no column {', '.join(sorted(missing))}")
    return table


def unreadable(path: Path, error: Exception) -> UserError:
    """Say that a file is not one that can be read."""
    return UserError(f"{path}: not a readable Parquet file ({' '.join(str(error).split())})")


def arrow(frame: "pd.DataFrame", columns: Mapping[str, Column]) -> "pa.Table":
    """Columns of a table, brought to their declared types."""
    import pyarrow as pa

    return pa.Table.from_pandas(frame[list(columns)], schema(columns), preserve_index=False)


@contextmanager
def appending(path: Path, columns: dict[str, Column]) -> "Iterator[Callable[[pd.DataFrame], None]]":
    """Yield a function that appends tables to one Parquet file; the file appears at the end.

    The tables' columns are brought to their declared types, others are left out.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    declared = schema(columns)
    with (
        replacing(path) as temporary,
        pq.ParquetWriter(temporary, declared, compression="zstd") as writer,
    ):

        def append(frame: "pd.DataFrame") -> None:
            writer.write_table(pa.Table.from_pandas(frame, declared, preserve_index=False))

        yield append


def schema(columns: Mapping[str, Column]) -> "pa.Schema":
    """The declared types of columns, as Parquet keeps them."""
    import pyarrow as pa

    return pa.schema([(name, type_of(column)) for name, column in columns.items()])


def type_of(column: Column) -> "pa.DataType":
    """The type of a column, as Parquet keeps it."""
    import pyarrow as pa

    types = {
        "number": pa.float64(),
        "integer": pa.int64(),
        "category": pa.string(),
        "boolean": pa.bool_(),
        "timestamp": pa.timestamp("us"),
    }
    return types[column.type]
