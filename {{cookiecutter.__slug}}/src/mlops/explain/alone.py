"""What one column alone tells of the target: a small tree of it, or the means of its categories.

L. Breiman and others, Classification and Regression Trees, 1984; of all leaves the one is split
next that gains most, up to a number of leaves.
"""

import heapq
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mlops.model.preprocessing import RARE

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Find = Callable[[pd.Series[Any]], np.ndarray]

LEAVES = 32


def predict(
    cells: "pd.Series[Any]", outcomes: "np.ndarray", asked: "pd.Series[Any]", is_category: bool
) -> "np.ndarray":
    """Learn from `cells` and `outcomes`, shape (rows, outputs), and predict for the asked cells.

    Nulls are a leaf of their own, with the categories that were not seen; rare ones are another.
    """
    import numpy as np

    mean = outcomes.mean(axis=0)
    centred = outcomes - mean
    find = by_category(cells) if is_category else by_number(cells, centred)
    leaves, wanted = find(cells), find(asked)
    size = int(max(leaves.max(initial=0), wanted.max(initial=0))) + 1
    rows = np.bincount(leaves, minlength=size)[:, None]
    sums = np.stack([np.bincount(leaves, each, minlength=size) for each in centred.T], axis=1)
    means = mean + sums / np.maximum(rows, 1)
    found: np.ndarray = means[wanted]
    return found


def by_category(cells: "pd.Series[Any]") -> "Find":
    """From cells to leaves: 0 for null and unseen, 1 for rare, and one for each other category."""
    import numpy as np
    import pandas as pd

    counts = cells.value_counts()
    frequent, rare = counts.index[counts >= RARE], counts.index[counts < RARE]

    def find(cells: "pd.Series[Any]") -> "np.ndarray":
        places = frequent.get_indexer(pd.Index(cells))
        return np.where(places >= 0, places + 2, np.where(cells.isin(rare), 1, 0))

    return find


def by_number(cells: "pd.Series[Any]", outcomes: "np.ndarray") -> "Find":
    """From cells to leaves: 0 for null, and one for each interval of a tree."""
    import numpy as np

    values = cells.to_numpy(float, na_value=np.nan)
    there = np.isfinite(values)
    limits = cuts(values[there], outcomes[there])

    def find(cells: "pd.Series[Any]") -> "np.ndarray":
        values = cells.to_numpy(float, na_value=np.nan)
        return np.where(np.isnan(values), 0, np.searchsorted(limits, values) + 1)

    return find


def cuts(values: "np.ndarray", outcomes: "np.ndarray") -> "np.ndarray":
    """Where a tree cuts the numbers so that outcomes vary least within its leaves, rising."""
    import numpy as np

    order = np.argsort(values, kind="stable")
    values, sums = values[order], np.cumsum(outcomes[order], axis=0)
    sums = np.concatenate([np.zeros((1, outcomes.shape[1])), sums])
    between = np.flatnonzero(values[1:] > values[:-1]) + 1  # where a cut is possible

    def best(start: int, end: int) -> tuple[float, int, int, int]:
        """The largest gain, negative, and the cut that makes it, of the rows from start to end."""
        first, last = np.searchsorted(between, [start + 1, end])
        places = between[first:last]
        if not len(places):
            return 0.0, start, end, end
        left, right = sums[places] - sums[start], sums[end] - sums[places]
        gains = (left**2).sum(axis=1) / (places - start) + (right**2).sum(axis=1) / (end - places)
        most = int(gains.argmax())
        before = ((sums[end] - sums[start]) ** 2).sum() / (end - start)
        return float(before - gains[most]), start, end, int(places[most])

    found: list[float] = []
    waiting = [best(0, len(values))]
    while waiting and len(found) < LEAVES - 1:
        _, start, end, cut = heapq.heappop(waiting)
        if cut < end:
            found.append((values[cut - 1] + values[cut]) / 2)
            heapq.heappush(waiting, best(start, cut))
            heapq.heappush(waiting, best(cut, end))
    return np.array(sorted(found))
