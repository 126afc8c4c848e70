"""A sample of a Parquet file, or of a folder of them."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops.adopt import names
from mlops.adopt.sample import Sample, Seen, Type
from mlops.errors import UserError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

PANDAS_INDEX = "__index_level_0__"
WHOLE = 200_000  # rows up to which a table is read as a whole
PART = 20_000  # rows of the first, the middle and the last group of a larger one


def is_parquet(path: Path) -> bool:
    """Tell whether a path is a Parquet file or a folder."""
    if path.is_dir():
        return True
    with path.open("rb") as file:
        return file.read(4) == b"PAR1" or path.suffix in (".parquet", ".pq")


def sample(path: Path, file: str, dropped: Collection[str]) -> Sample:
    """Read a sample; `file` is what messages call it. Raise `UserError` where it is unreadable."""
    import pyarrow as pa

    parts = [opened(part) for part in files(path)]
    check_alike(parts, [part.name for part in files(path)], file)
    rows = sum(part.metadata.num_rows for part in parts)
    if not rows:
        raise UserError(f"{file}: there are no rows")
    schema = parts[0].schema_arrow
    called = names.of_columns(schema.names)
    names.check_dropped(dropped, called, file)
    notes: list[str] = []
    kept = []
    for field in schema:
        if not {field.name, called[field.name]}.isdisjoint(dropped):
            continue
        if field.name == PANDAS_INDEX:
            notes.append("the index: left out")
        elif type_of(field.type) is None:
            notes.append(f"{field.name}: {field.type}, which no model takes: left out")
        else:
            kept.append(field.name)
    table: pa.Table = pa.concat_tables(chosen(parts, rows, kept), promote_options="permissive")
    columns = [seen(table[header], header, called[header], file) for header in kept]
    whole = rows <= WHOLE
    places = list(range(1, len(table) + 1)) if whole else [0] * len(table)
    suffix = "" if path.is_dir() else ".parquet"
    return Sample(file, columns, places, whole, rows, None, suffix, notes)


def files(path: Path) -> list[Path]:
    """The Parquet files that a path stands for."""
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.parquet"))
    if not found:
        raise UserError(f"{path}: the folder holds no Parquet files (*.parquet)")
    return found


def opened(path: Path) -> "pq.ParquetFile":
    """Open a file and read what it says of itself."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        problem = " ".join(str(error).split())
        raise UserError(f"{path}: not a readable Parquet file ({problem})") from None


def check_alike(parts: "list[pq.ParquetFile]", called: list[str], file: str) -> None:
    """Refuse files with other columns than the first, and names that are there twice."""
    first = parts[0].schema_arrow.names
    for name in first:
        if first.count(name) > 1:
            raise UserError(f"{file}: column {name!r} is there twice: rename one")
    for part, other in zip(parts, called, strict=True):
        unlike = set(first) ^ set(part.schema_arrow.names)
        if unlike:
            raise UserError(
                f"{file}/{other}: column {sorted(unlike)[0]!r} is not in all files of the folder"
            )


def chosen(parts: "list[pq.ParquetFile]", rows: int, columns: list[str]) -> "Iterator[pa.Table]":
    """All rows of a small table, else some of its first, middle and last group."""
    import pyarrow as pa

    groups = [(part, group) for part in parts for group in range(part.num_row_groups)]
    if rows > WHOLE:
        groups = [groups[place] for place in sorted({0, len(groups) // 2, len(groups) - 1})]
    try:
        for part, group in groups:
            left = PART if rows > WHOLE else rows
            for batch in part.iter_batches(min(left, 65_536), row_groups=[group], columns=columns):
                yield pa.Table.from_batches([batch[:left]])
                left -= len(batch)
                if left <= 0:
                    break
    except (OSError, pa.ArrowException) as error:
        problem = " ".join(str(error).split())
        raise UserError(f"not a readable Parquet file ({problem})") from None


def type_of(kind: "pa.DataType") -> Type | None:
    """The declared type that a type of Parquet has; None where it has none."""
    import pyarrow.types as types

    if types.is_dictionary(kind):
        return type_of(kind.value_type)
    known: list[tuple[Any, Type]] = [
        (types.is_boolean, "boolean"),
        (types.is_integer, "integer"),
        (types.is_floating, "number"),
        (types.is_decimal, "number"),
        (types.is_string, "category"),
        (types.is_large_string, "category"),
        (types.is_string_view, "category"),
        (types.is_timestamp, "timestamp"),
        (types.is_date, "timestamp"),
        (types.is_null, "category"),
    ]
    return next((name for test, name in known if test(kind)), None)


def seen(column: "pa.ChunkedArray", header: str, name: str, file: str) -> Seen:
    """A column and its values."""
    import pyarrow as pa

    kind = type_of(column.type) or "category"
    if kind == "boolean" and column.null_count:
        kind = "category"  # a boolean is never null
    if kind == "category":
        texts = [None if value is None else lower(value) for value in column.to_pylist()]
        return Seen(header, name, kind, pa.array(texts, pa.string()).to_pandas().astype("str"))
    values: pd.Series[Any]
    if kind == "integer":
        values = column.cast(pa.int64()).to_pandas(types_mapper={pa.int64(): int_type()}.get)
    elif kind == "number":
        values = column.cast(pa.float64()).to_pandas()
        check_finite(values, f"{file}: column {header!r}")
    elif kind == "timestamp":
        values = column.cast(pa.timestamp("us"), safe=False).to_pandas()
    else:
        values = column.to_pandas().astype("bool")
    return Seen(header, name, kind, values)


def int_type() -> Any:
    """Whole numbers that may be null."""
    import pandas as pd

    return pd.Int64Dtype()


def check_finite(values: "pd.Series[Any]", where: str) -> None:
    """Refuse infinite numbers."""
    import numpy as np

    endless = np.isinf(values.to_numpy())
    if endless.any():
        row = int(endless.argmax())
        raise UserError(f"{where}, row {row + 1:,}: {values.iloc[row]}, expected a finite number")


def lower(value: object) -> str:
    """A value as a text: true and false as CSV has them."""
    return str(value).lower() if isinstance(value, bool) else str(value)
