"""Types that read a request's rows: made from what each column takes, they check as they read."""

import math
import re
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from mlops.errors import UserError
from mlops.scoring.contract import Feature
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.json import Decoder

EXACT = 2**53 - 1  # the largest integer that a float64 holds exactly, as all smaller ones
SCALAR: Any = str | int | float | bool | None


class Shape(NamedTuple):
    """Readers of the three forms of a request, and the columns in their order."""

    names: list[str]
    record: Decoder[Any]
    records: Decoder[Any]
    columns: Decoder[Any]


def shape(kinds: dict[str, Any], optional: set[str]) -> Shape:
    """The shape of rows whose columns have these types; an optional one may be missing."""
    record = struct("Record", kinds, optional)
    columns = struct("Columns", {name: list_of(kind) for name, kind in kinds.items()}, optional)
    body = msgspec.defstruct("Body", [("columns", columns)], forbid_unknown_fields=True)
    return Shape(list(kinds), Decoder(record), Decoder(list_of(record)), Decoder(body))


def struct(name: str, kinds: dict[str, Any], optional: set[str]) -> type[Struct]:
    """A type with a field for each column, whatever its name.

    Raise `UserError` where that has a sign that JSON has to escape.
    """
    for column in kinds:
        if re.search(r'["\\\x00-\x1f]', column):
            raise UserError(
                f"column {column!r}: a service needs a name without quotes, \\ and breaks"
            )
    fields: list[Any] = [
        (f"c{number}", kind | UnsetType, UNSET) if column in optional else (f"c{number}", kind)
        for number, (column, kind) in enumerate(kinds.items())
    ]
    return msgspec.defstruct(
        name,
        fields,
        rename={f"c{number}": column for number, column in enumerate(kinds)},
        forbid_unknown_fields=True,
        kw_only=True,
        gc=False,
    )


def list_of(kind: Any) -> Any:
    """The type of a list."""
    return list[kind]


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
