"""What Git holds: commits, files at a commit, differences."""

import os
import re
import subprocess
from pathlib import Path

from mlops.errors import UserError

# The hooks of .pre-commit-config.yaml are for what a person does. An early commit has no such file.
UNHOOKED = {"SKIP": "dvc-push,params", "PRE_COMMIT_ALLOW_NO_CONFIG": "1"}
PATIENCE = 300  # seconds; a remote that does not answer may not hold up a promotion for ever


def git(*arguments: str, text: str = "", patience: int | None = None) -> str:
    """Run a Git command on a text and return what it prints, within so many seconds.

    It never asks for a password. Raise `UserError` with Git's own words, but for credentials.
    """
    seconds = patience or PATIENCE
    environment = os.environ | UNHOOKED | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", *arguments],
            capture_output=True,
            input=text.encode(),
            env=environment,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise UserError(f"git {arguments[0]}: no answer in {seconds} s; try again") from None
    if done.returncode:
        problem = " ".join(done.stderr.decode("utf-8", "replace").split())
        if "not a git repository (or any" in problem:
            folder = arguments[1] if arguments[0] == "-C" else Path.cwd()
            raise UserError(f"{folder} is in no Git repository: run it in the project's folder")
        verb = arguments[2 if arguments[0] == "-C" else 0]
        said = without_credentials(problem) or f"exit code {done.returncode}"
        raise UserError(f"git {verb}: {said}")
    return done.stdout.decode("utf-8", "replace")


def without_credentials(text: str) -> str:
    """A text whose addresses show neither user nor password."""
    return re.sub(r"//[^/@\s]+@", "//***@", text)


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


def merge_base(base: str, other: str = "HEAD") -> str | None:
    """The commit where `other`, or this branch, left `base`; None where they share none."""
    try:
        return git("merge-base", base, other).split()[0]
    except UserError:
        return None


def branch(name: str) -> str:
    """The branch that a name stands for: origin/main for origin/HEAD."""
    return git("rev-parse", "--abbrev-ref", name).strip() or name


def is_ancestor(commit: str, other: str) -> bool:
    """Tell whether `other` is `commit` or comes after it."""
    return merge_base(commit, other) == commit


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


def lines_untracked(paths: list[str]) -> list[tuple[str, int, int]]:
    """List path, lines and 0 of each file that Git does not have yet, and does not ignore."""
    there = git("ls-files", "--others", "--exclude-standard", "-z", "--", *paths).split("\0")
    return [
        (path, Path(path).read_bytes().count(b"\n"), 0) for path in there if Path(path).is_file()
    ]


def lines_changed(base: str, paths: list[str]) -> list[tuple[str, int, int]]:
    """List path, added and removed lines of each file that differs from `base`; binary: 0, 0."""
    found = []
    for entry in git("diff", "--numstat", "-z", "--no-renames", base, "--", *paths).split("\0"):
        if entry:
            added, removed, path = entry.split("\t", 2)
            found.append((path, int(added) if added != "-" else 0, int(removed.strip("-") or 0)))
    return found
