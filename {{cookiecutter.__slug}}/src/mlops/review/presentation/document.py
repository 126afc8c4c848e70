"""A report as a document: what Markdown, terminal and page write, each in its own way.

Our own text is `str`. Text that came with the report is `Name` or `Said`, which each writer makes
harmless: that is why a line is a tuple of runs and not a string.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mlops.config.tasks import Task
from mlops.review.report import Point


@dataclass(frozen=True)
class Name:
    """A foreign name, such as a path: shown as code."""

    text: str


@dataclass(frozen=True)
class Said:
    """A foreign phrase: shown as prose, as far as it is plain words."""

    text: str
    longest: int = 240


@dataclass(frozen=True)
class Bold:
    """Runs that stand out."""

    runs: "Line"


@dataclass(frozen=True)
class Command:
    """A command of ours."""

    text: str


Run = str | Name | Said | Bold | Command
Line = tuple[Run, ...]


@dataclass(frozen=True)
class Paragraph:
    """Running text; `small` for what only some will read."""

    line: Line
    small: bool = False


@dataclass(frozen=True)
class Bullets:
    """Lines that belong together."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """Rows under a head; `align` holds a letter for each column.

    l is left, c centred, r right, n left and never broken.
    """

    align: str
    head: Line
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Commands:
    """Commands of ours, to copy."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Messages:
    """Foreign lines, as they were printed."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Calibration:
    """What came against what was predicted."""

    task: Task
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Timeline:
    """The main metric over time, candidate against production."""

    metric: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Forest:
    """Differences with their intervals, one under the other; right is better."""

    rows: tuple[tuple[str, float, float, float], ...]  # label, value, low, high


Block = Paragraph | Bullets | Table | Commands | Messages | Calibration | Timeline | Forest


@dataclass(frozen=True)
class Section:
    """Blocks under a title; `folded` where only some will read it."""

    title: str
    blocks: tuple[Block, ...]
    folded: bool = False


def listed(items: Iterable[Line], joint: str = ", ") -> Line:
    """Items as an enumeration."""
    return tuple(run for item in items for run in (joint, *item))[1:]


def names(texts: Iterable[str], most: int | None = None) -> Line:
    """Foreign names as an enumeration, those after `most` only counted."""
    every = list(texts)
    shown = listed((Name(text),) for text in every[:most])
    more = len(every) - len(every[:most])
    return (*shown, f" and {more} more") if more else shown
