"""Find and read the files that a table comes from."""

import csv
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from mlops.errors import UserError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PACKAGE = "package:"
DAMAGE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


def find_files(source: str, names: Sequence[str]) -> list[Path]:
    """Find the named files of a source: `package:NAME`, an installed package, or a folder.

    The package is never imported. Raise `UserError` where the source or a file is missing.
    """
    if source.startswith(PACKAGE):
        there = package_files(source.removeprefix(PACKAGE))
    else:
        folder = Path(source)
        if not folder.is_dir():
            raise UserError(f"data.source: there is no folder {source!r}")
        there = {path.name: path for path in sorted(folder.iterdir()) if path.is_file()}
    for name in names:
        if name not in there:
            found = [other for other in there if not other.startswith((".", "__"))]
            raise UserError(
                f"{source}: there is no file {name!r}; found: {', '.join(found[:8]) or 'nothing'}"
            )
    return [there[name] for name in names]


def package_files(package: str) -> dict[str, Path]:
    """Find the files that an installed package carries, by name."""
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        raise UserError(
            f"data.source: the package {package!r} is not installed: `uv add {package}`"
        ) from None
    return {file.name: Path(str(file.locate())) for file in files}


def read_csv(path: Path, types: dict[str, str]) -> "pd.DataFrame":
    """Read the named columns of a CSV file, compressed or not.

    `types` maps each column to `integer` (never null), `number`, `text` or `time`. Empty cells and
    `NA` are null. Raise `UserError`, naming file, column and row, where the file is unreadable,
    empty or cut short, where a column is missing or doubled, where a row has too many or too few
    cells, or where a cell is not of its type. Rows are counted from 1; the header is row 1.
    """
    import pandas as pd

    check_header(path, list(types))
    texts = read_texts(path, list(types))
    if texts.num_rows == 0:
        raise UserError(f"{path}: there are no rows below the header: fetch the file again")
    return pd.DataFrame(
        {
            column: convert(texts[column], kind, f"{path}: column {column!r}")
            for column, kind in types.items()
        }
    )


def read_texts(path: Path, columns: list[str]) -> "pa.Table":
    """Read the named columns as text."""
    import pyarrow as pa
    from pyarrow import csv

    try:
        with open_bytes(path) as file:
            return csv.read_csv(
                file,
                csv.ReadOptions(use_threads=False),  # so that an error tells its row
                csv.ParseOptions(newlines_in_values=False),  # an unclosed quote hides rows
                csv.ConvertOptions(
                    column_types=dict.fromkeys(columns, pa.string()),
                    include_columns=columns,
                    null_values=["", "NA"],
                    strings_can_be_null=True,
                ),
            )
    except pa.ArrowInvalid as error:
        problem = str(error).partition(":")[2].strip() or str(error)
        raise UserError(f"{path}: {problem}: mend the file, or fetch it again") from None
    except DAMAGE as error:
        raise unreadable(path, error) from None


def convert(texts: "pa.ChunkedArray", kind: str, where: str) -> "pd.Series[Any]":
    """Turn texts into numbers or times. Raise `UserError` with the first that is neither."""
    import pandas as pd

    cells: pd.Series[Any] = texts.to_pandas()
    if kind == "text":
        return cells
    values: pd.Series[Any]
    if kind == "time":
        values = pd.to_datetime(cells, errors="coerce")
    else:
        values = pd.to_numeric(cells, errors="coerce")
    wrong = values.isna() & cells.notna()
    if kind == "integer":
        wrong = values.isna() | (values % 1 != 0)
    elif kind == "number":
        values = values.astype("float64")
        wrong |= values.abs() == float("inf")
    if not wrong.any():
        return values.astype("int64") if kind == "integer" else values
    row = int(wrong.to_numpy().argmax())
    value = "an empty cell" if pd.isna(cells.iloc[row]) else repr(cells.iloc[row])
    expected = {"integer": "a whole number", "number": "a number", "time": "a date and time"}
    many = f"{int(wrong.sum()):,} such rows"
    raise UserError(f"{where}, row {row + 2:,}: {value}, expected {expected[kind]} ({many})")


def check_header(path: Path, columns: Sequence[str]) -> None:
    """Check the first line for empty files, doubled and missing columns."""
    try:
        with open_bytes(path) as file:
            header = next(csv.reader(io.TextIOWrapper(file, "utf-8-sig", newline="")), [])
    except DAMAGE as error:
        raise unreadable(path, error) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path}: not a CSV file in UTF-8 ({error})") from None
    if not header:
        raise UserError(f"{path}: the file is empty: expected a header and rows")
    for column in header:
        if header.count(column) > 1:
            raise UserError(f"{path}: row 1: column {column!r} is there twice: rename one")
    for column in columns:
        if column not in header:
            raise UserError(f"{path}: row 1: no column {column!r}; there are: {', '.join(header)}")


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file, seeing through `.gz`, `.xz` and `.zip` (its only member)."""
    if path.suffix == ".gz":
        return gzip.open(path)  # type: ignore[return-value]
    if path.suffix == ".xz":
        return lzma.open(path)
    if path.suffix == ".zip":
        archive = zipfile.ZipFile(path)
        members = archive.namelist()
        if len(members) != 1:
            raise UserError(f"{path}: expected one file in the archive, found {len(members)}")
        return archive.open(members[0])
    return path.open("rb")


def unreadable(path: Path, error: Exception) -> UserError:
    """Say that a file is damaged or cannot be opened."""
    problem = " ".join(str(error).split()) or type(error).__name__
    return UserError(f"{path}: unreadable or cut short ({problem}): fetch the file again")
