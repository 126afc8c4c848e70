"""From what an estimator adds up to scores: the link, the calibration, the order of classes."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from msgspec import Struct

LARGEST = 700.0  # e to that power is still a number


class Sigmoid(Struct, frozen=True, tag="sigmoid"):
    """Platt's calibration."""

    slope: float
    intercept: float

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Probabilities, shape (rows,)."""
        return sigmoid(-(self.slope * values + self.intercept))


class Isotonic(Struct, frozen=True, tag="isotonic"):
    """Calibration by a rising line through points."""

    x: list[float]
    y: list[float]

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Probabilities, shape (rows,)."""
        found: np.ndarray = np.interp(values, self.x, self.y)
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
    link = LINKS[output.link]
    if not output.curves and not output.classes:
        return link

    def finish(margin: np.ndarray) -> np.ndarray:
        found = margin if output.curves and not output.linked else link(margin)
        if output.curves:
            found = calibrated(found, output.curves)
        return placed(found, output) if output.classes else found

    return finish


def calibrated(values: np.ndarray, curves: list[Sigmoid | Isotonic]) -> np.ndarray:
    """Probabilities from what each curve's class was given; all 0 are the same for each class."""
    if len(curves) == 1:
        return curves[0].apply(values)
    found = np.stack([curve.apply(values[:, i]) for i, curve in enumerate(curves)], axis=1)
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
    """The logistic function, from 0 to 1."""
    found: np.ndarray = 1 / (1 + np.exp(np.minimum(-values, LARGEST)))
    return found


def softmax(values: np.ndarray) -> np.ndarray:
    """Positive and of sum 1 for each row, by shape (rows, classes)."""
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    shares: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return shares


def identity(values: np.ndarray) -> np.ndarray:
    """Nothing changes."""
    return values


LINKS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": identity,
    "sigmoid": sigmoid,
    "softmax": softmax,
    "exponential": np.exp,
}
