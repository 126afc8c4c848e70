"""Lines, one for each series, and clouds of points."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from mlops.model.plot import Plot
from mlops.pictures import axes, frame, style
from mlops.pictures.frame import SAMPLE, Frame
from mlops.pictures.svg import element, line, number, path

HEIGHT = 210.0
FEW = 20  # points that are marked on their line
MARKED = 6  # places of a series' mark along its line

Series = dict[str, list[tuple[Any, Any]]]


def draw(plot: Plot, top: float) -> tuple[list[str], float]:
    """Draw the series below `top`; return the elements and where they end."""
    lines = series(plot)
    parts = list[str]()
    if plot.series:
        parts, top = frame.legend(list(lines), top, partial(legend_sample, plot, list(lines)))
    x, y = spans(plot, lines)
    box = frame.around(x, y, top, HEIGHT)
    if plot.diagonal:
        box = box._replace(height=box.width)
    around, bottom = frame.draw(box, plot.x, plot.y)
    parts += around
    parts += diagonal(box) if plot.diagonal else []
    for place, (name, points) in enumerate(lines.items()):
        shown = [(box.across(x), box.up(y)) for x, y in points]
        if name == plot.joined:
            parts += [stroke(shown, place)] if shown else []
        else:
            joined = plot.kind == "line" and x.names is None
            parts += one(shown, place) if joined else cloud(shown, place)
    return parts, bottom


def series(plot: Plot) -> Series:
    """The points that can be drawn, by the name of their series."""
    xs, ys = list(plot.points[plot.x]), list(plot.points[plot.y])
    names = list(plot.points[plot.series]) if plot.series else [""] * len(xs)
    found: Series = {str(name): [] for name in names}
    for name, x, y in zip(names, xs, ys, strict=True):
        if axes.is_number(y) and not axes.is_missing(x):
            found[str(name)].append((x, y))
    return found


def spans(plot: Plot, lines: Series) -> tuple[axes.Axis, axes.Axis]:
    """The two axes; one and the same where the diagonal is drawn."""
    points = [point for line in lines.values() for point in line]
    of_x = axes.of_powers if plot.log else axes.axis
    x, y = of_x([x for x, _ in points]), axes.axis([y for _, y in points])
    if plot.diagonal and x.names is None:
        both = axes.axis([value for point in points for value in point])
        return both, both
    return x, y


def diagonal(box: Frame) -> list[str]:
    """Where x and y are equal."""
    if box.x.names is not None:
        return []
    low, high = max(box.x.low, box.y.low), min(box.x.high, box.y.high)
    return [line(box.across(low), box.up(low), box.across(high), box.up(high), "guide")]


def one(points: Sequence[tuple[float, float]], place: int) -> list[str]:
    """The line of a series; few points are marked, and one of many series has marks of its own."""
    if not points:
        return []
    parts = [stroke(list(points), place)] if len(points) > 1 else []
    if len(points) <= FEW:
        return [*parts, *marks(points, place, style.mark(place) or style.DOT)]
    if not (sign := style.mark(place)):
        return parts
    step = len(points) / MARKED
    chosen = [points[int((turn + 0.5) * step)] for turn in range(MARKED)]
    return [*parts, *marks(chosen, place, sign)]


def stroke(points: list[tuple[float, float]], place: int) -> str:
    """A line through some points, in the way of a series."""
    broken = {"stroke_dasharray": style.dash(place)} if style.dash(place) else {}
    return element("path", class_=f"line {style.colour(place)}", d=path(points), **broken)


def marks(points: Sequence[tuple[float, float]], place: int, sign: str) -> list[str]:
    """A sign at each of some points."""
    kind = f"mark {style.colour(place)}"
    return [
        element("path", class_=kind, d=sign, transform=f"translate({number(x)} {number(y)})")
        for x, y in points
    ]


def cloud(points: Sequence[tuple[float, float]], place: int) -> list[str]:
    """Dots as one path, for there may be a thousand."""
    if len(points) <= FEW:
        return marks(points, place, style.mark(place) or style.DOT)
    data = "".join(f"M{number(x)} {number(y)}h0" for x, y in points)
    return [element("path", class_=f"dots {style.colour(place)}", d=data)] if data else []


def legend_sample(
    plot: Plot, names: Sequence[str], place: int, left: float, height: float
) -> list[str]:
    """A piece of a series, as it is drawn."""
    is_line = plot.kind == "line" or names[place] == plot.joined
    return (sample if is_line else spot)(place, left, height)


def sample(place: int, left: float, height: float) -> list[str]:
    """A piece of a series' line."""
    piece = [stroke([(left, height), (left + SAMPLE, height)], place)]
    sign = style.mark(place)
    return [*piece, *marks([(left + SAMPLE / 2, height)], place, sign)] if sign else piece


def spot(place: int, left: float, height: float) -> list[str]:
    """A dot of a series."""
    return cloud([(left + SAMPLE / 2, height)], place)
