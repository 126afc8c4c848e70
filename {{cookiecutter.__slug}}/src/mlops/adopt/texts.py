"""What the texts of a column are: numbers, dates, yes and no, or just texts."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlops.adopt import dates, numbers
from mlops.adopt.sample import Seen, Type
from mlops.config.source import Written
from mlops.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

NULLS = {"", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "#N/A", "<NA>"}
# These stand for a null where all other cells are numbers or dates.
NULLS_AMONG_NUMBERS = {"?", "-", "--", ".", "None", "none", "unknown", "missing", "#DIV/0!"}
PAIRS = [{"true", "false"}, {"yes", "no"}, {"t", "f"}, {"y", "n"}, {"on", "off"}]
POSITIVE = {"true", "yes", "t", "y", "on"}
TRUE, FALSE = {"true", "yes", "t", "y", "1"}, {"false", "no", "f", "n", "0"}  # known to ingest
MOSTLY = 0.95  # of the rows being numbers, the others are mistakes


@dataclass(frozen=True)
class Column:
    """A column's texts, and each one's place in the file (0: not known)."""

    header: str
    name: str
    texts: list[str]
    places: list[int]
    file: str
    counts: "Counter[str]" = field(default_factory=Counter)

    def where(self, text: str) -> str:
        """Name the first cell that has a text."""
        place = self.places[self.texts.index(text)]
        return f"{self.file}: column {self.header!r}" + (f", row {place:,}" if place else "")


@dataclass
class Guess:
    """What a column may be, before its file is known as a whole."""

    nulls: set[str]
    notations: list[numbers.Notation] = field(default_factory=list)
    order: dates.Order | None = None
    format: str | None = None
    iso: bool = False
    words: tuple[str, str] | None = None


def guess(column: Column) -> Guess:
    """Tell what a column may be. Raise `UserError` where it is nearly numbers, or endless ones."""
    nulls = {text for text in column.counts if text in NULLS or not text.strip()}
    rest = column.counts.keys() - nulls
    if not rest:
        return Guess(nulls)
    found = kind(rest, column.name)
    sure = rest - NULLS_AMONG_NUMBERS
    if found is None and sure != rest and sure:
        found = kind(sure, column.name)
        nulls = nulls | (rest - sure) if found else nulls
    if found is None:
        check_infinite(column, rest)
        check_mostly(column, rest)
        return Guess(nulls, words=yes_and_no(rest))
    found.nulls = nulls
    return found


def kind(texts: Iterable[str], name: str) -> Guess | None:
    """Numbers or dates, or None where they are neither."""
    texts = sorted(texts)
    if numbers.is_code(texts):
        return None if not dates.DATED.search(name) else dated(texts, name)
    found = numbers.notations(texts)
    format = dates.textual(texts, name) if not found or dates.DATED.search(name) else None
    if format:
        return Guess(set(), format=format)
    return Guess(set(), notations=found) if found else dated(texts, name)


def dated(texts: list[str], name: str) -> Guess | None:
    """Dates, or None where they are none."""
    if dates.is_iso(texts):
        return Guess(set(), iso=True)
    if order := dates.numeric(texts):
        return Guess(set(), order=order)
    if format := dates.textual(texts, name):
        return Guess(set(), format=format)
    return None


def check_infinite(column: Column, rest: Iterable[str]) -> None:
    """Refuse numbers some of which are infinite."""
    endless = [text for text in rest if numbers.INFINITE.fullmatch(text.strip())]
    others = set(rest) - set(endless)
    if endless and others and numbers.notations(others):
        raise UserError(f"{column.where(endless[0])}: {endless[0]!r}, expected a finite number")


def check_mostly(column: Column, rest: Iterable[str]) -> None:
    """Refuse a column of numbers or of dates in which a few cells are something else."""
    rest = list(rest)
    expected: list[tuple[str, Callable[[str], object]]] = [
        ("a number", numbers.PLAIN.pattern.fullmatch),
        ("a number", numbers.COMMA.pattern.fullmatch),
        ("a date", lambda text: dates.ISO.fullmatch(text.strip())),
        ("a date", lambda text: dates.NUMERIC.fullmatch(text.strip())),
    ]
    total = sum(column.counts[text] for text in rest)
    for what, fits in expected:
        wrong = [text for text in rest if not fits(text)]
        rows = sum(column.counts[text] for text in wrong)
        if wrong and rows <= (1 - MOSTLY) * total and len(rest) - len(wrong) >= 20:
            first = min(wrong, key=column.texts.index)
            many = f"{rows:,} such rows" if rows > 1 else "1 such row"
            raise UserError(
                f"{column.where(first)}: {first[:60]!r}, expected {what} as in the others"
                f" ({many}): mend it, or leave the column out: --drop {column.name}"
            )


def yes_and_no(texts: Iterable[str]) -> tuple[str, str] | None:
    """The words for true and for false, in small letters; None where the texts are others."""
    plain = {text: text.strip().casefold() for text in texts}
    if set(plain.values()) not in PAIRS:
        return None
    true = next(word for word in plain.values() if word in POSITIVE)
    return true, next(word for word in plain.values() if word != true)


def settle(column: Column, found: Guess, comma: bool, day_first: bool | None) -> Seen:
    """Decide, knowing the file: whether its numbers have commas, whether days come first."""
    nulls, texts = found.nulls, column.texts
    cells = [None if text in nulls else text for text in texts]
    if found.notations:
        notation = numbers.choose(found.notations, comma)
        return numeric(column, cells, notation)
    if found.iso or found.format or found.order:
        format = found.format or (order_format(column, found.order, day_first) or None)
        return seen(column, "timestamp", times(cells, format), Written(format=format), cells)
    if found.words and None not in cells:
        true, false = found.words
        values = [text.strip().casefold() == true for text in texts]
        written = Written() if true in TRUE else Written(true=[true], false=[false])
        return seen(column, "boolean", series(values, "bool"), written, cells)
    return seen(column, "category", series(cells, "str"), Written(), cells)


def numeric(column: Column, cells: list[str | None], notation: numbers.Notation) -> Seen:
    """A column of numbers; of whole ones, if it can be."""
    written = Written(decimal="," if notation.decimal == "," else ".", thousands=notation.thousands)
    known = {text: notation.value(text) for text in set(cells) if text is not None}
    for text, value in known.items():
        if abs(value) == float("inf"):
            raise UserError(f"{column.where(text)}: {text!r}, expected a finite number")
    whole = all(mark not in text for text in known for mark in (notation.decimal, "e", "E"))
    if whole:
        mark = notation.thousands or ","
        exact = {text: int(text.strip().replace(mark, "")) for text in known}
        if max(map(abs, exact.values())) > numbers.LARGEST:
            return seen(column, "category", series(cells, "str"), Written(), cells)
        values = series([None if text is None else exact[text] for text in cells], "Int64")
        written = Written(thousands=notation.thousands)
        return seen(column, "integer", values, written, cells)
    values = series([None if text is None else known[text] for text in cells], "float64")
    return seen(column, "number", values, written, cells)


def order_format(column: Column, order: dates.Order | None, day_first: bool | None) -> str:
    """The format of numeric dates. Raise `UserError` naming two cells where it cannot be told."""
    if order is None:
        return ""
    one, two = order.day_first, order.month_first
    if one and two:
        raw = {text.strip(): text for text in column.counts}
        places = [column.where(raw[text]).rpartition(", ")[2] for text in (one, two)]
        raise UserError(
            f"{column.where(raw[one])}: {one!r} has the day first, {two!r} ({places[1]}) the month:"
            " write dates in one way, such as 2024-12-31"
        )
    if dates.tells(order):
        return order.format(one is not None)
    known = order.first_of_month if day_first is None else day_first
    if known is None:
        first, second = order.any_text
        raise UserError(
            f"{column.file}: column {column.header!r}: {first!r} and {second!r} may have the day"
            " first or the month: write dates in one way, such as 2024-12-31, or --drop"
            f" {column.name}"
        )
    return order.format(known)


def times(cells: Sequence[str | None], format: str | None) -> "pd.Series[Any]":
    """Texts as times, without zone."""
    import pandas as pd

    stripped = pd.Series([None if text is None else text.strip() for text in cells], dtype="str")
    parsed: pd.Series[Any]
    if format:
        parsed = pd.to_datetime(stripped, format=format)
    else:
        parsed = pd.to_datetime(stripped, format="ISO8601", utc=True).dt.tz_localize(None)
    return parsed


def series(cells: Sequence[Any], dtype: str) -> "pd.Series[Any]":
    """A column of values."""
    import pandas as pd

    return pd.Series(list(cells), dtype=dtype)


def seen(
    column: Column,
    type: Type,
    values: "pd.Series[Any]",
    written: Written,
    cells: list[str | None],
) -> Seen:
    """Put together what is known of a column."""
    return Seen(column.header, column.name, type, values, written, cells)
