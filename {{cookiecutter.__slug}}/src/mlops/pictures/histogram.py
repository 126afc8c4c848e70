"""A histogram: the first series as bars that touch, the others as outlines over them."""

from collections.abc import Sequence
from typing import NamedTuple

from mlops.model.plot import Plot
from mlops.pictures import axes, frame, lines
from mlops.pictures.frame import Frame
from mlops.pictures.svg import box, element, hint

HEIGHT = 150.0
LIGHT = "0.4"  # so that an outline stands out without colours too


class Bin(NamedTuple):
    """A bar of a series."""

    start: float
    end: float
    value: float


def draw(plot: Plot, top: float) -> tuple[list[str], float]:
    """Draw the bins below `top`; return the elements and where they end."""
    series = read(plot)
    parts = list[str]()
    if plot.series:
        parts, top = frame.legend(list(series), top, sample)
    every = [one for bins in series.values() for one in bins]
    x = exact([one.start for one in every] + [one.end for one in every])
    whole = frame.around(x, axes.of_numbers([0.0, *(one.value for one in every)], 4), top, HEIGHT)
    around, bottom = frame.draw(whole, plot.x, plot.y)
    first, *others = series.values()
    parts += [*around, filled(whole, first)]
    for place, bins in enumerate(others, start=1):
        parts.append(lines.stroke(outline(whole, bins), place))
    return parts, bottom


def read(plot: Plot) -> dict[str, list[Bin]]:
    """The bins of each series."""
    points = plot.points
    names = list(points[plot.series]) if plot.series else [""] * len(points[plot.x])
    found: dict[str, list[Bin]] = {str(name): [] for name in names}
    rows = zip(names, points[plot.x], points["end"], points[plot.y], strict=True)
    for name, *values in rows:
        if all(map(axes.is_number, values)):
            found[str(name)].append(Bin(*map(float, values)))
    return found


def exact(values: Sequence[float]) -> axes.Axis:
    """An axis that ends where the bins end, with the round values between."""
    whole = axes.of_numbers(values)
    low, high = min(values, default=whole.low), max(values, default=whole.high)
    span = whole.high - whole.low
    inside = [
        ((place - low) / (high - low), label)
        for place, label in ((whole.low + share * span, label) for share, label in whole.ticks)
        if low <= place <= high
    ]
    return axes.Axis(low, high, inside) if len(inside) > 1 else whole


def filled(whole: Frame, bins: Sequence[Bin]) -> str:
    """Bars from the axis up."""
    ground = whole.top + whole.height
    parts = []
    for one in bins:
        left, right, up = whole.across(one.start), whole.across(one.end), whole.up(one.value)
        told = hint(f"{one.start:g} to {one.end:g}: {one.value:.3g}")
        parts.append(box(left, up, right - left, ground - up, "cell", told))
    return light(parts)


def light(boxes: Sequence[str]) -> str:
    """Boxes in a light tone."""
    return element("g", "".join(boxes), fill_opacity=LIGHT)


def outline(whole: Frame, bins: Sequence[Bin]) -> list[tuple[float, float]]:
    """The steps from bin to bin, from the axis and back to it."""
    ground = whole.up(0)
    points = [(whole.across(bins[0].start), ground)] if bins else []
    for one in bins:
        points += [(whole.across(end), whole.up(one.value)) for end in (one.start, one.end)]
    return [*points, (points[-1][0], ground)] if points else []


def sample(place: int, left: float, height: float) -> list[str]:
    """A piece of a series: a filled box, or a line."""
    if place:
        return lines.sample(place, left, height)
    return [light([box(left + 4, height - 5, 18, 10, "cell")])]
