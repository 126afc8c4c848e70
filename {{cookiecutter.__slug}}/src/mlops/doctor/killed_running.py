"""A `dvc exp run` that was killed as its stages ran, or as it cleaned up; see `experiment`."""

from functools import partial
from pathlib import Path

from mlops.config.params import PARAMS
from mlops.doctor import traces
from mlops.doctor.finding import KEPT, Finding, set_aside
from mlops.doctor.running import dvc
from mlops.errors import UserError
from mlops.repository import git, lock, objects

EXEC = "refs/exps/exec/EXEC_"


def check() -> list[Finding]:
    """Tell from DVC's references whether a run did not come to its end."""
    merge, start = git.commit(f"{EXEC}MERGE"), git.commit(f"{EXEC}HEAD")
    if merge is None or start is None:
        return []
    finished = git.commit(f"{EXEC}BRANCH")
    departure = traces.departure(0 if finished is None else 1)
    at_its_commit = git.commit("HEAD") in {start, finished}
    if not traces.is_detached():
        return [
            Finding(
                f"a `dvc exp run` was killed, and left what it began with in {EXEC}MERGE",
                f"`git diff HEAD {EXEC}MERGE` shows it, `git update-ref -d {EXEC}MERGE` drops it",
            )
        ]
    if departure is None or not at_its_commit:
        return [
            Finding(
                "a `dvc exp run` was killed: HEAD is off its branch, and has moved since",
                f"`git switch BRANCH`; `git diff HEAD {EXEC}MERGE` shows the edits it began with",
            )
        ]
    return [
        Finding(
            f"a `dvc exp run` was killed: HEAD is off {departure.branch}",
            f"{departure.branch} is back with your edits; what the experiment had written is"
            f" in {KEPT}/{folder(merge)}/",
            partial(mend, departure.branch, merge, start),
        )
    ]


def mend(branch: str, merge: str, start: str) -> None:
    """Go back to the branch, the user's files as they are and the pipeline's as they were."""
    made = made_by_pipeline()
    before = traces.changed(start, merge)
    lost = before - traces.changed(start) - made - {traces.ARGUMENTS}  # killed as it applied them
    written = {path for path in traces.changed(merge) if lock.inside(path, made)}
    traces.keep(written, folder(merge))
    traces.return_to(branch)
    restore(merge, (written | lost) - {str(PARAMS)})
    git.git("reset", "-q")
    traces.restore_params()
    forget()
    objects.repository.cache_clear()  # the lock is another now
    check_out(KEPT / folder(merge))


def made_by_pipeline() -> set[str]:
    """The files and directories that the stages write and Git keeps, and the lock."""
    outs = objects.repository().index.outs
    return {
        lock.LOCK,
        str(PARAMS),
        *(Path(str(out)).as_posix() for out in outs if not out.use_cache),
    }


def restore(commit: str, paths: set[str]) -> None:
    """Write files as they are at a commit; those that are not there stay."""
    tree = set(git.git("ls-tree", "-r", "-z", "--name-only", commit).split("\0"))
    if paths & tree:
        git.git("restore", f"--source={commit}", "--worktree", "--", *sorted(paths & tree))


def check_out(folder: Path) -> None:
    """Check the outputs out; what a stage had half done is in no cache, and moved to a folder."""
    try:
        dvc("checkout", "-q")
    except UserError:
        for out in objects.repository().index.outs:
            if out.use_cache and out.exists and out.changed_checksum():
                set_aside(Path(str(out)), folder)
        dvc("checkout", "-q")


def forget() -> None:
    """Remove what DVC removes at the end of a run."""
    for name in ("BASELINE", "MERGE", "BRANCH"):
        git.git("update-ref", "--no-deref", "-d", f"{EXEC}{name}")
    Path(traces.ARGUMENTS).unlink(missing_ok=True)


def folder(merge: str) -> str:
    """The folder for copies of what an experiment wrote."""
    return f"experiment-{merge[:10]}"
