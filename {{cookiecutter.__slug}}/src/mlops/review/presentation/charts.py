"""Charts as Mermaid, which GitHub draws itself, in light and dark.

Mermaid stops at `NaN` and at `1e-7`, and its text is a language: only plain decimals and bare
labels go in. It draws no legend, so the words around a chart say which line is which.
"""

from collections.abc import Sequence
from math import floor, isfinite, log10

from mlops.review.presentation import wording
from mlops.review.presentation.document import Calibration, Timeline
from mlops.review.presentation.inert import label
from mlops.review.report import Point

GREY, BLUE, PALE = "#8c959f", "#2f81f7", "#2f81f780"  # readable on white and on black


def mermaid(chart: Timeline | Calibration) -> tuple[str, str]:
    """The words that explain a chart, and the chart; nothing where too few points can be drawn."""
    return timeline(chart) if isinstance(chart, Timeline) else calibration(chart)


def timeline(chart: Timeline) -> tuple[str, str]:
    """The candidate's line over production's."""
    points = [point for point in chart.points if is_number(point.candidate)]
    both = [point for point in points if is_number(point.production)]
    if len(both) > 1:
        words = "candidate in blue, production in grey."
        shown, lines = both, [(GREY, "line", values(both, "production"))]
    else:
        words, shown, lines = "the candidate.", points, []
    if len(shown) < 2:
        return "", ""
    lines.append((BLUE, "line", values(shown, "candidate")))
    axis = time_axis([str(point.x) for point in shown])
    return f"**Over time**: {words}", xychart(axis, label(chart.metric), lines)


def calibration(chart: Calibration) -> tuple[str, str]:
    """What came beside what was predicted: of probabilities as bars, for these begin at zero."""
    points = [
        (float(point.x), point.candidate)
        for point in chart.points
        if isinstance(point.x, int | float) and point.candidate is not None
    ]
    points = [point for point in points if all(map(isfinite, point))]
    observed, predicted = [y for _, y in points], [x for x, _ in points]
    labels = bin_labels(predicted) if len(points) > 1 else []
    if len(labels) < 2 or len(set(labels)) < len(labels):
        return "", ""
    words = wording.CALIBRATION[chart.task]
    axis = f'x-axis "{words.predicted}" {categories(labels)}'
    if chart.task == "regression":
        shown = [(GREY, "line", predicted), (BLUE, "line", observed)]
        drawn = xychart(axis, words.observed, shown)
    else:
        shown = [(PALE, "bar", observed), (GREY, "line", predicted)]
        drawn = xychart(axis, words.observed, shown, least=0.0)
    return f"**Calibration**: {words.explained}.", drawn


def bin_labels(middles: list[float]) -> list[str]:
    """The middles of bins, with two digits of the distance between them."""
    step = 1.001 * (max(middles) - min(middles)) / (len(middles) - 1)  # 0.0999 is 0.1
    places = min(max(1 - floor(log10(step)), 0), 5) if step > 0 else 0
    return [decimal(middle, places) for middle in middles]


def time_axis(texts: list[str]) -> str:
    """The periods, named without what they have in common: of dates in a month, the days."""
    length = next((n for n in (8, 5) if len({text[:n] for text in texts}) == 1), 0)
    common, labels = label(texts[0][:length]).rstrip("-"), [label(text[length:]) for text in texts]
    if not all(labels) or len(set(labels)) < len(labels):
        return f"x-axis 1 --> {len(labels)}"
    return (f'x-axis "{common}" ' if common else "x-axis ") + categories(labels)


def categories(labels: list[str]) -> str:
    """Labels of an axis."""
    return "[" + ", ".join(f'"{text}"' for text in labels) + "]"


def xychart(
    axis: str,
    name: str,
    lines: Sequence[tuple[str, str, list[float]]],
    least: float | None = None,
) -> str:
    """A chart of lines or bars, each with its colour."""
    every = [value for _, _, shown in lines for value in shown]
    low, high = min(every), max(every)
    margin = max((high - low) / 10, abs(high) / 100, 0.0001)  # more than what `decimal` drops
    low = low - margin if least is None else least
    return "\n".join(
        [
            "---",
            "config:",
            "  xyChart:",
            "    width: 700",
            "    height: 240",
            "    xAxis: {labelFontSize: 12, titleFontSize: 12}",
            "    yAxis: {labelFontSize: 12, titleFontSize: 12}",
            "  themeVariables:",
            "    xyChart:",
            "      backgroundColor: transparent",
            f"      plotColorPalette: '{', '.join(colour for colour, _, _ in lines)}'",
            "---",
            "xychart-beta",
            f"  {axis}",
            f'  y-axis "{name}" {decimal(low)} --> {decimal(high + margin)}',
            *(f"  {kind} [{', '.join(map(decimal, shown))}]" for _, kind, shown in lines),
        ]
    )


def values(points: Sequence[Point], model: str) -> list[float]:
    """A model's values at the points."""
    return [float(getattr(point, model)) for point in points]


def is_number(value: float | None) -> bool:
    """Tell whether a value can be drawn."""
    return value is not None and isfinite(value)


def decimal(value: float, places: int = 5) -> str:
    """A number as Mermaid reads it."""
    return f"{value:.{places}f}"
