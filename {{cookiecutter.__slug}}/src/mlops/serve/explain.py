"""What drove one prediction: each value's effect, against the value that is typical for its column.

One column at a time is made typical, the others stay as they are. An effect is no cause, and
columns that say the same, or act together, share or hide theirs.
"""

from collections.abc import Mapping
from typing import Any

from mlops.scoring.contract import Contract
from mlops.serve.answers import predictions
from mlops.serve.model import Model
from mlops.serve.refusal import RefusedError
from msgspec import Struct

NOTE = (
    "An effect is how much higher the score is with this value than with the typical one, "
    "everything else as it is. One value at a time: it tells what the model did with this row, "
    "not what causes what."
)

Value = float | str | bool | None


class Driver(Struct, frozen=True):
    """How much higher the score is with the value of a row than with the typical value."""

    column: str
    value: Value
    typical: Value
    effect: float


class Explanation(Struct):
    """A prediction, what drove it, and how that is to be read."""

    id: str
    version: str | None
    model: str
    prediction: Any
    drivers: list[Driver]
    note: str


def explanation(model: Model, id: str, body: bytes) -> Explanation:
    """Explain the prediction for the row of a request. Raise `RefusedError` if it is not one."""
    columns = model.rows.read(body)
    if any(len(values) > 1 for values in columns.values()):
        raise RefusedError(422, "send one row: rows are explained one by one", 1)
    return explained(model, id, {name: values[0] for name, values in columns.items()})


def explained(model: Model, id: str, record: Mapping[str, Any]) -> Explanation:
    """Explain the prediction for a record. Raise `ValueError` where a score is no number."""
    scores = model.scorer.score(variants(model.contract, record))
    first, *_ = predictions(model.contract, scores)
    found = drivers(model.contract, record, scores)
    return Explanation(id, model.version, model.digest, first, found, NOTE)


def variants(contract: Contract, record: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The record, and for each feature the record in which this one is typical, as columns."""
    columns = {}
    for place, (name, feature) in enumerate(contract.features.items(), start=1):
        columns[name] = [record.get(name)] * (len(contract.features) + 1)
        columns[name][place] = feature.typical
    return columns


def drivers(contract: Contract, record: Mapping[str, Any], scores: Any) -> list[Driver]:
    """The effect of each feature from the scores of the variants, the largest first.

    Of several classes, the score is the probability of the one that is predicted.
    """
    if scores.ndim == 2:
        scores = scores[:, scores[0].argmax()]
    effects = (scores[0] - scores[1:]).tolist()
    found = [
        Driver(name, record.get(name), feature.typical, effect)
        for (name, feature), effect in zip(contract.features.items(), effects, strict=True)
    ]
    return sorted(found, key=lambda driver: -abs(driver.effect))
