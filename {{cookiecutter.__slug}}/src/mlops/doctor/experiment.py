"""What a killed `dvc exp run` leaves: a detached HEAD, and edits in a stash (DVC 3.67).

DVC works in two steps. It *prepares*: it stashes the edits, leaves the branch, applies them and the
overrides of `-S`, records both as a commit, goes back to the branch and unstashes the edits. Until
that is done, `.dvc/tmp/exps/rwlock` says that somebody writes to the workspace. Then it *runs*: it
leaves the branch again and applies the recorded commit, which `refs/exps/exec/EXEC_MERGE` names
until the end. Nothing else writes either, so a stash or a detached HEAD of the user's own is not
taken for these. What has changed since the kill is only told.
"""

from mlops.doctor import killed_preparing, killed_running, traces
from mlops.doctor.finding import Finding
from mlops.repository import git


def check() -> list[Finding]:
    """Look for both steps, and for a recorded experiment that no run will take up."""
    preparing = killed_preparing.check()
    found = [*preparing, *killed_running.check()]
    recorded = git.commit(traces.RECORDED)
    if recorded and not preparing:
        found.append(
            Finding(
                "a killed `dvc exp run` left its experiment to the next one, which would run both",
                f"dropped; `git stash apply {recorded[:10]}` would bring its values",
                traces.drop_recorded,
            )
        )
    return found
