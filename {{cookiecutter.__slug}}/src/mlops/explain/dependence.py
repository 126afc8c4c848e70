"""Partial dependence: the mean score of the rows, were a feature the same for all of them.

J. Friedman, Greedy Function Approximation: A Gradient Boosting Machine, 2001.
"""

from typing import TYPE_CHECKING, Any

from mlops.config.schema import Config
from mlops.explain.rescoring import rescore
from mlops.model import intervals
from mlops.progress import track

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from mlops.explain.rescoring import Predict

POINTS = 20  # values of a feature at most
ROWS = 1000  # that the mean is of: it needs fewer than a metric does

Points = list[dict[str, Any]]


def measure(
    table: "pd.DataFrame", predict: "Predict", config: Config, columns: list[str]
) -> dict[str, Points]:
    """The points `{"x", "y"}` of each column, `"class"` too where there are several.

    x is a number or a category, y the mean probability or the mean predicted number.
    """
    import numpy as np

    inputs, classes = table[list(config.data.features)], config.data.classes
    found: dict[str, Points] = {}
    for column in track(columns, "Features set to each of their values"):
        numeric = config.data.columns[column].type in ("number", "integer")
        places = (at_quantiles if numeric else at_most_frequent)(inputs[column])
        if not len(places):  # every cell is null
            continue
        same = np.repeat(places[:, None], len(inputs), axis=1)
        means = rescore(predict, inputs, column, same).mean(axis=1)
        cells = inputs[column].iloc[places]
        labels = [intervals.rounded(cell) if numeric else str(cell) for cell in cells]
        found[column] = [
            point | ({"class": classes[number]} if means.ndim > 1 else {})
            for x, y in zip(labels, means, strict=True)
            for number, point in enumerate(points_at(x, y))
        ]
    return found


def points_at(x: float | str | None, means: "np.ndarray") -> Points:
    """A point for each class, or one."""
    return [{"x": x, "y": intervals.rounded(y)} for y in means.reshape(-1)]


def at_quantiles(cells: "pd.Series[Any]") -> "np.ndarray":
    """The places of different numbers, evenly over the rows that have one, lowest first."""
    import numpy as np

    values = cells.to_numpy(float, na_value=np.nan)
    order = np.argsort(values, kind="stable")[: int(np.isfinite(values).sum())]
    if not len(order):
        return order
    chosen = order[np.linspace(0, len(order) - 1, POINTS).round().astype(int)]
    _, first = np.unique(values[chosen], return_index=True)
    different: np.ndarray = chosen[first]
    return different


def at_most_frequent(cells: "pd.Series[Any]") -> "np.ndarray":
    """The places of the most frequent values, the most frequent first, ties by name."""
    import numpy as np

    codes, values = cells.astype("str").where(cells.notna()).factorize(sort=True)
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    chosen = np.argsort(-counts, kind="stable")[:POINTS]
    return np.array([int((codes == code).argmax()) for code in chosen], int)
