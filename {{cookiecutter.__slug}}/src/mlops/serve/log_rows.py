"""The columns of the prediction log, and requests as rows of them.

Beside the features, and what else of the declared columns came, the log has columns of its own:
`served.time`, `.id`, `.row` (its number in the request), `.version`, `.model` (the digest),
`.milliseconds` and `.label`, and `score`, or `score.CLASS` for each class.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from mlops.scoring.contract import Contract
    from mlops.serve.log import Columns, Entry

TYPES = {
    "number": pa.float64(),
    "integer": pa.int64(),
    "category": pa.string(),
    "boolean": pa.bool_(),
}
LABELS = {"binary": pa.bool_(), "multiclass": pa.string()}
BATCH = 4096  # rows that become Arrow at once
HELD = 1e-3  # seconds of work, after which requests get the interpreter
PAUSE = 50e-6  # seconds


def schema(contract: "Contract") -> pa.Schema:
    """The columns that the log has for a scorer."""
    label = LABELS.get(contract.task)
    return pa.schema(
        [
            ("served.time", pa.timestamp("us", "UTC")),
            ("served.id", pa.string()),
            ("served.row", pa.int32()),
            ("served.version", pa.string()),
            ("served.model", pa.string()),
            ("served.milliseconds", pa.float32()),
            *((name, TYPES[feature.type]) for name, feature in contract.features.items()),
            *((name, pa.string()) for name in others(contract)),
            *((name, pa.float64()) for name in score_names(contract)),
            *([("served.label", label)] if label else []),
        ]
    )


def score_names(contract: "Contract") -> list[str]:
    """The columns of the scores: `score`, or `score.CLASS` for each class."""
    many = contract.task == "multiclass"
    return [f"score.{name}" for name in contract.classes] if many else ["score"]


def others(contract: "Contract") -> list[str]:
    """The declared columns that are no features."""
    return [name for name in contract.ignored if name not in contract.features]


def parts(entries: list["Entry"]) -> Iterator[list["Entry"]]:
    """Entries of one scorer each, in their order, of a limited number of rows together."""
    part: list[Entry] = []
    rows = 0
    for entry in entries:
        if part and (entry.digest != part[0].digest or rows + len(entry.scores) > BATCH):
            yield part
            part, rows = [], 0
        part.append(entry)
        rows += len(entry.scores)
    if part:
        yield part


def batch(entries: list["Entry"], schema: pa.Schema) -> pa.RecordBatch:
    """Entries of one scorer as Arrow, with pauses for those who wait for an answer."""
    arrays, since = [], time.perf_counter()
    for name, values in columns(entries):
        arrays.append(array(values, schema.field(name).type))
        if time.perf_counter() - since > HELD:
            time.sleep(PAUSE)
            since = time.perf_counter()
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def columns(entries: list["Entry"]) -> Iterator[tuple[str, Any]]:
    """The cells of each column, in the order of the schema."""
    from mlops.scoring.scorer import labels

    times, ids, versions, digests, took, (contract, *_), asked, given = zip(*entries, strict=True)
    rows = list(map(len, given))

    def each(values: Iterable[Any]) -> Any:
        """A request's value for each of its rows."""
        single = len(rows) == sum(rows)
        return values if single else list(chain.from_iterable(map(repeat, values, rows)))

    yield "served.time", each([round(time * 1e6) for time in times])
    yield "served.id", each(ids)
    yield "served.row", list(chain.from_iterable(map(range, rows)))
    yield "served.version", each(versions)
    yield "served.model", each(digests)
    yield "served.milliseconds", each(took)
    cells = of_singles if all(isinstance(one, tuple) for one in asked) else of_tables
    yield from cells(contract, asked, rows)
    scores = np.concatenate(given)
    yield from zip(score_names(contract), scores.reshape(len(scores), -1).T, strict=True)
    if contract.task in LABELS:
        yield "served.label", labels(contract, scores)


def of_singles(contract: "Contract", asked: Any, rows: list[int]) -> Iterator[tuple[str, Any]]:
    """The cells of requests that are one row each, of features alone."""
    yield from zip(contract.features, zip(*asked, strict=True), strict=True)
    for name in others(contract):
        yield name, [None] * len(rows)


def of_tables(contract: "Contract", asked: Any, rows: list[int]) -> Iterator[tuple[str, Any]]:
    """The cells of requests of any size."""
    tables = [alone(contract, one) if isinstance(one, tuple) else one for one in asked]
    for name in contract.features:
        yield name, cells(tables, rows, name)
    for name in others(contract):
        yield name, [text(value) for value in cells(tables, rows, name)]


def alone(contract: "Contract", row: tuple[Any, ...]) -> dict[str, list[Any]]:
    """A single row as columns."""
    return {name: [value] for name, value in zip(contract.features, row, strict=True)}


def cells(asked: "Sequence[Columns]", rows: list[int], name: str) -> list[Any]:
    """What came in a column; null where it did not."""
    try:
        return list(chain.from_iterable(map(itemgetter(name), asked)))
    except KeyError:
        pairs = zip(asked, rows, strict=True)
        return list(chain.from_iterable(some.get(name, [None] * n) for some, n in pairs))


def array(values: Any, kind: pa.DataType) -> pa.Array:
    """Values as Arrow; one that is no value of its type is null, and harms no other."""
    try:
        return pa.array(values, kind)
    except (pa.ArrowException, OverflowError, TypeError, UnicodeError):
        return pa.array([fitting(value, kind) for value in values], kind)


def fitting(value: Any, kind: pa.DataType) -> Any:
    """A value as one of a type: a large integer as a float, odd characters replaced; else None."""
    try:
        if kind == pa.float64():
            return float(value)
        if kind == pa.string():
            return value.encode("utf-8", "replace").decode()
        return pa.scalar(value, kind)
    except (pa.ArrowException, OverflowError, TypeError, ValueError, AttributeError):
        return None


def text(value: Any) -> str | None:
    """A column that is no feature may be of any type: as text, as JSON writes it."""
    import msgspec

    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()
