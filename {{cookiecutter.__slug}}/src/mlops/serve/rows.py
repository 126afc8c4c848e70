"""The rows of a request: read by types that are made from the model's contract.

A request is one record, a list of them, or `{"columns": {"name": [...], ...}}`. Types, ranges and
categories are checked while the JSON is read; `mistakes` says what was wrong.
"""

import math
import re
from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from mlops.scoring.contract import Contract, Feature
from mlops.serve import mistakes
from mlops.serve.refusal import RefusedError
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.json import Decoder
from msgspec.structs import astuple

Columns = dict[str, list[Any]]

EXACT = 2**53 - 1  # the largest integer that a float64 holds exactly, as all smaller ones
LARGE = 2**16  # bytes of a body that may hold so many values that they are counted first
IS_COLUMNS = re.compile(rb'\s*\{\s*"columns"\s*:\s*\{').match
IS_LIST = re.compile(rb"\s*\[").match
TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+"')
ANYTHING = str | int | float | bool | None


class Shape(NamedTuple):
    """How the three forms of a request are read."""

    record: Decoder[Any]
    records: Decoder[Any]
    columns: Decoder[Any]


class Rows:
    """Reads the rows for one model: what it takes, and at most so many rows."""

    def __init__(self, contract: Contract, most: int) -> None:
        self.contract, self.most = contract, most
        self.ignored = [name for name in contract.ignored if name not in contract.features]
        self.names = [*contract.features, *self.ignored]
        self.integers = [name for name, one in contract.features.items() if one.type == "integer"]
        self.strict = self._shape(int)

    @cached_property
    def lenient(self) -> Shape:
        """A shape that takes 3.0 where an integer should be."""
        return self._shape(float)

    def read(self, body: bytes) -> Columns:
        """The columns of a body: all features, and what else of the declared columns came.

        A feature that may be null and is missing is null. Raise `RefusedError`
        where JSON or rows are wrong.
        """
        if len(body) > LARGE:
            self._count(body)
        try:
            try:
                return self._read(body, self.strict)
            except msgspec.ValidationError as error:
                if not re.match(r"Expected `int( \| null)?`, got `float`", str(error)):
                    raise
                return self._whole(self._read(body, self.lenient))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise mistakes.refusal(self.contract, body, error) from None

    def _read(self, body: bytes, shape: Shape) -> Columns:
        if IS_COLUMNS(body):
            return self._columns(body, astuple(shape.columns.decode(body).columns))
        rows = shape.records.decode(body) if IS_LIST(body) else [shape.record.decode(body)]
        if not rows:
            raise RefusedError(422, "the list has no row")
        if len(rows) > self.most:
            raise self._too_many()
        tuples = [astuple(row) for row in rows]
        columns = {
            name: list(values)
            for name, values in zip(self.names, zip(*tuples, strict=True), strict=True)
        }
        absent = sum(row.count(UNSET) for row in tuples)
        if body.count(b":") != len(rows) * len(self.names) - absent:
            mistakes.check_doubles(body, len(rows) * len(self.names) - absent)
        if absent:
            self._fill(columns, len(rows))
        return columns

    def _columns(self, body: bytes, lists: tuple[list[Any] | UnsetType, ...]) -> Columns:
        columns = {
            name: values
            for name, values in zip(self.names, lists, strict=True)
            if not isinstance(values, UnsetType)
        }
        mistakes.check_doubles(body, len(columns) + 1)
        rows = mistakes.length(columns)
        if rows > self.most:
            raise self._too_many()
        return {name: columns.get(name) or [None] * rows for name in self.contract.features} | {
            name: columns[name] for name in self.ignored if name in columns
        }

    def _fill(self, columns: Columns, rows: int) -> None:
        """Put null where a row did not have a value; drop what is not used and did not come."""
        for name, values in list(columns.items()):
            if absent := values.count(UNSET):
                if absent == rows and name in self.ignored:
                    del columns[name]
                else:
                    columns[name] = [None if value is UNSET else value for value in values]

    def _whole(self, columns: Columns) -> Columns:
        """Make 3.0 an integer. Raise `RefusedError` where 3.5 is in a column of integers."""
        for name in self.integers:
            for row, value in enumerate(columns[name]):
                if value is not None and not value.is_integer():
                    raise RefusedError(422, f"{name}: {value} is not an integer", row, name)
            columns[name] = [None if value is None else int(value) for value in columns[name]]
        return columns

    def _count(self, body: bytes) -> None:
        """Refuse a body with more values than the rows could have, before it fills the memory."""
        most = self.most * (len(self.names) + 1)
        if body.count(b",") > most and TEXT.sub(b"", body).count(b",") > most:
            raise self._too_many()

    def _too_many(self) -> RefusedError:
        return RefusedError(413, f"more than {self.most} rows in a request")

    def _shape(self, whole: type) -> Shape:
        """The shape of all forms; `whole` is the type of integers."""
        record = self._struct("Record", lambda values: values, whole)
        columns = self._struct("Columns", list_of, whole)
        body = msgspec.defstruct("Body", [("columns", columns)], forbid_unknown_fields=True)
        return Shape(Decoder(record), Decoder(list[record]), Decoder(body))  # type: ignore[valid-type]

    def _struct(self, name: str, wrapped: Callable[[Any], Any], whole: type) -> type[Struct]:
        """A type with a field for each column; what may be missing is unset by default."""
        fields: list[Any] = []
        features = self.contract.features
        for number, column in enumerate(self.names):
            feature = features.get(column)
            field = wrapped(ANYTHING if feature is None else kind(feature, whole))
            optional = feature is None or feature.nullable
            fields.append(
                (f"c{number}", field | UnsetType, UNSET) if optional else (f"c{number}", field)
            )
        return msgspec.defstruct(
            name,
            fields,
            rename={f"c{number}": column for number, column in enumerate(self.names)},
            forbid_unknown_fields=True,
            kw_only=True,
            gc=False,
        )


def kind(feature: Feature, whole: type) -> Any:
    """The type of a feature's values; `whole` is the type of integers."""
    low, high = feature.minimum, feature.maximum
    match feature.type:
        case "boolean":
            found: Any = bool
        case "category":
            found = Literal[tuple(feature.categories)] if feature.categories else str
        case "integer":
            least = -EXACT if low is None else max(-EXACT, math.ceil(low))
            most = EXACT if high is None else min(EXACT, math.floor(high))
            found = Annotated[whole, Meta(ge=least, le=most)]
        case "number":
            found = Annotated[float, Meta(ge=low, le=high)]
    return found | None if feature.nullable else found


def list_of(values: Any) -> Any:
    """The type of a list."""
    return list[values]
