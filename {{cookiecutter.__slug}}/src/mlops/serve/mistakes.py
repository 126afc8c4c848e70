"""What is wrong with the rows of a request, in one line that names row and column."""

import json
import re
from typing import Any

import msgspec
from mlops.scoring.contract import Contract, Feature
from mlops.serve.refusal import RefusedError

TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+"')
IN_ROWS = re.compile(r"\$(?:\[(?P<row>\d+)\])?(?:\.(?P<column>.*))?", re.DOTALL)
IN_COLUMNS = re.compile(r"\$(?:\.columns)?(?:\.(?P<column>.*?))?(?:\[(?P<row>\d+)\])?", re.DOTALL)
FIELD = re.compile(
    r"Object (?P<what>missing required|contains unknown) field `(?P<name>.*)`", re.DOTALL
)
JSON = msgspec.json.Decoder(msgspec.Raw)  # looks at the whole without keeping it
FORMS = 'send a record {..}, a list of records [{..}, ..], or {"columns": {"name": [..], ..}}'
NOUNS = {
    "number": "a number",
    "integer": "an integer",
    "category": "a text",
    "boolean": "true or false",
}


def refusal(contract: Contract, body: bytes, error: Exception) -> RefusedError:
    """Turn what msgspec says about a body into a refusal: 400 if it is no JSON, else 422."""
    if not body.strip():
        return RefusedError(400, f"the body is empty: {FORMS}")
    try:
        JSON.decode(body)
    except (msgspec.DecodeError, RecursionError) as whole:
        error = whole
    if isinstance(error, RecursionError):
        return RefusedError(400, "the body is not valid JSON: it is nested too deeply")
    if not isinstance(error, msgspec.ValidationError):
        said = str(error).removeprefix("JSON is malformed: ")
        return RefusedError(400, f"the body is not valid JSON: {said}")
    problem, _, path = str(error).partition(" - at `$")
    return at(contract, body, problem, f"${path.removesuffix('`')}")


def at(contract: Contract, body: bytes, problem: str, path: str) -> RefusedError:
    """Say what is wrong at a path of the body."""
    by_column = path.startswith("$.columns") and b'"columns"' in body[:100]
    place = (IN_COLUMNS if by_column else IN_ROWS).fullmatch(path)
    column = place["column"] if place else None
    row = int(place["row"]) if place and place["row"] else None
    if not by_column and row is None:
        row = 0
    if field := FIELD.match(problem):
        if isinstance(found(body, False, row, field["name"]), list | dict):
            return RefusedError(422, f"{shown(field['name'])}: no such column; {FORMS}", row)
        return wrong_field(contract, field["name"], field["what"] == "missing required", row)
    if column is None:
        return RefusedError(422, FORMS, row)
    if "out of range" in problem:
        return RefusedError(422, f"{column}: the number is too large", row, column)
    feature = contract.features.get(column)
    if by_column and row is None:
        return RefusedError(422, f"{column}: {expected(problem)}", column=column)
    if feature is None:
        return RefusedError(422, f"{column}: {expected(problem)}", row, column)
    value = found(body, by_column, row, column)
    return RefusedError(
        422, f"{column}: {shown(value)} is not {wanted(feature, value)}", row, column
    )


def wrong_field(contract: Contract, name: str, missing: bool, row: int | None) -> RefusedError:
    """A column that is missing or that nobody knows."""
    from mlops.config.explain import nearest

    if missing:
        return RefusedError(422, f"{name}: this column is missing", row, name)
    others = [*contract.features, *contract.ignored]
    return RefusedError(
        422, f"{shown(name)}: no such column; {nearest(name, others)}", row, name[:100]
    )


def expected(problem: str) -> str:
    """What msgspec says, without its quotation marks."""
    text = problem.replace("`", "")
    return text[0].lower() + text[1:]


def found(body: bytes, by_column: bool, row: int | None, column: str) -> Any:
    """The value at a place of a body that was read so far without a mistake."""
    try:
        whole = json.loads(body)
        if by_column:
            values = whole["columns"][column]
            return values if row is None else values[row]
        record = whole[row] if isinstance(whole, list) and row is not None else whole
        return record[column]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def wanted(feature: Feature, value: Any) -> str:
    """What a column takes, as far as a value is not that."""
    if isinstance(value, str) and feature.type == "category" and feature.categories:
        return f"one of its categories: {', '.join(feature.categories)}"[:500]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and feature.type in ("number", "integer"):
        return in_range(feature)
    return NOUNS[feature.type] + (" or null" if feature.nullable else "")


def in_range(feature: Feature) -> str:
    """The range of a column."""
    low, high = feature.minimum, feature.maximum
    if feature.type == "integer" and low is None and high is None:
        return "an integer of at most 2**53 - 1 in size"
    noun = NOUNS[feature.type]
    if low is None or high is None:
        return f"{noun} of at most {high:g}" if low is None else f"{noun} of at least {low:g}"
    return f"{noun} from {low:g} to {high:g}"


def shown(value: Any) -> str:
    """A value as JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}.."


def length(columns: dict[str, list[Any]]) -> int:
    """The length of all columns. Raise `RefusedError` where they differ, are empty, or are none."""
    if not columns:
        raise RefusedError(422, FORMS)
    first, values = next(iter(columns.items()))
    for name, others in columns.items():
        if len(others) != len(values):
            raise RefusedError(
                422, f"{name}: {len(others)} values, but {first} has {len(values)}", column=name
            )
    if not values:
        raise RefusedError(422, "the columns have no row")
    return len(values)


def check_doubles(body: bytes, keys: int) -> None:
    """Raise `RefusedError` where a body has a key twice: it has more keys than were read."""
    if body.count(b":") == keys or outside_texts(body, b":") == keys:
        return

    def check(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        for name in names:
            if names.count(name) > 1:
                raise RefusedError(422, f"{shown(name)}: this column comes twice", column=name)

    json.loads(body, object_pairs_hook=check)


def outside_texts(body: bytes, sign: bytes) -> int:
    """How often a sign stands in JSON, apart from texts."""
    return TEXT.sub(b"", body).count(sign)
