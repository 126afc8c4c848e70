"""What Git and DVC note of an experiment's run, as it is read to find how far a killed one came."""

import re
from pathlib import Path
from typing import NamedTuple

from mlops.config import params
from mlops.doctor.finding import KEPT, keep_copy
from mlops.errors import UserError
from mlops.repository import git

RECORDED = "refs/exps/stash"
ARGUMENTS = ".dvc/tmp/repro.dat"  # what DVC hands from one step to the next
LEAVES = re.compile(r"checkout: moving from (?P<branch>.+) to (?P<commit>[0-9a-f]{40})")


class Departure(NamedTuple):
    """When DVC left a branch, in seconds since 1970, and which."""

    time: int
    branch: str


def is_detached() -> bool:
    """Tell whether HEAD is on no branch."""
    return not git.git("branch", "--show-current").strip()


def departure(steps: int = 0) -> Departure | None:
    """How HEAD came off its branch, `steps` entries ago in its log; None where it was not DVC.

    A branch that has moved on since then does not count.
    """
    for time, words in log(f"--skip={steps}", "HEAD"):
        match = LEAVES.fullmatch(words)
        if match and git.commit(f"refs/heads/{match['branch']}") == match["commit"]:
            return Departure(time, match["branch"])
        break
    return None


def log(*arguments: str) -> list[tuple[int, str]]:
    """The times and words of a reference's log, the latest first."""
    text = git.git("log", "-g", "-n", "1", "--date=unix", "--format=%gd %gs", *arguments)
    entries = (re.fullmatch(r".*@\{(\d+)\} (.*)", line) for line in text.splitlines())
    return [(int(entry[1]), entry[2]) for entry in entries if entry]


def changed(*arguments: str) -> set[str]:
    """The tracked files in which two commits, or a commit and the disk, differ."""
    text = git.git("diff", "--name-only", "-z", "--no-renames", *arguments)
    return {path for path in text.split("\0") if path}


def return_to(branch: str) -> None:
    """Put HEAD on a branch again; no file changes."""
    git.git("symbolic-ref", "-m", f"mlops doctor: back to {branch}", "HEAD", f"refs/heads/{branch}")


def keep(paths: set[str], name: str) -> None:
    """Keep copies of files that are about to be written."""
    for path in sorted(paths):
        if Path(path).is_file():
            keep_copy(Path(path), KEPT / name / Path(path).parent)


def restore_params() -> None:
    """Write `params.yaml` as `conf/` composes it: it held the experiment's values."""
    from contextlib import redirect_stdout
    from io import StringIO

    from mlops.config import compose

    try:
        with redirect_stdout(StringIO()):
            compose.discard()
    except UserError:  # conf/ is the user's, and may be in the making
        if git.show("HEAD", str(params.PARAMS)) is not None:
            git.git("restore", "--source=HEAD", "--worktree", "--", str(params.PARAMS))


def drop_recorded() -> None:
    """Forget the experiment that was recorded and not begun; what it holds is in the files."""
    if git.commit(RECORDED):
        git.git("update-ref", "-d", RECORDED)
