"""Lists of the registry for people and programs: all versions, and the history of a stage."""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
from mlops.errors import UserError
from mlops.release import facts, registry
from mlops.release.registry import ARTIFACT, Assignment, Tag
from msgspec import Struct


class Entry(Struct):
    """A registered version; `stages` are those that it is in now, `registered` is in UTC.

    `model` and `scorer` are the MD5 digests of its files.
    """

    version: str
    stages: list[str]
    registered: str
    by: str
    metric: str
    data: str
    commit: str
    model: str
    scorer: str
    tag: str


class Move(Struct):
    """A version's way into a stage, or (`out`) out of it; `when` is in UTC."""

    counter: int
    stage: str
    version: str
    when: str
    by: str
    why: str
    replaces: str
    run: str
    tag: str
    out: bool


class Listing(Struct):
    """The whole registry: versions, the newest first, and moves, the last first."""

    artifact: str
    versions: list[Entry]
    moves: list[Move]


def listing(found: list[Tag]) -> Listing:
    """Read the registry from its tags."""
    return Listing(ARTIFACT, entries(found), moves(found))


def as_json(found: Listing) -> str:
    """The whole registry as JSON."""
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode()


def entries(found: list[Tag]) -> list[Entry]:
    """The registered versions, the newest first."""
    tags = {tag.name: tag for tag in found}
    stages: dict[str, list[str]] = {}
    for stage in dict.fromkeys(move.stage for move in registry.assignments(found)):
        if held := registry.in_stage(found, stage):
            stages.setdefault(held.name, []).append(stage)
    listed = []
    for version in registry.versions(found).values():
        tag = tags[version.tag]
        about = facts.of_version(tag)
        listed.append(
            Entry(
                version.name,
                stages.get(version.name, []),
                moment(tag.when),
                tag.by,
                about.get("Metric", ""),
                about.get("Data", ""),
                version.commit,
                about.get("Model", ""),
                about.get("Scorer", ""),
                tag.name,
            )
        )
    return sorted(listed, key=lambda entry: registry.order(entry.version), reverse=True)


def moves(found: list[Tag]) -> list[Move]:
    """Everything that happened to the stages, the last first."""
    known = registry.versions(found)
    return [move_of(move, known) for move in reversed(registry.assignments(found))]


def move_of(move: Assignment, known: dict[str, registry.Version]) -> Move:
    """Read an assignment; a commit whose version is gone is named itself."""
    version, about = known.get(move.tag.commit), facts.read(move.tag)
    return Move(
        move.counter,
        move.stage,
        version.name if version else move.tag.commit[:8],
        moment(move.tag.when),
        move.tag.by,
        why(about),
        about.get("Replaces", ""),
        about.get("Run", ""),
        move.tag.name,
        move.out,
    )


def why(about: dict[str, str]) -> str:
    """How the version stood against the one before, and which checks were waived for it."""
    waived = about.get("Waived", "")
    return "; ".join(filter(None, (about.get("Why", ""), waived and f"waived: {waived}")))


def versions_table(found: Listing) -> str:
    """The versions as a table."""
    rows = [
        (
            entry.version,
            ", ".join(entry.stages),
            entry.metric,
            ", ".join(entry.data.split(", ")[:2]),
            entry.commit[:8],
            clock(entry.registered),
            entry.by,
        )
        for entry in found.versions
    ]
    head = ("version", "stage", "metric", "data", "commit", "registered (UTC)", "by")
    return table(head, rows)


def stage_table(found: Listing, stage: str) -> str:
    """The history of a stage as a table. Raise `UserError` where nothing was ever in it."""
    moves = [move for move in found.moves if move.stage == stage]
    until = ["now", *(clock(move.when) for move in moves)]
    rows = [
        (f"#{move.counter}", move.version, clock(move.when), end, way(move), move.by, move.why)
        for move, end in zip(moves, until, strict=False)
    ]
    if not rows:
        stages = ", ".join(dict.fromkeys(move.stage for move in found.moves))
        there = f"stages: {stages}" if stages else "`uv run mlops promote` makes the first version"
        raise UserError(f"nothing was ever in stage {stage} ({there})")
    return table(("", "version", "since (UTC)", "until", "replaced", "by", "why"), rows)


def way(move: Move) -> str:
    """What a move replaced, or that it was one out of the stage."""
    return "taken out" if move.out else move.replaces


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Columns below each other. A thousand rows would take a library half a second."""
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def moment(seconds: int) -> str:
    """A time in UTC as ISO 8601 writes it."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def clock(time: str) -> str:
    """A time for people, to the minute."""
    return time[:16].replace("T", " ")


def warnings(found: list[Tag]) -> list[str]:
    """What a tag that was deleted has left behind."""
    gone = [
        f"{', '.join(moves)}: no version is registered at commit {commit[:8]}:"
        " its tag was deleted or taken back, and such a move does not count; one that this clone"
        " alone has lost is brought by `git fetch --tags`"
        for commit, moves in dangling(found).items()
    ]
    counters = registry.counters(registry.names())
    missing = sorted(set(range(1, max(counters, default=0))) - set(counters))
    return gone + [f"{ARTIFACT}#…#{counter}: this move's tag was deleted" for counter in missing]


def dangling(found: list[Tag]) -> dict[str, list[str]]:
    """The commits at which no version is registered, with the tags of their moves into stages."""
    known = registry.versions(found)
    moves: dict[str, list[str]] = {}
    for move in registry.assignments(found):
        if not move.out and move.tag.commit not in known:
            moves.setdefault(move.tag.commit, []).append(move.tag.name)
    return moves
