"""Run the pipeline of the commit with as little work as this machine allows."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mlops import layout
from mlops.errors import UserError
from mlops.repository import git, lock, objects, pipeline
from mlops.run import metadata

MODELS = (layout.MODEL, layout.SCORER)
HANDED_OVER = (*MODELS, layout.PREDICTIONS, layout.VALIDATION)  # what a gate reads, and what serves


def reproduce_merged() -> int:
    """After a merge, get what was reviewed: trained is only what nobody has handed over.

    Where the lock is not of this commit, nothing is run: promotion says so.
    """
    fetch_sources()
    if anything_to_run():
        print("dvc.lock is not of this commit: nothing is run")
        return 0
    return 0 if handed_over() else reproduce()


def reproduce() -> int:
    """Run `dvc repro`, taking what the remote or the cache has; return its exit code.

    Everything else is built anew from the source. Raise `UserError`, before DVC deletes anything,
    where a file that a stage depends on is not here.
    """
    if lost := pipeline.lost_code():
        raise UserError(*map(pipeline.how_to_commit, lost))
    fetch_sources()
    if reaches_remote():
        if anything_to_run():
            dvc("pull", "--quiet", "--allow-missing", *objects.persistent())  # is added to
        return dvc("repro", "--pull", "--allow-missing")
    dvc("checkout", "--quiet", "--allow-missing")  # the run cache alone does not serve all stages
    return dvc("repro")


def fetch_sources() -> None:
    """Bring the files that DVC tracks and no stage makes. Raise `UserError` where one is nowhere.

    A stage depends on their folder, so DVC would take their absence for a change.
    """
    if absent := pipeline.absent_sources():
        dvc("pull", "--quiet", *absent)
    if absent := pipeline.absent_sources():
        raise UserError(*map(pipeline.how_to_get, absent))


def dvc(*arguments: str) -> int:
    """Run a DVC command; return its exit code."""
    return subprocess.run([sys.executable, "-m", "dvc", *arguments], check=False).returncode


def anything_to_run() -> bool:
    """Tell whether a stage is to be run; where DVC cannot tell without the data, one is."""
    try:
        return bool(pipeline.stages_to_run())
    except UserError:
        return True


def reaches_remote() -> bool:
    """Tell whether there is a shared remote that answers, or a folder that has everything."""
    if not objects.has_remote():
        return False
    try:
        missing = objects.missing_in_remote(sorted(set(objects.outputs().values())))
    except UserError as error:
        print(f"{error}: building from the source", file=sys.stderr)
        return False
    return objects.is_shared() or not missing


def handed_over() -> bool:
    """Take the model that was reviewed from the run of the merged pull request, if there is one.

    Only bytes that the commit's own lock names are taken, so nothing depends on who made them.
    """
    if not os.environ.get("GITHUB_TOKEN") or objects.is_shared():
        return False
    from mlops.github import runs

    try:
        with tempfile.TemporaryDirectory() as folder:
            found = runs.reviewed(git.head(), Path(folder))
            print(found.note)
            if found.folder is None:
                return False
            for path in HANDED_OVER:
                objects.adopt(found.folder / path, lock.recorded(lock.read(), path))
            told = found.folder / metadata.RUNS
            if told.is_file() and not metadata.RUNS.exists():  # who trained it, when and how long
                shutil.copyfile(told, metadata.RUNS)
    except UserError as error:
        print(f"{error}: building from the source", file=sys.stderr)
        return False
    print("nothing is trained: the results are those that were reviewed")
    return dvc("checkout", "--quiet", *map(str, MODELS)) == 0
