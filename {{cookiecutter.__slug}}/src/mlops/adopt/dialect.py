"""How a text is a table: its delimiter, its quotes, its header, its rows."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from mlops.adopt.content import MEGABYTE
from mlops.errors import UserError

if TYPE_CHECKING:
    import _csv

DELIMITERS = ",;\t|"
LOOKED_AT = 200  # records, to find the delimiter
NUMBER = re.compile(r"[+-]?[\d.,]*\d[\d.,]*")


class Dialect(NamedTuple):
    """What separates cells, and what quotes them."""

    delimiter: str
    quote: str


class Records(NamedTuple):
    """The header, which is row 1, and the rows from row 2 on."""

    header: list[str]
    rows: list[list[str]]


def find(text: str) -> Dialect:
    """The delimiter by which most rows have as many cells as the header, then the most cells."""
    quote = "'" if '"' not in text and len(re.findall(r"(?m)(?:^|[,;\t|])'", text)) > 1 else '"'
    best, most = Dialect(",", quote), (0.0, 0)
    for delimiter in DELIMITERS:
        counts = []
        with limit():
            try:
                reader = reader_of(text, Dialect(delimiter, quote), strict=False)
                for record, _ in zip(reader, range(LOOKED_AT), strict=False):
                    counts.append(len(record))
            except csv.Error:
                pass
        if not counts or counts[0] < 2:
            continue
        below = [count for count in counts[1:] if count]
        alike = sum(count == counts[0] for count in below) / max(1, len(below))
        if (round(alike, 2), counts[0]) > most:
            best, most = Dialect(delimiter, quote), (round(alike, 2), counts[0])
    return best


def parse(text: str, dialect: Dialect, whole: bool, file: str) -> Records:
    """Read the beginning of a file. Raise `UserError` naming the first row that is none."""
    records: list[list[str]] = []
    with limit():
        reader = reader_of(text, dialect, strict=True)
        read = 0  # lines that whole records took
        try:
            for record in reader:
                if record:  # an empty line is none
                    records.append(record)
                read = reader.line_num
        except csv.Error as error:
            cut = not whole and "unexpected end" in str(error)
            if not cut or left(text, read) > MEGABYTE:
                raise UserError(f"{file}: row {len(records) + 1:,}: {said(error)}") from None
    if not records:
        raise UserError(f"{file}: the file is empty: expected a header and rows")
    header = records[0]
    check_header(header, file)
    if len(records) == 1:
        raise UserError(f"{file}: there are no rows below the header")
    check_widths(header, records[1:], file)
    return Records(header, records[1:])


def parse_place(text: str, dialect: Dialect, width: int) -> list[list[str]]:
    """Read rows from somewhere inside a file; none where it cannot be told where one starts."""
    with limit():
        try:
            rows = [row for row in reader_of(text, dialect, strict=False) if row]
        except csv.Error:
            return []
    return rows if all(len(row) == width for row in rows) else []


def reader_of(text: str, how: Dialect, strict: bool) -> "_csv.Reader":
    """Python's reader of CSV on a text; `strict` raises at a quote that is badly used."""
    options: dict[str, Any] = {"delimiter": how.delimiter, "quotechar": how.quote}
    return csv.reader(text_lines(text), strict=strict, **options)


def text_lines(text: str) -> io.StringIO:
    """The lines of a text, as they end: LF, CR LF or CR."""
    return io.StringIO(text, newline="")


def left(text: str, lines: int) -> int:
    """How many characters there are after so many lines."""
    stream = text_lines(text)
    return len(text) - sum(len(line) for line, _ in zip(stream, range(lines), strict=False))


def said(error: csv.Error) -> str:
    """Say in plain words what the csv module found."""
    if "unexpected end" in str(error):
        return "a quote is opened and never closed"
    if "field limit" in str(error):
        return "a cell of more than 1 MB, or a quote that is never closed"
    return f"badly quoted ({error})"


def check_header(header: list[str], file: str) -> None:
    """Refuse names that are there twice, and a first row that is data."""
    named = [name for name in header if name.strip()]
    for name, count in Counter(named).items():
        if count > 1:
            raise UserError(f"{file}: row 1: column {name!r} is there twice: rename one")
    if len(header) < 2:
        raise UserError(
            f"{file}: row 1: there is one column only, {header[0][:40]!r}: expected cells"
            " separated by a comma, a semicolon, a tab or |"
        )
    if all(NUMBER.fullmatch(name.strip()) for name in named):
        raise UserError(f"{file}: row 1: {named[0]!r} and all else are numbers: add a header")


def check_widths(header: list[str], rows: list[list[str]], file: str) -> None:
    """Refuse rows with more or fewer cells than the header."""
    ragged = [
        (place, len(row)) for place, row in enumerate(rows, start=2) if len(row) != len(header)
    ]
    if ragged:
        place, count = ragged[0]
        many = f"{len(ragged):,} such rows" if len(ragged) > 1 else "1 such row"
        raise UserError(
            f"{file}: row {place:,}: {count} cells, expected {len(header)} as in the header"
            f" ({many})"
        )


@contextmanager
def limit() -> Iterator[None]:
    """Let the csv module take cells of up to 1 MB."""
    before = csv.field_size_limit(MEGABYTE)
    try:
        yield
    finally:
        csv.field_size_limit(before)
