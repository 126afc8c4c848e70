"""The history of a metric, from Git alone: which commit moved it, and which versions it made."""

from typing import NamedTuple

from mlops import layout
from mlops.errors import UserError
from mlops.release import facts, registry
from mlops.release.listing import moment, table
from mlops.repository import git

BAR = 24  # characters of the longest bar
NOTE = (
    "Each value is on its own commit's test rows; `uv run mlops report` compares on the same ones."
)
EIGHTHS = " ▏▎▍▌▋▊▉"


class Point(NamedTuple):
    """A commit that changed a metric's value; `low` and `high` are None where not recorded."""

    commit: str
    when: int
    by: str
    subject: str
    value: float
    low: float | None
    high: float | None


def history(metric: str) -> list[Point]:
    """The commits of this branch that moved a metric, the last first.

    Raise `UserError` where no commit has the metric.
    """
    log = git.git(
        "log", "--first-parent", "--format=%H%x00%ct%x00%an%x00%s", "--", str(layout.METRICS)
    )
    points: list[Point] = []
    known: set[str] = set()
    for line in reversed(log.splitlines()):
        commit, when, by, subject = line.split("\0", 3)
        found = facts.loaded(git.show(commit, layout.METRICS.as_posix())).get("test", {})
        known |= found.keys()
        value = found.get(metric, {}).get("value")
        if value is None or (points and points[-1].value == value):
            continue
        low, high = found[metric].get("low"), found[metric].get("high")
        points.append(Point(commit, int(when), by, subject, value, low, high))
    if not points:
        there = ", ".join(sorted(known)) or "none: `uv run dvc repro`, then commit"
        raise UserError(
            f"no commit has a metric {metric} (metrics: {there}); that of a run is there once it is"
            " committed"
        )
    return points[::-1]


def drawn(metric: str, points: list[Point]) -> str:
    """The points as a table with bars; a version stands at the commit that it was made of."""
    found = registry.tags()
    versions, held = made_at(points, found), registry.in_stage(found)
    ends = [end for one in points for end in (one.low, one.value, one.high) if end is not None]
    rows = []
    for point, before in zip(points, [*points[1:], None], strict=True):
        change = f"{point.value - before.value:+.4f}" if before else ""
        interval = f"{point.low:.3f} to {point.high:.3f}" if point.low is not None else ""
        made = versions.get(point.commit)
        rows.append(
            (
                moment(point.when)[:10],
                point.commit[:8],
                f"{point.value:.4f}",
                change,
                interval,
                bar(point.value, min(ends), max(ends)),
                "" if made is None else made.name + " in production" * (made == held),
                point.subject,
            )
        )
    lines = table(("", "commit", metric, "change", "95 %", "", "version", ""), rows)
    return f"{lines}\n\n{NOTE}"


def made_at(points: list[Point], found: list[registry.Tag]) -> dict[str, registry.Version]:
    """The versions by the commit, among the points, whose results they have."""
    line = git.git("rev-list", "--first-parent", "HEAD").split()
    place = {commit: number for number, commit in enumerate(line)}
    shown: dict[str, registry.Version] = {}
    for version in sorted(
        registry.versions(found).values(), key=lambda one: registry.order(one.name)
    ):
        if version.commit in place:
            older = [p.commit for p in points if place[p.commit] >= place[version.commit]]
            shown.update({older[0]: version} if older else {})
    return shown


def bar(value: float, low: float, high: float) -> str:
    """A bar; a quarter of the width is the lowest end of all intervals, all of it the highest."""
    share = 1.0 if high == low else 0.25 + 0.75 * (value - low) / (high - low)
    whole, part = divmod(round(share * BAR * 8), 8)
    return "█" * whole + (EIGHTHS[part] if part else "")
