"""What a CSV file is made of: its header, and rows of equally many cells."""

import csv
import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from mlops.config.source import Reading
from mlops.data import sources
from mlops.data.reading import decoding
from mlops.errors import UserError

LONGEST = 1 << 22  # bytes of a row
NAMED = 12  # columns
WIDEST = 20  # characters
DISGUISES = {
    b"<!doctype": "an HTML page, not a table: fetch the file again",
    b"<html": "an HTML page, not a table: fetch the file again",
    b"<?xml": "an XML document, not a table: fetch the file again",
    b"version https://git-lfs": "a pointer of Git LFS, not the file: `git lfs pull`",
    b"par1": "a Parquet file: let its name end in .parquet",
    b"pk\x03\x04": "an archive or a workbook: save its table as CSV, or name it .zip",
    b"\x1f\x8b": "compressed by gzip: let its name end in .gz",
    b"(\xb5/\xfd": "compressed by Zstandard: let its name end in .zst",
    b"\xfd7zxz": "compressed by xz: let its name end in .xz",
}


def check_header(path: Path, columns: Sequence[str], reading: Reading) -> None:
    """Check the header, and that there is a row below it.

    Raise `UserError` where the file is empty, of another kind or unreadable, where a name is there
    twice, and where one of `columns` is not there.
    """
    check_kind(path)
    with rows(path, reading) as found:
        try:
            header = next(found, [])
        except csv.Error as error:
            raise UserError(f"{path}: row 1: {told(error, reading)}") from None
        if not header:
            raise UserError(f"{path}: the file is empty: expected a header and rows")
        if fault := fault_of(header, header, reading):
            raise UserError(f"{path}: row 1: {fault[1]}")
        for column in filter(None, header):
            if header.count(column) > 1:
                raise UserError(f"{path}: row 1: column {column!r} is there twice: rename one")
        if len(header) == 1 and len({*columns} - {*header}) > 1:
            said = f"there is one column only, {listed(header)!r}"
            wanted = f"write it with {reading.delimiter!r} between its cells"
            raise UserError(f"{path}: row 1: {said}: {wanted}")
        check_names(path, columns, header)
        with suppress(csv.Error):
            if next(found, None) is None:
                raise UserError(f"{path}: there are no rows below the header: fetch the file again")


def check_names(path: Path, columns: Iterable[str], there: list[str]) -> None:
    """Raise `UserError` that names all of the columns that are not there."""
    if missing := [column for column in columns if column not in there]:
        for name in there:
            if name.strip() in missing:
                way = "take it out, also of the cells below"
                raise UserError(f"{path}: column {name!r}: a space beside its name: {way}")
        lacking = f"column{'s' * (len(missing) > 1)} {', '.join(map(repr, missing))}"
        nearest = difflib.get_close_matches(missing[0], there, n=1) if len(there) > NAMED else []
        others = [name for name in there if name not in nearest]
        raise UserError(f"{path}: no {lacking}; there are: {listed([*nearest, *others])}")


def listed(names: list[str]) -> str:
    """Some names of columns, in a line."""
    shown = [" ".join(name.split())[:WIDEST] for name in names[:NAMED]]
    return ", ".join([*shown, "..."] if len(names) > NAMED else shown)


def check_kind(path: Path) -> None:
    """Raise `UserError` where the file is something else than text."""
    try:
        with sources.open_bytes(path) as file:
            start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    except sources.DAMAGE as error:
        raise sources.unreadable(path, error) from None
    for mark, kind in DISGUISES.items():
        if start.startswith(mark):
            raise UserError(f"{path}: this is {kind}")


def check_rows(path: Path, reading: Reading) -> None:
    """Read each row with care, which takes long. Raise `UserError` with the first that is wrong."""
    problems: dict[str, tuple[str, int]] = {}
    number = 1
    with rows(path, reading) as found:
        try:
            header = next(found)
            for number, cells in enumerate(found, 2):
                if fault := fault_of(cells, header, reading):
                    kind, text = fault
                    first, count = problems.get(kind, (f"row {number:,}: {text}", 0))
                    problems[kind] = first, count + 1
        except csv.Error as error:
            problems.setdefault("quotes", (f"row {number + 1:,}: {told(error, reading)}", 1))
    for first, count in problems.values():
        many = f"{count:,} rows" if count != 1 else "1 row"
        raise UserError(f"{path}: {first} ({many})")


def fault_of(cells: list[str], header: list[str], reading: Reading) -> tuple[str, str] | None:
    """What is wrong with a row: which kind of fault, and in words."""
    if len(cells) != len(header):
        return "cells", f"{len(cells)} cells, expected {len(header)} as in the header"
    text = "".join(cells)
    if "\0" in text:
        column = holding(cells, header, "\0")
        return "NUL", f"column {column!r}: a NUL byte, expected text in {reading.encoding}"
    if not text.isascii() and (byte := undecodable(text)) is not None:
        column = holding(cells, header, byte)
        return "encoding", (
            f"column {column!r}: byte 0x{ord(byte) - 0xDC00:02x}, expected text in"
            f" {reading.encoding}: name another in data.reading.encoding"
        )
    return None


def undecodable(text: str) -> str | None:
    """The first character that stands for a byte which could not be decoded."""
    return next((character for character in text if "\udc80" <= character <= "\udcff"), None)


def holding(cells: list[str], header: list[str], character: str) -> str:
    """The column of the cell that holds a character, in characters that can be shown."""
    name = next(name for name, cell in zip(header, cells, strict=True) if character in cell)
    return name.encode(errors="replace").decode()


def told(error: csv.Error, reading: Reading) -> str:
    """What Python's reader of CSV says, in our words."""
    text = str(error)
    if "limit" in text:
        return f"a cell of more than {LONGEST >> 20} MiB, or a quote that is never closed"
    if "end of data" in text:
        return f"a quote ({reading.quote}) is opened and never closed"
    return f"text after a closing quote ({reading.quote}): quotes within a cell are written twice"


@contextmanager
def rows(path: Path, reading: Reading) -> Iterator[Iterator[list[str]]]:
    """Iterate over the rows of a file, header first, empty lines left out.

    Raise `UserError` where the file is damaged.
    """
    before = csv.field_size_limit(LONGEST)
    dialect: dict[str, Any] = {"delimiter": reading.delimiter, "quotechar": reading.quote}
    try:
        with decoding.lines(path, reading.encoding) as text:
            yield filter(None, csv.reader(text, strict=True, **dialect))
    except UnicodeError as error:
        raise UserError(
            f"{path}: not text in {reading.encoding} ({error}): name another in"
            " data.reading.encoding"
        ) from None
    except sources.DAMAGE as error:
        raise sources.unreadable(path, error) from None
    finally:
        csv.field_size_limit(before)
