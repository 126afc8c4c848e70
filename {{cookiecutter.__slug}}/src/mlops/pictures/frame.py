"""What surrounds the points: grid, ticks, titles of axes, and the legend of series."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from mlops.pictures.axes import Axis, spoken
from mlops.pictures.svg import SIZE, fitted, line, width, words

WIDTH = 360.0
EDGE = 14.0  # right of the axes, at least: half of the last label stands there
SAMPLE = 26.0  # a legend's piece of line
LABELS = 110.0  # the widest names beside an axis


class Frame(NamedTuple):
    """Two axes and the box that they span, in pixels."""

    x: Axis
    y: Axis
    left: float
    top: float
    width: float
    height: float

    def across(self, value: Any) -> float:
        """Where a value of x is."""
        return self.left + self.x.share(value) * self.width

    def up(self, value: Any) -> float:
        """Where a value of y is."""
        return self.top + (1 - self.y.share(value)) * self.height


def around(x: Axis, y: Axis, top: float, height: float) -> Frame:
    """The frame below `top` that leaves room for the labels of y and for its title."""
    labels = min(max((width(label) for _, label in y.ticks), default=0), LABELS)
    left = labels + SIZE + 14
    last = width(x.ticks[-1][1]) / 2 if x.names is None else 0.0
    return Frame(x, y, left, top, WIDTH - left - max(EDGE, last + 3), height)


def draw(frame: Frame, x: str, y: str) -> tuple[list[str], float]:
    """Grid, labels and titles, and where they end."""
    bottom = frame.top + frame.height
    parts = []
    for share, label in frame.y.ticks:
        height = bottom - share * frame.height
        parts.append(line(frame.left, height, frame.left + frame.width, height, "grid"))
        parts.append(words(fitted(label, LABELS), frame.left - 6, height + 4, text_anchor="end"))
    parts += uprights(frame)
    below, parts_below = x_labels(frame)
    middle = frame.top + frame.height / 2
    turned = f"rotate(-90 {SIZE} {middle:.1f})"
    y_title = fitted(spoken(y), max(frame.height, 120))
    parts += parts_below
    parts.append(title(fitted(spoken(x), frame.width), frame.left + frame.width / 2, below + 16))
    parts.append(title(y_title, SIZE, middle, transform=turned))
    return parts, below + 24


def uprights(frame: Frame) -> list[str]:
    """The lines of the grid that stand on the x axis."""
    places = [frame.left + share * frame.width for share, _ in frame.x.ticks]
    return [line(at, frame.top, at, frame.top + frame.height, "grid") for at in places]


def title(text: str, x: float, y: float, **attributes: str | float) -> str:
    """The title of an axis."""
    return words(text, x, y, class_="faint", text_anchor="middle", **attributes)


def x_labels(frame: Frame) -> tuple[float, list[str]]:
    """The labels below the x axis; names that would touch each other are turned."""
    bottom = frame.top + frame.height
    room = frame.width / max(len(frame.x.ticks), 1)
    longest = max((width(label) for _, label in frame.x.ticks), default=0)
    if frame.x.names is None or longest <= room:
        shown = spaced(frame, longest)
        return bottom + 16, [
            words(label, frame.left + share * frame.width, bottom + 16, text_anchor="middle")
            for share, label in shown
        ]
    parts = []
    for share, label in spaced(frame, SIZE):
        place = frame.left + share * frame.width + 4
        turned = f"rotate(-90 {place:.1f} {bottom + 6:.1f})"
        text = fitted(label, LABELS)
        parts.append(words(text, place, bottom + 6, text_anchor="end", transform=turned))
    return bottom + 8 + min(longest, LABELS), parts


def spaced(frame: Frame, size: float) -> list[tuple[float, str]]:
    """As many labels as there is room for, evenly."""
    room = frame.width / max(len(frame.x.ticks), 1)
    every = 1
    while every * room < size + 2 and every < len(frame.x.ticks):
        every += 1
    return frame.x.ticks[::every]


def legend(
    names: Sequence[str], top: float, sample: Callable[[int, float, float], list[str]]
) -> tuple[list[str], float]:
    """The names of the series, each behind a sample of how it is drawn, and where they end.

    `sample` draws that of a series at a place.
    """
    parts, left, height = list[str](), 4.0, top
    for number, name in enumerate(names):
        text = fitted(name, WIDTH - SAMPLE - 20)
        wide = SAMPLE + 6 + width(text) + 14
        if left > 4 and left + wide > WIDTH:
            left, height = 4.0, height + 18
        parts += [*sample(number, left, height + 6), words(text, left + SAMPLE + 6, height + 10)]
        left += wide
    return parts, height + 24
