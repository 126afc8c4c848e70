"""Horizontal bars, one below the other, with their values and, where known, their intervals."""

from typing import Any, NamedTuple

from mlops.model.plot import Plot
from mlops.pictures import axes, style
from mlops.pictures.frame import LABELS, WIDTH, Frame, legend, title, uprights, x_labels
from mlops.pictures.svg import box, element, fitted, hint, line, number, width, words

THICK = 13.0
NOTHING = "\N{EN DASH}"
GAP = 9.0  # between the bars of two names
REACH = 3.5  # half the height of an interval's ends


class Bar(NamedTuple):
    """A bar: its value, None where there is none, as a number and in words, and its interval."""

    name: str
    series: str
    value: float | None
    figure: str
    interval: tuple[float, float] | None

    @property
    def ends(self) -> list[float]:
        """What the axis has to reach."""
        return [0.0 if self.value is None else self.value, *(self.interval or ())]


def draw(plot: Plot, top: float) -> tuple[list[str], float]:
    """Draw the bars below `top`; return the elements and where they end."""
    bars = read(plot)
    series = list(dict.fromkeys(bar.series for bar in bars))
    names = list(dict.fromkeys(bar.name for bar in bars))
    parts = list[str]()
    if plot.series:
        parts, top = legend(series, top, sample)
    each = THICK * len(series) + GAP
    frame = framed(names, bars, top, each * len(names))
    around, bottom = axis(frame, plot.x)
    parts += around
    for place, name in enumerate(names):
        height = frame.top + place * each + GAP / 2
        middle = height + (each - GAP) / 2 + 4
        parts.append(words(fitted(name, LABELS), frame.left - 6, middle, text_anchor="end"))
        for bar in (bar for bar in bars if bar.name == name):
            order = series.index(bar.series)
            parts += one(frame, bar, height + order * THICK, order)
    zero = frame.across(0)
    parts.append(line(zero, top, zero, top + frame.height, "reach"))
    return parts, bottom


def read(plot: Plot) -> list[Bar]:
    """The bars of a plot; columns `low` and `high` are intervals."""
    points = plot.points
    names = [str(name) for name in points[plot.y]]
    series = [str(name) for name in points[plot.series]] if plot.series else [""] * len(names)
    values = [number_or_none(value) for value in points[plot.x]]
    figures = axes.figures([value or 0.0 for value in values])
    intervals: list[tuple[float, float] | None] = [None] * len(names)
    if "low" in points and "high" in points:
        intervals = [
            (float(low), float(high)) if axes.is_number(low) and axes.is_number(high) else None
            for low, high in zip(points["low"], points["high"], strict=True)
        ]
    return list(map(Bar, names, series, values, figures, intervals))


def number_or_none(value: Any) -> float | None:
    """A value that can be drawn."""
    return float(value) if axes.is_number(value) else None


def framed(names: list[str], bars: list[Bar], top: float, height: float) -> Frame:
    """The box right of the names, with room for a figure behind the longest bar."""
    left = min(max(map(width, names)), LABELS) + 10
    room = max(width(bar.figure) for bar in bars) + 8
    span = axes.of_numbers([0.0, *(end for bar in bars for end in bar.ends)], most=4)
    return Frame(span, span, left, top, WIDTH - left - room, height)


def axis(frame: Frame, name: str) -> tuple[list[str], float]:
    """The axis of the values."""
    below, labels = x_labels(frame)
    middle = frame.left + frame.width / 2
    return [*uprights(frame), *labels, title(axes.spoken(name), middle, below + 16)], below + 24


def one(frame: Frame, bar: Bar, top: float, order: int) -> list[str]:
    """A bar, its interval, and its value right of both."""
    zero = frame.across(0)
    if bar.value is None:
        return [words(NOTHING, zero + 5, top + THICK - 3, class_="faint")]
    start, end = sorted((zero, frame.across(bar.value)))
    told = hint(": ".join(filter(None, (bar.name, bar.series, bar.figure))))
    parts = [box(start, top + 1, end - start, THICK - 2, style.fill(order), told)]
    if bar.interval:
        low, high = map(frame.across, bar.interval)
        parts += interval(low, high, top + THICK / 2) if high - low >= 1 else []
    right = max(zero, *map(frame.across, bar.ends)) + 5
    return [*parts, words(bar.figure, right, top + THICK - 2.5)]


def interval(low: float, high: float, height: float) -> list[str]:
    """A line from low to high with ends, and what sets it off from its bar."""
    up, down = number(height - REACH), number(height + REACH)
    ends = "".join(f"M{number(end)} {up}V{down}" for end in (low, high))
    reach = f"M{number(low)} {number(height)}H{number(high)}"
    return [element("path", class_=kind, d=reach + ends) for kind in ("halo", "reach")]


def sample(order: int, left: float, height: float) -> list[str]:
    """A piece of a series' bar."""
    return [box(left + 8, height - 4, 16, 9, style.fill(order))]
