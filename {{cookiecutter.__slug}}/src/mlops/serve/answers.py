"""What a service answers: predictions, and refusals, as JSON."""

import math
from typing import TYPE_CHECKING, Any

import msgspec
from mlops.scoring.contract import Contract
from mlops.scoring.scorer import labels
from mlops.serve.refusal import RefusedError
from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np

encode = msgspec.json.Encoder().encode


class Binary(Struct, gc=False):
    """The probability of true."""

    probability: float
    label: bool


class Choice(Struct, gc=False):
    """The probability of each class, and the likeliest."""

    label: str
    probabilities: dict[str, float]


class Number(Struct, gc=False):
    """The value of a regression."""

    value: float


class Answer(Struct, gc=False):
    """The predictions of a request, in the order of its rows, and the model that made them."""

    id: str
    version: str | None
    model: str
    predictions: list[Any]


def predictions(contract: Contract, scores: "np.ndarray") -> list[Any]:
    """What scores mean. Raise `RefusedError` where a row has none, as of values that overflow."""
    values = scores.tolist()
    if not math.isfinite(sum(map(sum, values)) if scores.ndim == 2 else sum(values)):
        check(scores)
    if contract.task == "regression":
        return list(map(Number, values))
    if contract.task == "binary":
        least = contract.threshold
        assert least is not None
        return [Binary(value, value >= least) for value in values]
    classes = contract.classes
    return [
        Choice(label, dict(zip(classes, row, strict=True)))
        for label, row in zip(labels(contract, scores), values, strict=True)
    ]


def check(scores: "np.ndarray") -> None:
    """Raise `RefusedError` where a score is not a number."""
    import numpy as np

    finite = np.isfinite(scores) if scores.ndim == 1 else np.isfinite(scores).all(axis=1)
    if not finite.all():
        raise RefusedError(422, "the model has no prediction for this row", int(finite.argmin()))
