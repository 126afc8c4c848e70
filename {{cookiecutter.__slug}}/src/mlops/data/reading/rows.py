"""The rows of a table's files, CSV or Parquet, in batches and in the files' order."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mlops.config.schema import Data
from mlops.config.source import Reading
from mlops.data import sources
from mlops.data.reading import delimited, parquet
from mlops.data.reading.typed import Wanted
from mlops.errors import UserError

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET = (".parquet", ".pq")
TEXT = (".csv", ".tsv", ".txt", ".gz", ".xz", ".zst", ".zip")
PLACE = "row"  # the key of a table that has no other: a row's place in the source, from 1 on


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


def batches(data: Data, files: list[Path], names: Iterable[str]) -> "Iterator[pa.RecordBatch]":
    """Read the columns of these names, file after file, in memory that does not grow with them.

    Raise `UserError` where a file is not as `data.reading` and the columns say.
    """
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
