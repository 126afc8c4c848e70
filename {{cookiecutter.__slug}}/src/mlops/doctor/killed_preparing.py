"""A `dvc exp run` that was killed as it prepared its experiment; see `experiment`."""

import json
from functools import partial
from pathlib import Path

from mlops.config.params import PARAMS
from mlops.doctor import traces
from mlops.doctor.finding import Finding
from mlops.repository import git

RWLOCK = Path(".dvc/tmp/exps/rwlock")
STASH = "refs/stash"
SOON = 10  # seconds in which DVC makes its stash
OVERRIDDEN = {str(PARAMS), traces.ARGUMENTS}


def check() -> list[Finding]:
    """Tell from DVC's list of writers whether it was killed here, and from Git's logs how far."""
    began = time_of_writing()
    if began is None:
        return []
    detached = traces.is_detached()
    departure = traces.departure(0 if detached else 1)
    if departure is None or departure.time < int(began):
        lost = (detached and departure) or stashed_between(began, began + SOON)
        return unclear() if lost else []
    stash = stashed_between(began, departure.time)
    if stash and git.commit(f"{stash}^1") != git.commit("HEAD"):
        return unclear()
    if not detached and stash is None:  # the edits are back where they were
        return []
    others = traces.changed("HEAD") - OVERRIDDEN
    if others & traces.changed(stash or "HEAD"):
        return unclear()
    state = f"HEAD is off {departure.branch}" if detached else "your edits are in a stash"
    edits = ", and your edits from the stash" if stash else ""
    return [
        Finding(
            f"a `dvc exp run` was killed as it began: {state}",
            f"{departure.branch} is back{edits}",
            partial(mend, departure.branch, stash),
        )
    ]


def time_of_writing() -> float | None:
    """When DVC began to prepare what it did not end, in seconds since 1970; None where it did."""
    try:
        lists = json.loads(RWLOCK.read_text("utf-8"))
        return RWLOCK.stat().st_mtime if "workspace" in lists["write"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def stashed_between(began: float, ended: float) -> str | None:
    """The newest stash where it was made between two times (seconds since 1970), else None.

    Git notes whole seconds. In the first of them, the time of Git's own file decides.
    """
    stash = git.commit(STASH)
    if stash is None:
        return None
    time = int(git.git("log", "-1", "--format=%ct", stash))
    if time == int(began):
        file = Path(git.git("rev-parse", "--git-path", STASH).strip())
        return stash if file.exists() and file.stat().st_mtime >= began else None
    return stash if began < time <= ended else None


def unclear() -> list[Finding]:
    """Where something has changed since the kill, say what to look at."""
    return [
        Finding(
            "a `dvc exp run` was killed as it began, and files or HEAD have changed since",
            "`git status` and `git stash show -p` tell whether your edits are in the stash:"
            " then `git switch BRANCH && git stash pop`",
        )
    ]


def mend(branch: str, stash: str | None) -> None:
    """Go back to the branch, the edits as they were; all that is overwritten is in the stash."""
    traces.keep({str(PARAMS)} & traces.changed("HEAD"), "experiment")
    if traces.is_detached():
        traces.return_to(branch)
    git.git("reset", "-q", "--hard")
    if stash:
        git.git("stash", "pop", "-q", "--index")
    traces.drop_recorded()
