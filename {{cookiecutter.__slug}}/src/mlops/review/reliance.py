"""What the candidate relies on beside what production relies on, as their pipelines recorded it."""

from collections.abc import Iterable

import msgspec
from mlops import layout
from mlops.repository import git
from mlops.review.recorded import same_test_rows
from mlops.review.report import FEATURES, LEAKS, Importance, Leak, clip
from msgspec import Struct


class Entry(Struct, frozen=True):
    """A feature's importance in `reports/explanation.json`."""

    column: str
    value: float | None
    low: float | None
    high: float | None


class Explanation(Struct, frozen=True):
    """What is read of `reports/explanation.json`."""

    metric: str = ""
    importance: list[Entry] = []
    leaks: list[Leak] = []


def relies_on(production: str | None) -> list[Importance]:
    """Each feature's importance here and at production's commit, the largest of both first.

    Production's is left out where it was measured by another metric, on other test rows, or not at
    all: what differs could as well be the rows.
    """
    ours, theirs = own(), Explanation()
    if production is not None and same_test_rows(production):
        theirs = parse(git.show(production, layout.EXPLANATION.as_posix()))
    known = by_column(theirs.importance if theirs.metric == ours.metric else [])
    found = []
    for column, entry in by_column(ours.importance).items():
        other = known.pop(column, None)
        before = (other.value, other.low, other.high) if other else ()
        found.append(Importance(clip(column), entry.value, entry.low, entry.high, *before))
    gone = [
        Importance(clip(column), None, None, None, entry.value, entry.low, entry.high)
        for column, entry in known.items()
    ]

    def largest(entry: Importance) -> float:
        return max(entry.candidate or 0, entry.production or 0)

    return sorted([*found, *gone], key=largest, reverse=True)[:FEATURES]


def leaks() -> list[Leak]:
    """The features that alone predict nearly perfectly."""
    found = own().leaks[:LEAKS]
    return [Leak(clip(leak.column), clip(leak.metric), leak.value) for leak in found]


def own() -> Explanation:
    """What the pipeline recorded here."""
    try:
        return parse(layout.EXPLANATION.read_bytes())
    except OSError:
        return Explanation()


def parse(text: bytes | str | None) -> Explanation:
    """The explanation in a text; an empty one where it is none."""
    try:
        return msgspec.json.decode(text or "", type=Explanation)
    except msgspec.MsgspecError:
        return Explanation()


def by_column(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Each entry by its column."""
    return {entry.column: entry for entry in entries}
