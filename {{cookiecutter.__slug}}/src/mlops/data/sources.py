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

PACKAGE = "package:"


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
    empty or cut short, where a column is missing or doubled, or where a cell is not of its type.
    Rows are counted from 1; the header is row 1.
    """
    import pandas as pd

    check_header(path, list(types))
    kinds = {"integer": "int64", "number": "float64", "text": "str", "time": "str"}
    dtypes: Any = {column: kinds[kind] for column, kind in types.items()}
    try:
        table = pd.read_csv(path, usecols=list(types), dtype=dtypes, low_memory=False)
        for column in [column for column, kind in types.items() if kind == "time"]:
            table[column] = pd.to_datetime(table[column])
    except pd.errors.ParserError as error:
        problem = str(error).replace("Error tokenizing data. C error: ", "")
        raise UserError(f"{path}: {problem.strip()}: repair that line, or the download") from None
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError) as error:
        raise unreadable(path, error) from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text: {error.reason}, save it as UTF-8") from None
    except (ValueError, TypeError) as error:
        raise find_bad_cell(path, types) or UserError(f"{path}: {error}") from None
    if table.empty:
        raise UserError(f"{path}: there are no rows below the header: fetch the file again")
    return table[list(types)]


def check_header(path: Path, columns: Sequence[str]) -> None:
    """Check the first line for empty files, doubled and missing columns."""
    try:
        with open_bytes(path) as file:
            header = next(csv.reader(io.TextIOWrapper(file, "utf-8-sig", newline="")), [])
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError) as error:
        raise unreadable(path, error) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path}: row 1: not a CSV file in UTF-8 ({error})") from None
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


def find_bad_cell(path: Path, types: dict[str, str]) -> UserError | None:
    """Find the first cell that is not what its column has to hold."""
    import pandas as pd

    expected = {"integer": "a whole number", "number": "a number", "time": "a date and time"}
    table = pd.read_csv(path, usecols=list(types), dtype="str", low_memory=False)
    for column in [column for column, kind in types.items() if kind in expected]:
        cells, kind = table[column], types[column]
        if kind == "time":
            wrong = cells.notna() & pd.to_datetime(cells, errors="coerce").isna()
        else:
            numbers = pd.to_numeric(cells, errors="coerce")
            wrong = cells.notna() & numbers.isna()
            if kind == "integer":
                wrong |= numbers % 1 != 0
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            value = "an empty cell" if pd.isna(cells.iloc[row]) else repr(cells.iloc[row])
            many = f"{int(wrong.sum()):,} such rows"
            return UserError(
                f"{path}: column {column!r}, row {row + 2:,}: {value}, expected"
                f" {expected[kind]} ({many})"
            )
    return None
