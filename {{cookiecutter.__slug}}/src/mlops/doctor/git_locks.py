"""Locks that a killed Git left: whatever writes to the same place fails until they are gone."""

from functools import partial
from pathlib import Path

from mlops.doctor import running
from mlops.doctor.finding import KEPT, Finding, set_aside
from mlops.repository import git


def check() -> list[Finding]:
    """The locks on Git's index, its settings and its references; none while Git is at work here."""
    folder = Path(git.git("rev-parse", "--git-common-dir").strip())
    locks = sorted([*folder.glob("*.lock"), *(folder / "refs").rglob("*.lock")])
    if not locks or running.git_at_work():
        return []
    return [
        Finding(
            f"{path}: a killed Git left this lock, and Git's commands fail",
            f"moved to {KEPT}/",
            partial(set_aside, path),
        )
        for path in locks
    ]
