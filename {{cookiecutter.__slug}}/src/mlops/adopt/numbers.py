"""Numbers in texts: with a decimal point or comma, with or without thousands separated."""

import re
from collections.abc import Iterable
from typing import NamedTuple

SPACES = "\u00a0\u202f "
INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
LEADING_ZERO = re.compile(r"[+-]?0\d+")
LARGEST = 2**63 - 1
DIGITS = set("0123456789")


class Notation(NamedTuple):
    """How the numbers of a column are written."""

    decimal: str
    thousands: str | None

    def value(self, text: str) -> float:
        """The number that a text stands for."""
        text = text.strip()
        if self.thousands:
            text = text.replace(self.thousands, "")
        return float(text.replace(self.decimal, "."))

    @property
    def pattern(self) -> re.Pattern[str]:
        """What a number looks like, spaces around it aside."""
        point = re.escape(self.decimal)
        if self.thousands:
            digits = rf"(\d{{1,3}}({re.escape(self.thousands)}\d{{3}})+|\d{{1,3}})"
            return re.compile(rf"\s*-?{digits}({point}\d+)?\s*")
        return re.compile(rf"\s*-?(\d+({point}\d*)?|{point}\d+)([eE][+-]?\d+)?\s*")


PLAIN = Notation(".", None)
COMMA = Notation(",", None)
ENGLISH = Notation(".", ",")
GERMAN = Notation(",", ".")
OTHERS = [Notation(point, mark) for mark in (*SPACES, "'", "\u2019") for point in ".,"]
NOTATIONS = [PLAIN, COMMA, ENGLISH, GERMAN, *OTHERS]


def notations(texts: Iterable[str]) -> list[Notation]:
    """All notations in which every text is a number, the plainest first."""
    texts = list(texts)
    marks = set("".join(texts))
    if PLAIN.pattern.fullmatch(texts[0]) and marks <= DIGITS:
        return [PLAIN, COMMA]
    return [
        notation
        for notation in NOTATIONS
        if (notation.thousands is None or notation.thousands in marks)
        and all(map(notation.pattern.fullmatch, texts))
    ]


def uses_comma(found: list[Notation]) -> bool | None:
    """Whether a column can only be one with decimal commas; None where it cannot be told."""
    points = {notation.decimal for notation in found}
    return points.pop() == "," if len(points) == 1 else None


def choose(found: list[Notation], comma: bool) -> Notation:
    """The likeliest notation; `comma`: the file's other columns have decimal commas."""
    point = "," if comma else "."
    return next((notation for notation in found if notation.decimal == point), found[0])


def is_code(texts: Iterable[str]) -> bool:
    """Tell whether digits are a code, such as a postcode, rather than a number."""
    return any(LEADING_ZERO.fullmatch(text.strip()) for text in texts)
