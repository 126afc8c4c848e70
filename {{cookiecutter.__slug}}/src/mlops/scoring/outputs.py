"""From what an estimator adds up to scores: the link, the calibration, the order of classes.

Margins of single precision are treated in single precision, as their library does.
"""

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from msgspec import Struct

LARGEST = 88.0  # e to that power is a number in single precision too


class Sigmoid(Struct, frozen=True, tag="sigmoid"):
    """Platt's calibration."""

    slope: float
    intercept: float

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Probabilities, shape (rows,)."""
        return sigmoid(-(self.slope * values.astype(np.float64) + self.intercept))


class Isotonic(Struct, frozen=True, tag="isotonic"):
    """Calibration by a rising line through points."""

    x: list[float]
    y: list[float]

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Probabilities, shape (rows,)."""
        found: np.ndarray = np.interp(values, self.x, self.y).astype(values.dtype)
        return found


class Output(Struct, frozen=True):
    """How margins become scores.

    A margin has shape (rows,) or (rows, classes of the estimator), and `link` makes a probability
    or a value of it. `curves` calibrate, one for each class or one alone: the margin, or the
    probability where `linked`. `places` tells where the estimator's classes stand among `classes`.
    """

    link: Literal["identity", "sigmoid", "softmax", "exponential"] = "identity"
    curves: list[Sigmoid | Isotonic] = []
    linked: bool = False
    places: list[int] = []
    classes: int = 0


def finisher(output: Output) -> Callable[[np.ndarray], np.ndarray]:
    """The function from margins to scores, shape (rows,) or (rows, classes)."""
    link, curves = LINKS[output.link], output.curves
    is_single = len(curves) == 1 or not output.classes

    def finish(margin: np.ndarray) -> np.ndarray:
        found = margin if curves and not output.linked else link(margin)
        if is_single and found.ndim == 2:
            found = found[:, 1]
        if curves:
            found = calibrated(found, curves)
        found = found if found.dtype == np.float64 else found.astype(np.float64)
        return placed(found, output) if output.classes else found

    return finish


def single(output: Output) -> Callable[[float], float] | None:
    """The function from the only margin of a row to its score; None where there is more to do."""
    if output.curves or output.classes:
        return None
    return SINGLE.get(output.link)


def logistic(value: float) -> float:
    """`sigmoid` of one number, to the last bit but one: for it alone, numpy takes much longer."""
    return 1 / (1 + math.exp(min(-value, LARGEST)))


def calibrated(values: np.ndarray, curves: list[Sigmoid | Isotonic]) -> np.ndarray:
    """Probabilities from what each curve's class was given; all 0 are the same for each class."""
    if len(curves) == 1:
        return curves[0].apply(values)
    each = [curve.apply(values[:, place]) for place, curve in enumerate(curves)]
    found = np.stack(each, axis=1, dtype=np.float64)
    total = found.sum(axis=1, keepdims=True)
    same = np.full_like(found, 1 / len(curves))
    shares: np.ndarray = np.divide(found, total, out=same, where=total != 0)
    return shares


def placed(probability: np.ndarray, output: Output) -> np.ndarray:
    """A probability of each declared class, 0 for one that was not in the training rows."""
    if probability.ndim == 1:
        probability = np.stack([1 - probability, probability], axis=1)
    found = np.zeros((len(probability), output.classes))
    found[:, output.places] = probability
    return found


def sigmoid(values: np.ndarray) -> np.ndarray:
    """The logistic function, from 0 to 1.

    A single value does without arrays: that saves a quarter of a row's time. Its last digit may be
    another.
    """
    if values.size == 1:
        power = values.dtype.type(math.exp(min(-values.item(), LARGEST)))
        return np.array([1 / (1 + power)])
    found: np.ndarray = 1 / (1 + exponential(np.minimum(-values, LARGEST)))
    return found


def softmax(values: np.ndarray) -> np.ndarray:
    """Positive and of sum 1 for each row, by shape (rows, classes)."""
    powers = exponential(values - values.max(axis=1, keepdims=True))
    total = powers.sum(axis=1, keepdims=True, dtype=np.float64)
    shares: np.ndarray = powers / total.astype(values.dtype)
    return shares


def exponential(values: np.ndarray) -> np.ndarray:
    """Powers of e, rounded once to the precision of the values."""
    found: np.ndarray = np.exp(values, dtype=np.float64).astype(values.dtype, copy=False)
    return found


def identity(values: np.ndarray) -> np.ndarray:
    """Nothing changes."""
    return values


LINKS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": identity,
    "sigmoid": sigmoid,
    "softmax": softmax,
    "exponential": exponential,
}

SINGLE: dict[str, Callable[[float], float]] = {"identity": float, "sigmoid": logistic}
