"""What a service answers: predictions, and refusals, as JSON."""

import math
from typing import TYPE_CHECKING, Any

import msgspec
from mlops.scoring.contract import Contract
from mlops.scoring.scorer import labels
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
    """What scores mean. Raise `ValueError` where a model gave something else than numbers."""
    values = scores.tolist()
    if not math.isfinite(sum(map(sum, values)) if scores.ndim == 2 else sum(values)):
        raise ValueError("the model gave a score that is no number")
    if contract.task == "regression":
        return list(map(Number, values))
    if contract.task == "binary":
        return list(map(Binary, values, labels(contract, scores).tolist()))
    classes = contract.classes
    return [
        Choice(label, dict(zip(classes, row, strict=True)))
        for label, row in zip(labels(contract, scores), values, strict=True)
    ]
