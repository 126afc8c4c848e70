"""Dates and times in texts: in which format a whole column is written."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?( ?(Z|[+-]\d\d:?(\d\d)?))?)?")
NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(.*)")
CLOCK = re.compile(r"(\s|T|, )?(\d{1,2}:\d\d)?(:\d\d)?(\.\d{1,6})?( ?[APap][Mm])?")
TEXTUAL = [
    *("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y"),
    *("%Y/%m/%d", "%Y.%m.%d", "%Y-%m"),
]
CLOCKS = ["", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p"]
DIGITS = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
DATED = re.compile(r"(^|_)(date|day|time|datetime|timestamp)(_|$)")


class Order(NamedTuple):
    """A column of numeric dates: what decides which of two numbers is the day.

    `day_first` and `month_first` are texts that can be read in one way only; `any_text` are two
    that could be both.
    """

    separator: str
    year: str
    clock: str
    day_first: str | None
    month_first: str | None
    any_text: tuple[str, str]
    first_of_month: bool | None  # whether a number that is 1 throughout comes first

    def format(self, day_first: bool) -> str:
        """The format, once the order is known."""
        pair = ("%d", "%m") if day_first else ("%m", "%d")
        return f"{self.separator.join((*pair, self.year))}{self.clock}"


def is_iso(texts: Iterable[str]) -> bool:
    """Tell whether all texts are dates or times as ISO 8601 has them."""
    return all(ISO.fullmatch(text.strip()) and parses(text.strip()) for text in texts)


def parses(text: str) -> bool:
    """Tell whether a text that looks like an ISO date is one."""
    try:
        datetime.strptime(text[:10], "%Y-%m-%d")
    except ValueError:
        return False
    return True


def textual(texts: Iterable[str], name: str) -> str | None:
    """The format of dates whose order is plain: names of months, or the year first."""
    stripped = [text.strip() for text in texts]
    first = stripped[0]
    for date in TEXTUAL:
        for clock in CLOCKS:
            if read(first, date + clock) and all(read(text, date + clock) for text in stripped):
                return date + clock
    if DATED.search(name) and all(map(DIGITS.fullmatch, stripped)):
        return "%Y%m%d"
    return None


def read(text: str, format: str) -> datetime | None:
    """The time that a text stands for, if it is in the format."""
    try:
        return datetime.strptime(text, format)
    except ValueError:
        return None


def numeric(texts: Iterable[str]) -> Order | None:
    """What is known of dates such as 31/12/2024; None where not all texts are such dates."""
    stripped = [text.strip() for text in texts]
    matches = [match for match in map(NUMERIC.fullmatch, stripped) if match]
    if len(matches) < len(stripped) or len({(m[2], len(m[4])) for m in matches}) > 1:
        return None
    clocks = {clock_format(match[5]) for match in matches}
    clock = clocks.pop()
    if clocks or clock is None:
        return None
    pairs = [(int(match[1]), int(match[3])) for match in matches]
    day_first = next((t for t, (one, _) in zip(stripped, pairs, strict=True) if one > 12), None)
    month_first = next((t for t, (_, two) in zip(stripped, pairs, strict=True) if two > 12), None)
    ones, twos = {one for one, _ in pairs}, {two for _, two in pairs}
    first_of_month = None
    if (ones == {1}) != (twos == {1}) and len(ones | twos) > 3:
        first_of_month = ones == {1}
    year = "%Y" if len(matches[0][4]) == 4 else "%y"
    two = (stripped[0], stripped[-1])
    order = Order(matches[0][2], year, clock, day_first, month_first, two, first_of_month)
    if day_first and month_first:
        return order
    format = order.format(day_first=month_first is None)
    return order if all(read(text, format) for text in stripped) else None


def clock_format(text: str) -> str | None:
    """The format of a time of day that follows a date."""
    match = CLOCK.fullmatch(text)
    if not match or (not match[2] and text):
        return None
    if not text:
        return ""
    hour = "%I" if match[5] else "%H"
    seconds = ":%S" if match[3] else ""
    fraction = ".%f" if match[4] else ""
    noon = (" %p" if match[5].startswith(" ") else "%p") if match[5] else ""
    return f"{match[1] or ''}{hour}:%M{seconds}{fraction}{noon}"


def agreed(orders: Mapping[str, Order]) -> bool | None:
    """Whether the day comes first in the columns in which it can be told; None if none tells."""
    told = {order.day_first is not None for order in orders.values() if tells(order)}
    return told.pop() if len(told) == 1 else None


def tells(order: Order) -> bool:
    """Tell whether a column's own dates say which number is the day."""
    return (order.day_first is None) != (order.month_first is None)
