"""The branch that a merge would go into, and whether its model is in production."""

import os

from mlops.release import facts, registry
from mlops.release.registry import Version
from mlops.repository import git, lock
from mlops.review.report import Rival, clip
from msgspec.structs import replace

BASES = ("origin/HEAD", "origin/main", "main", "origin/master", "master")


def find(production: Version | None) -> Rival | None:
    """The branch that a merge would go into, at the newest of its commits that is merged here."""
    named = os.environ.get("GITHUB_BASE_REF")
    for name in (f"origin/{named}",) if named else BASES:
        if commit := merged(name):
            base = Rival(clip(git.branch(name).removeprefix("origin/")), commit)
            own = git.is_ancestor(commit, git.head()) or not git.is_ancestor(commit, "HEAD")
            since = name.startswith("origin/") and commit != git.commit(name)
            return ahead(replace(base, newer=not own, moved_on=since), commit, production)
    return None


def merged(name: str) -> str | None:
    """The newest commit of a branch that this one holds; a merge counts before it is committed."""
    left, merging = (git.merge_base(name, mine) for mine in ("HEAD", "MERGE_HEAD"))
    return merging if merging and (left is None or git.is_ancestor(left, merging)) else left


def ahead(base: Rival, commit: str, production: Version | None) -> Rival:
    """The base branch, and whether its model came after production's without taking its place."""
    model = facts.identity(lock.at(commit))
    theirs = facts.identity(lock.at(production.commit)) if production else None
    if model in (None, theirs):
        return base
    if production and not git.is_ancestor(production.commit, commit):
        return base
    gone = rolled_back(model) or rolled_back_since(production, commit)
    return replace(base, ahead=True, rolled_back=clip(gone.name) if gone else "")


def rolled_back(model: str | None) -> Version | None:
    """The version that a model is, by its identity, where that one was rolled back."""
    found = registry.tags()
    known = facts.version_with(found, model) if model else None
    return known if known and registry.rolled_back(found, known) else None


def rolled_back_since(production: Version | None, commit: str) -> Version | None:
    """The newest version after production's that a commit holds, and that was rolled back."""
    found = registry.tags()
    gone = [v for v in registry.versions(found).values() if registry.rolled_back(found, v)]
    for version in reversed(gone):
        kept = production is not None and git.is_ancestor(version.commit, production.commit)
        if not kept and git.is_ancestor(version.commit, commit):
            return version
    return None
