"""How far apart two samples of a column are, from their summaries."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops.data.summaries import OTHER, Summary, below

if TYPE_CHECKING:
    import numpy as np

BINS = 10
FLOOR = 0.0001  # of a share, so that an empty bin gives a finite index


def stability_index(old: Sequence[Summary], new: Sequence[Summary]) -> float | None:
    """The population stability index of one column, nulls being a bin of their own.

    Sum over bins of (new - old) * ln(new / old), of shares of rows; the bins of a number are ten
    quantiles of the old rows. By custom 0.1 is worth a look, 0.25 a shift. None where nothing can
    be compared.
    """
    import numpy as np

    if not sum(part["rows"] for part in old) or not sum(part["rows"] for part in new):
        return None
    every = [*old, *new]
    if all("quantiles" in part for part in every):
        edges = bin_edges(old)
        before, after = number_shares(old, edges), number_shares(new, edges)
    elif all("counts" in part for part in every):
        names = compared(old, new)
        before, after = category_shares(old, names), category_shares(new, names)
    else:
        return None
    before, after = np.clip(before, FLOOR, None), np.clip(after, FLOOR, None)
    return round(float(((after - before) * np.log(after / before)).sum()), 4)


def bin_edges(parts: Sequence[Summary]) -> "np.ndarray":
    """The inner edges of ten bins that hold equally many of the rows, doubles dropped."""
    import numpy as np

    pooled = np.concatenate([np.asarray(part["quantiles"], float) for part in parts])
    weights = np.concatenate(
        [np.full(len(part["quantiles"]), (part["rows"] - part["nulls"])) for part in parts]
    )
    if not len(pooled):
        return np.array([])
    order = np.argsort(pooled)
    position = (np.cumsum(weights[order]) - weights[order] / 2) / weights.sum()
    steps = np.linspace(0, 1, BINS + 1)[1:-1]
    return np.unique(np.interp(steps, position, pooled[order]))


def number_shares(parts: Sequence[Summary], edges: "np.ndarray") -> "np.ndarray":
    """The share of all rows in each bin, and of nulls, shape (bins + 1,)."""
    import numpy as np

    totals = np.zeros(len(edges) + 2)
    for part in parts:
        known = part["rows"] - part["nulls"]
        quantiles = np.asarray(part["quantiles"], float)
        bins = np.searchsorted(edges, quantiles, side="right")
        if len(quantiles):
            inside = np.bincount(bins, minlength=len(edges) + 1)
            totals[:-1] += known * inside / len(quantiles)
        totals[-1] += part["nulls"]
    shares: np.ndarray = totals / max(totals.sum(), 1)
    return shares


def compared(old: Sequence[Summary], new: Sequence[Summary]) -> list[str]:
    """The categories that are compared one by one.

    A side that had too many to list may hold any that it does not name: those are not told apart.
    """
    sides = [{name for part in side for name in part["counts"]} for side in (old, new)]
    names = sides[0] | sides[1]
    for side in sides:
        names &= side if OTHER in side else names
    return sorted(names - {OTHER})


def category_shares(parts: Sequence[Summary], names: list[str]) -> "np.ndarray":
    """The share of all rows in each category, in the others, and of nulls."""
    import numpy as np

    counts = [sum(part["counts"].get(name, 0) for part in parts) for name in names]
    rows, nulls = (sum(part[key] for part in parts) for key in ("rows", "nulls"))
    shares: np.ndarray = np.array([*counts, rows - nulls - sum(counts), nulls]) / rows
    return shares


def distance(old: Sequence[Summary], new: Sequence[Summary]) -> float | None:
    """The largest distance between two distributions of a number (Kolmogorov-Smirnov), 0 to 1.

    Nulls do not count. Each distribution is known at 51 quantiles and straight between them, so
    that the figure is exact to 0.04, and mostly to 0.01. None where nothing can be compared.
    """
    import numpy as np

    if not all(any(part.get("quantiles") for part in side) for side in (old, new)):
        return None
    values = np.unique([value for part in [*old, *new] for value in part.get("quantiles", [])])
    gaps = [
        np.abs(below(old, values, side) - below(new, values, side)).max()
        for side in ("left", "right")
    ]
    return round(float(max(gaps)), 4)
