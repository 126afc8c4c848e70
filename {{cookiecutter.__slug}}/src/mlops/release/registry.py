"""The registry: versions and stages of the model, as Git tags in GTO's format.

`model@v1.2.0` is a version; `model#production#3` says that the version at its commit went into
production, third in order. The counter decides, never a date. Lightweight tags do not count.
"""

import re
from typing import NamedTuple

from mlops.errors import UserError
from mlops.repository import git

ARTIFACT = "model"
STAGE = "production"
PATTERNS = (f"refs/tags/{ARTIFACT}@*", f"refs/tags/{ARTIFACT}#*")
VERSION_TAG = re.compile(r"^(?P<name>[^@#]+)@(?P<version>v\d+\.\d+\.\d+)(?P<not>!)?(#(?P<n>\d+))?$")
STAGE_TAG = re.compile(r"^(?P<name>[^@#]+)#(?P<stage>[^#!]+)(?P<not>!)?#(?P<n>\d+)$")
FIELDS = "%(objecttype)%00%(*objectname)%00%(refname:strip=2)%00%(taggername)%00"
FIELDS += "%(taggerdate:unix)%00%(contents)%00"


class Version(NamedTuple):
    """A registered version of the model, and the tag that registered it."""

    name: str
    commit: str
    tag: str


class Tag(NamedTuple):
    """An annotated tag, the commit that it points at, and who made it when, in Unix seconds."""

    name: str
    commit: str
    by: str = ""
    when: int = 0
    message: str = ""


class Assignment(NamedTuple):
    """A version's move into a stage, or (`out`) out of it again; the counter gives the order."""

    counter: int
    stage: str
    out: bool
    tag: Tag


def tags() -> list[Tag]:
    """The annotated tags of the model."""
    cells = git.git("for-each-ref", f"--format={FIELDS}", *PATTERNS).split("\0")[:-1]
    rows = [cells[start : start + 6] for start in range(0, len(cells), 6)]
    return [
        Tag(name, commit, by, int(when or 0), message)
        for kind, commit, name, by, when, message in rows
        if kind.strip() == "tag"  # a line break stands before all but the first
    ]


def names() -> list[str]:
    """The names of all tags of the model, lightweight ones too: none can be used again."""
    return git.git("for-each-ref", "--format=%(refname:strip=2)", *PATTERNS).split()


def assignment_name(taken: list[str], stage: str) -> str:
    """The name of the next assignment's tag. Raise `UserError` where the stage's name is bad."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", stage):
        raise UserError(f"--stage {stage}: use small letters, digits and hyphens")
    return f"{ARTIFACT}#{stage}#{max(counters(taken), default=0) + 1}"


def counters(taken: list[str]) -> list[int]:
    """The counters in the names of tags. One counter serves all stages, as in GTO."""
    matches = [VERSION_TAG.match(name) or STAGE_TAG.match(name) for name in taken]
    return [int(match["n"]) for match in matches if match and match["n"]]


def versions(found: list[Tag]) -> dict[str, Version]:
    """The registered versions by commit; a version that was deregistered is none."""
    kept: dict[str, tuple[int, Version | None]] = {}
    for tag in found:
        if match := VERSION_TAG.match(tag.name):
            order = int(match["n"] or 1)
            version = None if match["not"] else Version(match["version"], tag.commit, tag.name)
            if order >= kept.get(match["version"], (0, None))[0]:
                kept[match["version"]] = (order, version)
    return {version.commit: version for _, version in kept.values() if version}


def assignments(found: list[Tag], stage: str | None = None) -> list[Assignment]:
    """All moves into and out of a stage, or of all stages, the first one first."""
    matches = [(match, tag) for tag in found if (match := STAGE_TAG.match(tag.name))]
    moves = [
        Assignment(int(match["n"]), match["stage"], bool(match["not"]), tag)
        for match, tag in matches
        if stage in (None, match["stage"])
    ]
    return sorted(moves, key=lambda move: move.counter)


def in_stage(found: list[Tag], stage: str = STAGE) -> Version | None:
    """The version in a stage: the assignment with the highest counter decides.

    A version that was taken out of the stage again gives way to the one assigned before it, as in
    GTO.
    """
    known = versions(found)
    removed: set[str] = set()
    for move in reversed(assignments(found, stage)):
        if move.out:
            removed.add(move.tag.commit)
        elif move.tag.commit in known and move.tag.commit not in removed:
            return known[move.tag.commit]
    return None


def earlier(found: list[Tag], stage: str = STAGE) -> list[Tag]:
    """The tags as they were before the version that is in a stage came into it."""
    held = in_stage(found, stage)
    moves = assignments(found, stage)
    while moves and (moves[-1].out or held is None or moves[-1].tag.commit != held.commit):
        moves.pop()
    later = assignments(found, stage)[max(len(moves) - 1, 0) :]
    gone = {move.tag.name for move in later if not move.out}
    return [tag for tag in found if tag.name not in gone]


def rolled_back(found: list[Tag], version: Version, stage: str = STAGE) -> bool:
    """Tell whether a version left a stage because an earlier one came back, or it was taken out.

    A version that gave way to one that first came after it was not rolled back, be that a new one
    or one that was brought back itself.
    """
    moves = assignments(found, stage)
    came = [n for n, move in enumerate(moves) if move.tag.commit == version.commit and not move.out]
    if not came or came[-1] + 1 == len(moves):
        return False
    order = [move.tag.commit for move in moves]
    return order.index(order[came[-1] + 1]) <= came[0]


def find(found: list[Tag], name: str) -> Version:
    """The version that a name such as `v1.2.0`, `production` or `model@v1.2.0` means.

    Raise `UserError` where there is none.
    """
    plain = name.removeprefix(f"{ARTIFACT}@")
    known = {version.name: version for version in versions(found).values()}
    version = known.get(plain) or known.get(f"v{plain}") or in_stage(found, plain)
    if version is None and not known:
        raise UserError(
            f"{ARTIFACT} {name}: nothing was promoted yet: `uv run mlops promote`; in a clone that"
            " has no tags, `git fetch --tags`"
        )
    if version is None:
        there = ", ".join(sorted(known, key=order, reverse=True)[:5])
        stages = ", ".join(sorted({move.stage for move in assignments(found)})) or "none"
        raise UserError(
            f"{ARTIFACT} {name}: no such version or stage here"
            f" (stages: {stages}; newest versions: {there});"
            " `git fetch --tags` brings those of origin"
        )
    return version


def order(version: str) -> tuple[int, ...]:
    """The numbers of a version's name, to sort by: v1.10.0 comes after v1.9.0."""
    return tuple(map(int, version.removeprefix("v").split(".")))


def production() -> Version | None:
    """The version in production; None where there is none yet."""
    return in_stage(tags())
