"""Write a table in batches: CSV, Parquet or Arrow; it appears whole, or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops.errors import UserError
from mlops.files import replacing
from mlops.predict.formats import STREAM, Format

if TYPE_CHECKING:
    import pyarrow as pa

Write = Callable[["pa.RecordBatch"], None]


@contextmanager
def writing(path: Path, kind: Format, schema: "pa.Schema") -> Iterator[Write]:
    """Yield a function that appends batches to a file, which appears when the block succeeds.

    Raise `UserError` where it cannot be written, or not in this format.
    """
    import pyarrow as pa

    kept = schema if kind == "parquet" else plain(schema)
    try:
        with replacing(path) as temporary, writer(temporary, path, kind, kept) as file:
            yield lambda batch: file.write(batch if kept.equals(schema) else batch.cast(kept))
    except pa.ArrowException as error:
        problem = " ".join(str(error).split())
        raise UserError(f"{path}: not written ({problem}): Parquet holds every type") from None
    except OSError as error:
        raise UserError(f"{path}: not written ({error.strerror or error})") from None


def plain(schema: "pa.Schema") -> "pa.Schema":
    """Columns without dictionaries: CSV has none, and an Arrow file one for all batches."""
    import pyarrow as pa

    for place, field in enumerate(schema):
        if pa.types.is_dictionary(field.type):
            schema = schema.set(place, field.with_type(field.type.value_type))
    return schema


def writer(temporary: Path, path: Path, kind: Format, schema: "pa.Schema") -> Any:
    """Arrow's own writer of a format."""
    import pyarrow as pa

    if kind == "csv":
        from pyarrow import csv

        return csv.CSVWriter(temporary, schema)
    if kind == "parquet":
        import pyarrow.parquet as pq

        # Numbers with decimals seldom repeat: looking for those that do takes twice as long.
        repeated = [field.name for field in schema if not pa.types.is_floating(field.type)]
        return pq.ParquetWriter(temporary, schema, compression="zstd", use_dictionary=repeated)
    if path.suffix.lower() == STREAM:
        return pa.ipc.new_stream(temporary, schema)
    return pa.ipc.new_file(temporary, schema)
