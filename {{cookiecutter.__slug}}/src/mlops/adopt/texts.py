"""What the texts of a column may be: numbers, dates, yes and no, or just texts."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from mlops.adopt import dates, numbers
from mlops.adopt.sample import text_of
from mlops.config.source import Written
from mlops.errors import UserError

NULLS = {"", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "#N/A", "<NA>"}
# These stand for a null where all other cells are numbers or dates.
NULLS_AMONG_NUMBERS = {
    *("?", "-", "--", ".", "None", "none", "unknown", "missing", "#DIV/0!"),
    *("na", "n.a.", "N.A.", "n/d", "k.A."),
}
PAIRS = [{"true", "false"}, {"yes", "no"}, {"t", "f"}, {"y", "n"}, {"on", "off"}]
POSITIVE = {"true", "yes", "t", "y", "on"}
TRUE, FALSE = {"true", "yes", "t", "y", "1"}, {"false", "no", "f", "n", "0"}  # known to ingest
SLIPS = 2  # rows of a text, or of a class, that may be no more than a mistake
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


def odd(column: Column, guess: Guess) -> str | None:
    """Name the cell for which a column of few different numbers is one of texts; None: none."""
    if guess.notations or guess.order or guess.format or guess.iso or guess.words:
        return None
    rest = column.counts.keys() - guess.nulls
    wrong = [text for text in rest if not numbers.PLAIN.pattern.fullmatch(text)]
    if (
        not wrong
        or len(rest) - len(wrong) < 3
        or sum(column.counts[text] for text in wrong) > SLIPS
    ):
        return None
    first = min(wrong, key=column.texts.index)
    return f"{column.where(first)}: {first[:60]!r} is no number, as the others are"


def lone_mark(column: Column, written: Written) -> str | None:
    """Name the cell that alone has a mark between thousands, and no fraction; None: none.

    In a column of fractions, the mark may be meant as the point.
    """
    mark, point = written.thousands, written.decimal
    marked = [text for text in column.counts if mark and mark in text]
    rows = sum(column.counts[text] for text in marked)
    others = sum(point in text for text in column.counts)
    if not marked or rows > SLIPS or others < 20 or any(point in text for text in marked):
        return None
    first = min(marked, key=column.texts.index)
    value = text_of(numbers.Notation(point, mark).value(first))
    return f"{column.where(first)}: {first!r} is read as {value}, for {mark!r} between thousands"


def yes_and_no(texts: Iterable[str]) -> tuple[str, str] | None:
    """The words for true and for false, in small letters; None where the texts are others."""
    plain = {text: text.strip().casefold() for text in texts}
    if set(plain.values()) not in PAIRS:
        return None
    true = next(word for word in plain.values() if word in POSITIVE)
    return true, next(word for word in plain.values() if word != true)
