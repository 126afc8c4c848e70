"""What Git holds: commits, files at a commit, differences. Nothing here changes anything."""

import os
import subprocess

from mlops.errors import UserError


def git(*arguments: str) -> str:
    """Run a Git command and return what it prints. Raise `UserError` with Git's own words."""
    done = subprocess.run(["git", *arguments], capture_output=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        problem = " ".join(done.stderr.decode("utf-8", "replace").split())
        raise UserError(f"git {arguments[0]}: {problem or f'exit code {done.returncode}'}")
    return done.stdout.decode("utf-8", "replace")


def commit(revision: str) -> str | None:
    """The commit that a revision names; None where there is none."""
    try:
        return git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").strip()
    except UserError:
        return None


def head() -> str:
    """The commit under review.

    Where `HEAD` is the merge of a pull request that GitHub made for the run, it is the branch's own
    commit. Raise `UserError` where there is no commit yet.
    """
    merged = os.environ.get("GITHUB_REF", "").startswith("refs/pull/")
    found = (commit("HEAD^2") if merged else None) or commit("HEAD")
    if found is None:
        raise UserError("there is no commit yet: `git add --all && git commit`")
    return found


def merge_base(base: str) -> str | None:
    """The commit where this branch left `base`; None where they share none."""
    try:
        return git("merge-base", base, "HEAD").split()[0]
    except UserError:
        return None


def show(revision: str, path: str) -> str | None:
    """A file's text at a commit; None where it is not there."""
    try:
        return git("show", f"{revision}:{path}")
    except UserError:
        return None


def uncommitted() -> list[str]:
    """The files that differ from `HEAD`, new ones included."""
    lines = git("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
    return [entry[3:] for entry in lines.split("\0") if entry]


def lines_changed(base: str, paths: list[str]) -> list[tuple[str, int, int]]:
    """List path, added and removed lines of each file that differs from `base`; binary: 0, 0."""
    found = []
    for entry in git("diff", "--numstat", "-z", "--no-renames", base, "--", *paths).split("\0"):
        if entry:
            added, removed, path = entry.split("\t", 2)
            found.append((path, int(added) if added != "-" else 0, int(removed.strip("-") or 0)))
    return found
