"""The tags at `origin`: what it holds is the truth, and one atomic push changes it.

Tags are made as objects without a name and get their names by the push, so an interrupted or lost
promotion leaves no tag here that origin does not have.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

from mlops.errors import UserError
from mlops.release import registry, workflow
from mlops.release.registry import Version
from mlops.repository import git

ORIGIN = "origin"
PATIENCE = 20  # seconds for what a command can do without


class NewTag(NamedTuple):
    """An annotated tag to be made at a commit."""

    name: str
    commit: str
    message: str


def synchronize(only_add: bool = False) -> str:
    """Take over the registry's tags and the default branch from origin; return the branch.

    A tag that origin has not, or has otherwise, gives way, and is said with the command that brings
    it back; with `only_add` it stays. Raise `UserError` where origin cannot be read.
    """
    branch = default_branch()
    before = local_tags()
    heads = f"+refs/heads/{branch}:refs/remotes/{ORIGIN}/{branch}"
    force, prune = ("", "--no-prune") if only_add else ("+", "--prune")
    tags = [f"{force}{pattern}:{pattern}" for pattern in registry.PATTERNS]
    git.git("fetch", "--quiet", "--no-tags", prune, ORIGIN, heads, *tags)
    there = local_tags()
    for name in sorted(name for name, sha in before.items() if there.get(name) != sha):
        has = "another" if name in there else "no"
        print(
            f"{name}: {ORIGIN} has {has} such tag, so it went here;"
            f" `git update-ref 'refs/tags/{name}' {before[name]}` brings it back"
        )
    return branch


def refresh() -> None:
    """Add what the registry at origin has gained; where that fails, say so and go on.

    On GitHub the checkout has brought it just before, and Git need not have a token any more.
    """
    if workflow.is_on_github() or ORIGIN not in git.git("remote").split():
        return
    tags = [f"{pattern}:{pattern}" for pattern in registry.PATTERNS]
    options = ("--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head")
    try:
        git.git("fetch", *options, ORIGIN, *tags, patience=PATIENCE)
    except UserError as error:
        said = f"the versions at {ORIGIN} were not brought, so this is as of before: {error}"
        print(said, file=sys.stderr)


def find(name: str) -> Version:
    """The version that a name means: what is in a stage, or not known here, origin is asked for.

    Raise `UserError` where there is none.
    """
    if name not in {version.name for version in registry.versions(registry.tags()).values()}:
        refresh()
    return registry.find(registry.tags(), name)


def default_branch() -> str:
    """The branch that pull requests are merged into, as origin names it."""
    if ORIGIN not in git.git("remote").split():
        raise UserError(
            f"this repository has no {ORIGIN}: `git remote add {ORIGIN} URL`, then"
            f" `git push -u {ORIGIN} HEAD`"
        )
    found = re.match(r"ref: refs/heads/(\S+)\s", git.git("ls-remote", "--symref", ORIGIN, "HEAD"))
    if found is None:
        raise UserError(no_default_branch())
    return found[1]


def no_default_branch() -> str:
    """What helps where origin names no branch that it has: it is empty, or names another."""
    there = re.findall(r"\trefs/heads/(\S+)", git.git("ls-remote", "--heads", ORIGIN))
    if not there:
        return f"{ORIGIN} has no branch yet: `git push {ORIGIN} HEAD`"
    branch = "main" if "main" in there else there[0]
    url = git.git("remote", "get-url", ORIGIN).strip()
    place = f'"{url}"' if Path(url).is_dir() else "REPOSITORY"
    return (
        f"{ORIGIN} has no default branch, though it has {branch}: choose it in the repository's"
        f" settings; in a bare one: `git -C {place} symbolic-ref HEAD refs/heads/{branch}`"
    )


def local_tags() -> dict[str, str]:
    """The objects of the model's tags here, by name."""
    form = "--format=%(refname:strip=2) %(objectname)"
    lines = git.git("for-each-ref", form, *registry.PATTERNS).splitlines()
    return dict(line.split(" ") for line in lines)


def tags_there() -> dict[str, str]:
    """The objects of the model's tags at origin, by name. Raise `UserError` where it is gone."""
    lines = git.git("ls-remote", "--tags", "--refs", ORIGIN, *registry.PATTERNS).splitlines()
    pairs = (line.split("\t") for line in lines)
    return {name.removeprefix("refs/tags/"): sha for sha, name in pairs}


def take_over(name: str) -> None:
    """Fetch one tag as origin has it, in place of one of that name here."""
    reference = f"refs/tags/{name}"
    git.git("fetch", "--quiet", "--no-tags", ORIGIN, f"+{reference}:{reference}")


def push(tags: list[NewTag]) -> bool:
    """Make tags and push them, all or none. False where somebody else took one of the names.

    Raise `UserError` where the push failed otherwise: nothing has changed then.
    """
    made = {tag.name: make(tag) for tag in tags}
    problem = None
    try:
        references = [f"{sha}:refs/tags/{name}" for name, sha in made.items()]
        git.git("push", "--quiet", "--atomic", ORIGIN, *references)
    except UserError as error:
        problem = error
    synchronize()
    there = local_tags()
    if all(there.get(name) == sha for name, sha in made.items()):
        return True
    if any(name in there for name in made):
        return False
    if problem and "refusing to allow" in str(problem):
        raise UserError(
            f"{problem}; GitHub wants an app for tags of commits with other workflows"
            " (.github/SETUP.md); on a laptop the same command works"
        )
    raise problem or UserError(f"{ORIGIN} took the tags and does not show them: try again")


def make(tag: NewTag) -> str:
    """Write an annotated tag as an object without a name, and return its digest.

    Its time is never before that of an older tag, since GTO goes by the time.
    """
    who, now, zone = git.git("var", "GIT_COMMITTER_IDENT").strip().rsplit(" ", 2)
    newest = max((known.when for known in registry.tags()), default=0)
    lines = [
        f"object {tag.commit}",
        "type commit",
        f"tag {tag.name}",
        f"tagger {who} {max(int(now), newest + 1)} {zone}",
        "",
        tag.message.strip(),
    ]
    return git.git("mktag", text="\n".join(lines) + "\n").strip()
