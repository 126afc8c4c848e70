"""A matrix of counts: the darker a cell, the larger its share of its row."""

from collections import Counter

from mlops.model.plot import Plot
from mlops.pictures import axes, frame
from mlops.pictures.frame import Frame
from mlops.pictures.svg import SIZE, box, element, hint, width, words

SPAN = 270.0  # from top to bottom, at most
TALL = 46.0  # a cell, at most
DARK = 0.62  # from this share on, a cell's figure is light


def draw(plot: Plot, top: float) -> tuple[list[str], float]:
    """Draw the cells below `top`; return the elements and where they end."""
    columns, rows = map(str, plot.points[plot.x]), [str(name) for name in plot.points[plot.y]]
    cells = list(zip(columns, rows, map(int, plot.points["rows"]), strict=True))
    x = axes.of_names(list(dict.fromkeys(column for column, _, _ in cells)))
    y = axes.of_names(list(dict.fromkeys(rows))[::-1])  # the first one is on top
    tall = min(TALL, SPAN / len(y.ticks))
    whole = frame.around(x, thinned(y, tall), top, tall * len(y.ticks))
    wide = whole.width / len(x.ticks)
    around, bottom = frame.draw(whole, plot.x, plot.y)
    parts = [part for part in around if 'class="grid"' not in part]
    fits = max(width(f"{count:,}") for _, _, count in cells) < wide and tall > SIZE
    totals = Counter[str]()
    for _, row, count in cells:
        totals[row] += count
    for column, row, count in cells:
        share = count / (totals[row] or 1)
        told = f"{axes.spoken(plot.y)} {row}, {axes.spoken(plot.x)} {column}: {count:,}"
        parts += shade(whole, column, row, (wide, tall), share, told) if count else []
        parts += figure(whole, column, row, count, share >= DARK) if fits else []
    return [*parts, box(whole.left, whole.top, whole.width, whole.height, "grid")], bottom


def thinned(axis: axes.Axis, room: float) -> axes.Axis:
    """An axis with so few of its labels that they do not touch each other."""
    every = 1
    while every * room < SIZE + 1 and every < len(axis.ticks):
        every += 1
    return axis._replace(ticks=axis.ticks[::-1][::every])


def shade(
    frame: Frame, column: str, row: str, size: tuple[float, float], share: float, told: str
) -> list[str]:
    """A cell as dark as its share."""
    left, top = frame.across(column) - size[0] / 2, frame.up(row) - size[1] / 2
    cell = box(left + 0.5, top + 0.5, size[0] - 1, size[1] - 1, "cell", hint(told))
    return [element("g", cell, fill_opacity=f"{share:.2f}")]


def figure(frame: Frame, column: str, row: str, count: int, light: bool) -> list[str]:
    """The count in a cell."""
    kind = "over" if light else "plain"
    place = frame.across(column), frame.up(row) + 4
    return [words(f"{count:,}", *place, class_=kind, text_anchor="middle")]
