"""Figures for plotly.js, written by hand: importing plotly to make them would take seconds."""

import html
from typing import Any

from mlops.review.presentation import wording
from mlops.review.presentation.document import Calibration, Forest, Timeline
from mlops.review.presentation.inert import clean
from mlops.review.report import Point

CANDIDATE, PRODUCTION, WORSE, BETTER = "#2f81f7", "#8c959f", "#cf222e", "#2da44e"
HEIGHT = 320
ROW = 26  # pixels of a row of a forest

Figure = dict[str, Any]


def figure(block: Timeline | Calibration | Forest) -> Figure:
    """The traces and the layout of a plot."""
    match block:
        case Timeline():
            return timeline(block)
        case Calibration():
            return calibration(block)
        case Forest():
            return forest(block)


def timeline(block: Timeline) -> Figure:
    """The main metric of both models, period by period."""
    return {
        "data": both(block.points, "lines+markers"),
        "layout": {
            "height": HEIGHT,
            "xaxis": {"type": "category", "nticks": 8},
            "yaxis": {"title": {"text": shown(block.metric)}},
        },
    }


def calibration(block: Calibration) -> Figure:
    """What came against what was predicted, beside where both are the same."""
    points = tuple(point for point in block.points if isinstance(point.x, int | float))
    words = wording.CALIBRATION[block.task]
    ends, x_range, y_range = [0.0, 1.0], {"range": [0, 1]}, {"rangemode": "tozero"}
    if block.task == "regression":
        middles = [float(point.x) for point in points]
        ends, x_range, y_range = [min(middles, default=0), max(middles, default=1)], {}, {}
    ideal = {
        "x": ends,
        "y": ends,
        "mode": "lines",
        "name": "as predicted",
        "line": {"color": PRODUCTION, "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
    }
    return {
        "data": [ideal, *both(points, "lines+markers")],
        "layout": {
            "height": HEIGHT,
            "xaxis": {"title": {"text": words.predicted}, **x_range},
            "yaxis": {"title": {"text": words.observed}, **y_range},
        },
    }


def both(points: tuple[Point, ...], mode: str) -> list[Figure]:
    """A line for production, where it is known, and one for the candidate."""
    x = [shown(point.x) if isinstance(point.x, str) else point.x for point in points]
    lines = []
    for name, colour in (("production", PRODUCTION), ("candidate", CANDIDATE)):
        y = [getattr(point, name) for point in points]
        if any(value is not None for value in y):
            line = {"color": colour, "width": 2}
            lines.append({"x": x, "y": y, "mode": mode, "name": name, "line": line})
    return lines


def forest(block: Forest) -> Figure:
    """Differences with their intervals; those that leave zero out have a colour."""
    rows = block.rows[::-1]
    colours = [BETTER if low > 0 else WORSE if high < 0 else PRODUCTION for _, _, low, high in rows]
    labels = [shown(label) for label, _, _, _ in rows]
    least, most = min(low for _, _, low, _ in rows), max(high for _, _, _, high in rows)
    margin = (most - least) / 20
    bars = [
        {
            "x": [low, high],
            "y": [place, place],
            "mode": "lines",
            "line": {"color": colour, "width": 2},
            "hoverinfo": "skip",
        }
        for place, ((_, _, low, high), colour) in enumerate(zip(rows, colours, strict=True))
    ]
    dots = {
        "x": [value for _, value, _, _ in rows],
        "y": list(range(len(rows))),
        "mode": "markers",
        "marker": {"color": colours, "size": 8},
        "text": labels,
        "customdata": [[low, high] for _, _, low, high in rows],
        "hovertemplate": "%{text}<br>%{x:+,.4~r} (%{customdata[0]:,.4~r} to"
        " %{customdata[1]:,.4~r})<extra></extra>",
    }
    return {
        "data": [*bars, dots],
        "layout": {
            "height": 90 + ROW * len(rows),
            "showlegend": False,
            "xaxis": {
                "title": {"text": "worse ← difference → better"},
                "exponentformat": "none",
                "zeroline": True,
                "range": [least - margin, most + margin],
            },
            "yaxis": {
                "tickvals": list(range(len(rows))),
                "ticktext": labels,
                "range": [-0.7, len(rows) - 0.3],
                "fixedrange": True,
            },
        },
    }


def shown(text: str) -> str:
    """Foreign text as plotly shows it: it reads some HTML, links among it."""
    return html.escape(clean(text, 40))
