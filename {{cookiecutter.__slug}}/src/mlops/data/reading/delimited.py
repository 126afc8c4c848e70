"""Read CSV files as `data.reading` describes them, in batches of bounded memory.

Arrow reads and converts what is well-formed. Where it stops, the file is read again, slowly, to
say which row is wrong and how many are.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlops.config.schema import Column
from mlops.config.source import Reading
from mlops.data import sources, tables
from mlops.data.reading import cells, decoding, structure, typed
from mlops.data.reading.typed import Wanted
from mlops.errors import UserError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

HEADER = 1  # rows are counted from 1, and the header is one
# Arrow's threads let go of a file that they refuse later, perhaps when Python has ended: whichever
# of them asks for Python then aborts the process. These outlive them.
REFUSED: list[object] = []


def batches(path: Path, wanted: Wanted) -> "Iterator[pa.RecordBatch]":
    """Read columns in the wanted order, of their declared types; the file may have others.

    Raise `UserError` that names file, column, row and value, what was expected, and how many rows
    are so.
    """
    import pyarrow as pa

    structure.check_header(path, list(wanted.headers.values()), wanted.reading)
    types = {
        name: tables.type_of(column) if cells.plain(column, wanted.written(name)) else pa.string()
        for name, column in wanted.columns.items()
    }
    try:
        for batch in parsed(path, types, wanted):
            yield typed.convert(batch, wanted)
    except ValueError as error:
        raise refusal(path, wanted, error) from None


def read(path: Path, types: Mapping[str, str]) -> "pd.DataFrame":
    """Read a whole CSV file in UTF-8: the named columns, whose types are those of `conf/data/`.

    A null is wrong in a column of integers. Raise `UserError` as `batches` does.
    """
    import msgspec
    import pyarrow as pa

    columns = {name: msgspec.convert({"type": kind}, Column) for name, kind in types.items()}
    integers = [name for name, kind in types.items() if kind == "integer"]
    found = batches(path, Wanted(columns, Reading(), integers))
    frame: pd.DataFrame = pa.Table.from_batches(found, tables.schema(columns)).to_pandas()
    return frame


def names(path: Path, reading: Reading) -> list[str]:
    """The names in the header. Raise `UserError` where there is none to read."""
    structure.check_header(path, [], reading)
    with structure.rows(path, reading) as found:
        return next(found)


def parsed(
    path: Path, types: "Mapping[str, pa.DataType]", wanted: Wanted
) -> "Iterator[pa.RecordBatch]":
    """Let Arrow read columns as of these types. Raise `ValueError` where it cannot."""
    import pyarrow as pa
    from pyarrow import csv

    reading, headers = wanted.reading, wanted.headers
    try:
        with decoding.watched(path, reading.encoding, reading.quote) as text:
            REFUSED.append(file := pa.PythonFile(text, "r"))
            with csv.open_csv(
                pa.BufferedInputStream(file, 1 << 16),  # its blocks are Arrow's, not Python's
                csv.ReadOptions(block_size=structure.LONGEST),
                csv.ParseOptions(
                    delimiter=reading.delimiter,
                    quote_char=reading.quote,
                    newlines_in_values=True,
                ),
                csv.ConvertOptions(
                    column_types={headers[name]: kind for name, kind in types.items()},
                    include_columns=list(headers.values()),
                    null_values=reading.nulls,
                    strings_can_be_null=True,
                ),
            ) as found:
                yield from found
            REFUSED.remove(file)
            if text.quotes % 2:  # Arrow takes all that follows an open quote for one cell
                structure.check_rows(path, reading)
    except sources.DAMAGE as error:
        raise sources.unreadable(path, error) from None


def refusal(path: Path, wanted: Wanted, error: ValueError) -> UserError:
    """Find out what is wrong with a file that Arrow did not read: a line for each column."""
    import pyarrow as pa

    structure.check_rows(path, wanted.reading)
    text = " ".join(str(error).split())
    try:
        texts = parsed(path, dict.fromkeys(wanted.columns, pa.string()), wanted)
        if problems := typed.problems(path, texts, HEADER + 1, wanted):
            return UserError(*map(str, problems))
    except ValueError as other:
        text = " ".join(str(other).split())
    if "straddling" in text:
        text = f"a row of more than {structure.LONGEST >> 20} MiB"
    return UserError(f"{path}: not readable as data.reading has it: {text}")
