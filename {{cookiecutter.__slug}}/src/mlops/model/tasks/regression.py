"""Regression: the target is a number, and so is a score."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlops.config.schema import Evaluation
from mlops.model import curves
from mlops.model.plot import Plot
from mlops.model.rows import Rows, mean, ratio

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from mlops.model.rows import Metric

LOSS = "rmse"
METHOD = "predict"


def target(cells: "pd.Series[Any]", classes: Sequence[str]) -> "np.ndarray":
    """The numbers, shape (rows,)."""
    return cells.to_numpy().astype(float)


def score(output: "np.ndarray", known: Sequence[Any], classes: Sequence[str]) -> "np.ndarray":
    """The predicted number, shape (rows,)."""
    return output.astype(float)


def baseline(target: "np.ndarray", classes: Sequence[str]) -> "np.ndarray":
    """What is said of every row without looking at it: the mean."""
    import numpy as np

    return np.asarray(target.mean())


def metrics(evaluation: Evaluation | None = None) -> "dict[str, Metric]":
    """All metrics by their usual names."""
    found = (r2, rmse, mae, median_absolute_error)
    return {metric.__name__: metric for metric in found}


def by_class(classes: Sequence[str]) -> "dict[str, dict[str, Metric]]":
    """There are no classes."""
    return {}


def rates(
    target: "np.ndarray", score: "np.ndarray", evaluation: Evaluation
) -> "dict[str, np.ndarray]":
    """What is averaged over a group of people: how far too high, and how far off."""
    import numpy as np

    return {"mean_error": score - target, "mae": np.abs(score - target)}


def expectation(target: "np.ndarray", score: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """What was predicted and what came, shape (rows,) each, for calibration."""
    return score, target


def plots(
    target: "np.ndarray", score: "np.ndarray", classes: Sequence[str], evaluation: Evaluation
) -> dict[str, Plot]:
    """The plots of a run, by the name of their file."""
    return {
        "predicted_actual": curves.predicted_actual(target, score),
        "residuals": curves.residuals(target, score),
        "residual_counts": curves.residual_counts(target, score),
        "calibration": curves.calibration(*expectation(target, score), "value"),
    }


def r2(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Share of the target's variance that is explained; below 0 where the mean does better."""
    import numpy as np

    centre = float(rows.target.mean())  # the result is the same; far from zero, digits are kept
    centred = rows.target - centre
    count = rows.total(np.ones(len(rows.unit)), drawn)
    sums, squares = rows.total(centred, drawn), rows.total(centred**2, drawn)
    spread = squares - ratio(sums**2, count, np.nan)
    spread = np.where(spread > 1e-12 * squares, spread, 0)
    return 1 - ratio(rows.total((rows.score - rows.target) ** 2, drawn), spread, np.nan)


def rmse(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Root of the mean squared error, in the target's unit."""
    squared: np.ndarray = mean((rows.score - rows.target) ** 2, rows, drawn)
    return squared**0.5


def mae(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Mean absolute error, in the target's unit."""
    import numpy as np

    return mean(np.abs(rows.score - rows.target), rows, drawn)


def median_absolute_error(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Median of the absolute errors, in the target's unit."""
    import numpy as np

    error = np.abs(rows.score - rows.target)
    order = np.argsort(error, kind="stable")
    error, unit = error[order], rows.unit[order]
    below = np.cumsum(drawn[:, unit], axis=1)
    total = below[:, -1]
    places = [np.floor((total - 1) / 2) + 1, np.floor(total / 2) + 1]
    found = [error[(below >= place[:, None]).argmax(axis=1)] for place in places]
    return np.where(total > 0, (found[0] + found[1]) / 2, np.nan)
