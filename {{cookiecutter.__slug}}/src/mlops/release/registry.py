"""The registry: versions and stages of the model, as Git tags in GTO's format.

`model@v1.2.0` is a version; `model#production#3` says that the version at its commit went into
production, third in order. The counter decides, never a date. Lightweight tags do not count.
"""

import re
from typing import NamedTuple

from mlops.repository import git

ARTIFACT = "model"
STAGE = "production"
VERSION_TAG = re.compile(r"^(?P<name>[^@#]+)@(?P<version>v\d+\.\d+\.\d+)(?P<not>!)?(#(?P<n>\d+))?$")
STAGE_TAG = re.compile(r"^(?P<name>[^@#]+)#(?P<stage>[^#!]+)(?P<not>!)?#(?P<n>\d+)$")


class Version(NamedTuple):
    """A registered version of the model, and the tag that registered it."""

    name: str
    commit: str
    tag: str


class Tag(NamedTuple):
    """An annotated tag and the commit that it points at."""

    name: str
    commit: str


def tags(artifact: str = ARTIFACT) -> list[Tag]:
    """The annotated tags of an artefact."""
    patterns = [f"refs/tags/{artifact}@*", f"refs/tags/{artifact}#*"]
    text = git.git(
        "for-each-ref", "--format=%(objecttype) %(*objectname) %(refname:strip=2)", *patterns
    )
    entries = (line.split(" ", 2) for line in text.splitlines())
    return [Tag(name, commit) for kind, commit, name in entries if kind == "tag"]


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


def in_stage(found: list[Tag], stage: str = STAGE) -> Version | None:
    """The version in a stage: the assignment with the highest counter decides.

    A version that was taken out of the stage again gives way to the one assigned before it, as in
    GTO.
    """
    known = versions(found)
    removed: set[str] = set()
    assignments = [
        (int(match["n"]), bool(match["not"]), tag.commit)
        for tag in found
        if (match := STAGE_TAG.match(tag.name)) and match["stage"] == stage
    ]
    for _, taken_out, commit in sorted(assignments, reverse=True):
        if taken_out:
            removed.add(commit)
        elif commit in known and commit not in removed:
            return known[commit]
    return None


def production() -> Version | None:
    """The version in production; None where there is none yet."""
    return in_stage(tags())
