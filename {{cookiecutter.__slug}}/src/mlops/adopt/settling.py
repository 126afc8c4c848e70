"""What a column of texts is taken for, once its file is known as a whole."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlops.adopt import dates, numbers
from mlops.adopt.sample import Seen, Type
from mlops.adopt.texts import TRUE, Column, Guess
from mlops.config.source import Written
from mlops.errors import UserError

if TYPE_CHECKING:
    import pandas as pd


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
