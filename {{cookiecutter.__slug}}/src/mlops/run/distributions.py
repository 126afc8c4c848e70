"""How a column's values are distributed, now and in the reference, as pictures."""

from typing import Any

from mlops.config.schema import Column
from mlops.data import summaries
from mlops.data.summaries import OTHER, Summary
from mlops.model.plot import Plot
from mlops.run.html import drawn

BINS = 20
TOP = 10  # categories that are drawn
SHARE = "% of rows"
REFERENCE = "reference"


def plots(column: Column, label: str, new: Summary | None, old: Summary | None) -> list[str]:
    """The picture of a column, where it has values that can be drawn; `old` is drawn beside."""
    sides = {label: new, REFERENCE: old}
    known = {name: side for name, side in sides.items() if side and side["rows"] > side["nulls"]}
    if label not in known:
        return []
    if all(side.get("quantiles") for side in known.values()):
        return [drawn(numbers(column, known))]
    if all(side.get("counts") for side in known.values()):
        return [drawn(categories(known))]
    return []


def numbers(column: Column, sides: dict[str, Summary]) -> Plot:
    """A histogram; the few rows far outside are counted into its first and last bin."""
    import numpy as np

    edges = bins(column, [side["quantiles"] for side in sides.values()])
    points: dict[str, list[Any]] = {"value": [], "end": [], SHARE: [], "of": []}
    for name, side in sides.items():
        under = summaries.below([side], edges[1:-1], "left")
        shares = np.diff(under, prepend=0, append=1)
        points["value"] += edges[:-1].tolist()
        points["end"] += edges[1:].tolist()
        points[SHARE] += (100 * shares).tolist()
        points["of"] += [name] * len(shares)
    return Plot(title(sides), "histogram", "value", SHARE, points, series(sides))


def bins(column: Column, sides: list[list[float]]) -> "Any":
    """The edges of the bins: of whole numbers between them, of others evenly."""
    import numpy as np

    low, high = (
        function(side[place] for side in sides) for function, place in ((min, 0), (max, -1))
    )
    inner = [sorted(side)[1:-1] for side in sides]
    left, right = min(side[0] for side in inner), max(side[-1] for side in inner)
    low, high = max(low, left - (right - left) / 2), min(high, right + (right - left) / 2)
    if column.type == "integer":
        step = max(1, int(np.ceil((high - low + 1) / BINS)))
        return np.arange(np.floor(low), high + step, step) - 0.5
    if low == high:
        low, high = low - (abs(low) / 10 or 1), high + (abs(high) / 10 or 1)
    return np.linspace(low, high, BINS + 1)


def categories(sides: dict[str, Summary]) -> Plot:
    """Bars of the categories that most rows have, now or in the reference."""
    found = {
        name: {key: count / (side["rows"] - side["nulls"]) for key, count in side["counts"].items()}
        for name, side in sides.items()
    }
    largest = {
        key: max(counts.get(key, 0) for counts in found.values())
        for counts in found.values()
        for key in counts
    }
    names = sorted(largest, key=lambda key: (key == OTHER, -largest[key], key))[:TOP]
    points: dict[str, list[Any]] = {SHARE: [], "category": [], "of": []}
    for key in names:
        for name, counts in found.items():
            points[SHARE].append(100 * counts.get(key, 0))
            points["category"].append(key)
            points["of"].append(name)
    return Plot(title(sides), "bars", SHARE, "category", points, series(sides))


def title(sides: dict[str, Summary]) -> str:
    """What is drawn."""
    return "Now and in the reference" if REFERENCE in sides else "Rows by value"


def series(sides: dict[str, Summary]) -> str | None:
    """The column that tells the two sides apart."""
    return "of" if len(sides) > 1 else None
