"""What the page tells of what the model relies on, as the stage `explain` found it."""

from collections.abc import Mapping
from typing import Any

from mlops.model.plot import Plot
from mlops.review.presentation import wording
from mlops.review.presentation.document import Name, Paragraph, Table
from mlops.run.html import Section
from mlops.run.reports import Run

SCORE, CLASS = "mean score", " class"  # no column of a table is called so


def section(run: Run) -> Section:
    """What the model relies on, and columns that alone tell nearly all."""
    found = run.explanation
    if not found:
        return Section("", ())
    rows = tuple(
        ((Name(entry["column"]),), (interval(entry),)) for entry in found.get("importance", [])
    )
    told = (
        f"How much worse {found.get('metric', '')} gets where a column is shuffled among"
        f" {found.get('rows', 0):,} test rows."
    )
    blocks: list[Paragraph | Table] = [
        Paragraph((told,)),
        Table("lr", ("Column", "Importance"), rows),
    ]
    for leak in found.get("leaks", []):
        alone = f" alone reaches {leak['metric']} {wording.number(leak['value'])}:"
        blocks.append(Paragraph(("⚠️ ", Name(leak["column"]), alone, " is it known in time?")))
    return Section("What the model relies on", tuple(blocks))


def plots(run: Run) -> list[Plot]:
    """The importances, and for each leading column how the mean score follows it."""
    bars = run.explanation.get("importance", [])
    found = []
    if bars:
        points = {key: [bar[key] for bar in bars] for key in ("column", "value", "low", "high")}
        found.append(Plot("Importance", "bars", "value", "column", points))
    for column, points in run.explanation.get("dependence", {}).items():
        classes = [point.get("class") for point in points]
        lines = {column: [point["x"] for point in points]}
        lines |= {SCORE: [point["y"] for point in points], CLASS: classes}
        series = CLASS if any(classes) else None
        title = f"Were {column} the same for all rows"
        found.append(Plot(title, "line", column, SCORE, lines, series=series))
    return found


def interval(entry: Mapping[str, Any]) -> str:
    """A figure with its interval."""
    value, low, high = (entry.get(key) for key in ("value", "low", "high"))
    return wording.spread(value, low, high, max(wording.places_for(value), 3))
