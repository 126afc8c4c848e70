"""Score a table again, the cells of one column exchanged, all the rest as it is."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Predict = Callable[[pd.DataFrame], np.ndarray]

AT_ONCE = 50_000  # rows that are scored at once, so that memory does not grow with the repeats


def rescore(
    predict: "Predict", table: "pd.DataFrame", column: str, places: "np.ndarray"
) -> "np.ndarray":
    """Score the table once for each row of `places`, shape (times, rows): whose cell each row gets.

    Several copies are scored at once; each row keeps its label in the index. The result has shape
    (times, rows) or (times, rows, classes).
    """
    import numpy as np

    at_once = max(1, AT_ONCE // len(table))
    parts = []
    for start in range(0, len(places), at_once):
        chosen = places[start : start + at_once]
        copies = table.take(np.tile(np.arange(len(table)), len(chosen)))
        copies[column] = table[column].array.take(chosen.ravel())
        score = predict(copies)
        parts.append(score.reshape(*chosen.shape, *score.shape[1:]))
    return np.concatenate(parts)
