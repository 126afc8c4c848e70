"""The rows of a request, as columns.

A request is one record, a list of them, or `{"columns": {"name": [...], ...}}`. Types, ranges and
categories are checked while the JSON is read; `mistakes` says what was wrong.
"""

import re
from functools import cached_property
from typing import Any

import msgspec
from mlops.scoring.contract import Contract
from mlops.serve import mistakes
from mlops.serve.refusal import RefusedError
from mlops.serve.shapes import SCALAR, Shape, kind, shape
from msgspec import UNSET
from msgspec.structs import astuple

Columns = dict[str, list[Any]]

LARGE = 2**16  # bytes of a body that may hold so many values that they are counted first
FORM = re.compile(rb'\s*(?:(\[)|\{\s*"columns"\s*:\s*\{)').match  # of a list, or of columns


class Rows:
    """Reads the rows for one model: what it takes, and at most so many rows.

    Rows that have all features and nothing else are read by one shape. Another one is tried then:
    in that, what may be null may be missing, columns that are not used may be there, and 3.0 may
    stand for an integer.
    """

    def __init__(self, contract: Contract, most: int) -> None:
        self.contract, self.most = contract, most
        features = contract.features
        self.ignored = [name for name in contract.ignored if name not in features]
        self.integers = [name for name in features if features[name].type == "integer"]
        self.full = shape({name: kind(feature, int) for name, feature in features.items()}, set())

    @cached_property
    def loose(self) -> Shape:
        """The shape that is tried second."""
        features = self.contract.features
        kinds = {name: kind(feature, float) for name, feature in features.items()}
        nullable = {name for name in features if features[name].nullable}
        return shape(kinds | dict.fromkeys(self.ignored, SCALAR), nullable.union(self.ignored))

    def read(self, body: bytes) -> Columns:
        """The columns of a body: all features, and what else of the declared columns came.

        A feature that may be null and is missing is null. Raise `RefusedError` where JSON or rows
        are wrong.
        """
        if len(body) > LARGE:
            self._count(body)
        try:
            try:
                return self._read(body, self.full)
            except msgspec.ValidationError:
                return self._complete(self._read(body, self.loose))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise mistakes.refusal(self.contract, body, error) from None

    def _read(self, body: bytes, shape: Shape) -> Columns:
        """The columns as a shape reads them; what did not come is unset, or not there."""
        form = FORM(body)
        if form is None:
            row = astuple(shape.record.decode(body))
            keys = len(row) if shape is self.full else len(row) - row.count(UNSET)
            if body.count(b":") != keys:
                mistakes.check_doubles(body, keys)
            return {name: [value] for name, value in zip(shape.names, row, strict=True)}
        if form[1] is None:
            lists = zip(shape.names, astuple(shape.columns.decode(body).columns), strict=True)
            columns = {name: values for name, values in lists if values is not UNSET}
            mistakes.check_doubles(body, len(columns) + 1)
            self._limit(mistakes.length(columns))
            return columns
        rows = [astuple(row) for row in shape.records.decode(body)]
        if not rows:
            raise RefusedError(422, "the list has no row")
        self._limit(len(rows))
        keys = len(rows) * len(shape.names)
        if shape is not self.full:
            keys -= sum(row.count(UNSET) for row in rows)
        mistakes.check_doubles(body, keys)
        return dict(zip(shape.names, map(list, zip(*rows, strict=True)), strict=True))

    def _complete(self, columns: Columns) -> Columns:
        """Put null where nothing came, and integers where they should be.

        Raise `RefusedError` where 3.5 should be an integer.
        """
        rows = len(next(iter(columns.values())))
        found = {name: filled(columns.get(name), rows) for name in self.contract.features}
        for name in self.integers:
            found[name] = [whole(value, name, row) for row, value in enumerate(found[name])]
        for name in self.ignored:
            if name in columns and columns[name].count(UNSET) < rows:
                found[name] = filled(columns[name], rows)
        return found

    def _limit(self, rows: int) -> None:
        if rows > self.most:
            raise self._too_many()

    def _too_many(self) -> RefusedError:
        return RefusedError(413, f"more than {self.most} rows in a request")

    def _count(self, body: bytes) -> None:
        """Refuse a body with more values than the rows could have, before it fills the memory."""
        most = self.most * (len(self.contract.features) + len(self.ignored) + 1)
        if body.count(b",") > most and mistakes.outside_texts(body, b",") > most:
            raise self._too_many()


def filled(values: list[Any] | None, rows: int) -> list[Any]:
    """Values, null where one is unset; null in all rows where there are none."""
    if values is None:
        return [None] * rows
    return [None if value is UNSET else value for value in values]


def whole(value: float | None, name: str, row: int) -> int | None:
    """A number as an integer. Raise `RefusedError` where it is none."""
    if value is None:
        return None
    if not value.is_integer():
        raise RefusedError(422, f"{name}: {value} is not an integer", row, name)
    return int(value)
