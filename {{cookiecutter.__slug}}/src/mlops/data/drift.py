"""How far apart two samples of a column are, from small summaries of each.

A number is summed up by its quantiles, a category by its counts. Both fit into a report and add up
over partitions, so that rows need not be read again.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

QUANTILES = 51
CATEGORIES = 200  # more than these are counted together
BINS = 10
FLOOR = 0.0001  # of a share, so that an empty bin gives a finite index
OTHER = "other categories"

Summary = dict[str, Any]  # {"rows", "nulls"} with {"quantiles"} or {"counts"}


def summarise(cells: "pd.Series[Any]") -> Summary:
    """Sum up one column of one partition. Times are left out: they always move."""
    import numpy as np
    from pandas.api import types

    known = cells.dropna()
    summary: Summary = {"rows": len(cells), "nulls": int(cells.isna().sum())}
    if types.is_datetime64_any_dtype(cells):
        return summary
    if types.is_numeric_dtype(cells) and not types.is_bool_dtype(cells):
        finite = known.astype(float)
        finite = finite[np.isfinite(finite)]
        if finite.empty:
            return summary | {"quantiles": []}
        values = np.quantile(finite, np.linspace(0, 1, QUANTILES))
        return summary | {"quantiles": [float(f"{value:.6g}") for value in values]}
    counts = known.astype(str).value_counts()
    top = {str(name): int(count) for name, count in counts.head(CATEGORIES).items()}
    if len(counts) > CATEGORIES:
        top[OTHER] = int(counts.iloc[CATEGORIES:].sum())
    return summary | {"counts": dict(sorted(top.items()))}


def stability_index(old: list[Summary], new: list[Summary]) -> float | None:
    """The population stability index of one column, nulls being a bin of their own.

    Sum over bins of (new - old) * ln(new / old), of shares of rows; the bins of a number are ten
    quantiles of the old rows. By custom 0.1 is worth a look, 0.25 a shift. None where nothing can
    be compared.
    """
    import numpy as np

    if not sum(part["rows"] for part in old) or not sum(part["rows"] for part in new):
        return None
    if all("quantiles" in part for part in old + new):
        edges = bin_edges(old)
        before, after = number_shares(old, edges), number_shares(new, edges)
    elif all("counts" in part for part in old + new):
        names = sorted({name for part in old + new for name in part["counts"]})
        before, after = category_shares(old, names), category_shares(new, names)
    else:
        return None
    before, after = np.clip(before, FLOOR, None), np.clip(after, FLOOR, None)
    return round(float(((after - before) * np.log(after / before)).sum()), 4)


def bin_edges(parts: list[Summary]) -> "np.ndarray":
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


def number_shares(parts: list[Summary], edges: "np.ndarray") -> "np.ndarray":
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
    shares: np.ndarray = totals / totals.sum()
    return shares


def category_shares(parts: list[Summary], names: list[str]) -> "np.ndarray":
    """The share of all rows in each category, and of nulls, shape (categories + 1,)."""
    import numpy as np

    totals = np.array(
        [sum(part["counts"].get(name, 0) for part in parts) for name in names]
        + [sum(part["nulls"] for part in parts)],
        float,
    )
    shares: np.ndarray = totals / totals.sum()
    return shares
