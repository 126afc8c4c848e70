"""A sample of a CSV file."""

import re
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from mlops.adopt import content, dates, dialect, encoding, names, numbers, settling, texts
from mlops.adopt.dialect import Dialect, Records
from mlops.adopt.sample import Sample, Seen
from mlops.config.source import Reading
from mlops.errors import UserError

USUAL_NULLS = ["", "NA"]
PANDAS_INDEX = re.compile(r"Unnamed: \d+")  # what pandas calls a column without a name


def sample(path: Path, file: str, given: str | None, dropped: Collection[str]) -> Sample:
    """Read a sample of a CSV file; `file` is what messages call it, `given` its encoding.

    Columns that are named in `dropped`, by name or header, are left out. Raise `UserError` naming
    file, column and row where the file is not one that can be read.
    """
    found = content.read(path)
    text = encoding.decode(found, given, file)
    how = dialect.find(text.head)
    records = dialect.parse(text.head, how, found.whole, file)
    places = list(range(2, len(records.rows) + 2))
    for part in text.places:
        records.rows.extend(dialect.parse_place(part, how, len(records.header)))
    places += [0] * (len(records.rows) - len(places))
    notes = [] if text.guess is None else [f"encoding {text.encoding}, guessed: {text.guess!r}"]
    columns, guesses = guess_columns(records, places, file, dropped, notes)
    seen = settle(columns, guesses, how)
    rows = len(records.rows)
    if not found.whole:
        sampled = len(found.head) + sum(map(len, found.places))
        rows = round(rows * found.size / sampled)
    reading = reading_of(text.encoding, how, seen, guesses)
    odd = [*filter(None, map(texts.odd, columns, guesses))]
    odd += filter(None, map(texts.lone_mark, columns, [each.written for each in seen]))
    suffix = f".csv{found.suffix}"
    return Sample(file, seen, places, found.whole, rows, reading, suffix, notes, odd)


def guess_columns(
    records: Records, places: list[int], file: str, dropped: Collection[str], notes: list[str]
) -> tuple[list[texts.Column], list[texts.Guess]]:
    """Look at each column by itself; those without a name or left out are passed over."""
    called = names.of_columns(records.header)
    names.check_dropped(dropped, called, file)
    columns, guesses = [], []
    for header, cells in zip(records.header, zip(*records.rows, strict=True), strict=True):
        if not header.strip():
            check_index(list(cells), file, notes)
        elif PANDAS_INDEX.fullmatch(header) and len(set(cells)) == len(cells):
            notes.append(f"{header}: an index, left out")
        elif {header, called[header]}.isdisjoint(dropped):
            column = texts.Column(header, called[header], list(cells), places, file, Counter(cells))
            columns.append(column)
            guesses.append(texts.guess(column))
    return columns, guesses


def check_index(cells: list[str], file: str, notes: list[str]) -> None:
    """Pass over a column without a name: an index, or nothing at all."""
    if all(not cell.strip() for cell in cells):
        notes.append("a column without name and cells: left out")
    elif len(set(cells)) == len(cells):
        notes.append("a column without name, different in each row: an index, left out")
    else:
        example = next(cell for cell in cells if cell.strip())
        raise UserError(
            f"{file}: row 1: the column of {example[:40]!r} has no name, and the same cell more"
            " than once: name it; an index of pandas is not written with `to_csv(..., index=False)`"
        )


def settle(columns: list[texts.Column], guesses: list[texts.Guess], how: Dialect) -> list[Seen]:
    """Decide what one column cannot tell, by what the others tell."""
    told = [numbers.uses_comma(guess.notations) for guess in guesses if guess.notations]
    comma = any(told) if any(answer is not None for answer in told) else how.delimiter == ";"
    orders = {
        column.name: guess.order
        for column, guess in zip(columns, guesses, strict=True)
        if guess.order
    }
    day_first = dates.agreed(orders)
    return [
        settling.settle(column, guess, comma, day_first)
        for column, guess in zip(columns, guesses, strict=True)
    ]


def reading_of(
    encoding: str, how: Dialect, seen: list[Seen], guesses: list[texts.Guess]
) -> Reading:
    """How the file is written; the columns are said later, for those that are declared."""
    null_words = set().union(*(guess.nulls for guess in guesses))
    nulls = [*USUAL_NULLS, *sorted(null_words - set(USUAL_NULLS))]
    return Reading(encoding, how.delimiter, how.quote, nulls)
