"""The files of a version: from DVC's cache or remote, or from its GitHub Release.

The scorer is what serves, and what a review examines; the pipeline is of what it was made. A
version from before there were scorers has the pipeline alone.
"""

import shutil
import tempfile
from pathlib import Path

from mlops import layout
from mlops.errors import UserError
from mlops.files import replacing
from mlops.release import facts, origin
from mlops.release.registry import ARTIFACT, Version
from mlops.repository import git, lock, objects

PIPELINE = layout.MODEL.suffix  # a file that ends so is to be the pipeline


def files(commit: str) -> dict[Path, str]:
    """The digests of a commit's files by path, what serves first.

    Raise `UserError` where its lock has none.
    """
    found = facts.files(lock.at(commit))
    if not found:
        raise UserError(f"there is no model in dvc.lock at {commit[:8]}")
    return found


def fetch(path: Path, commit: str, version: Version | None, folder: Path) -> Path:
    """One of a commit's files, its bytes checked. Raise `UserError` where it cannot be had.

    Of a version that neither DVC's cache nor the remote has, it is taken from the GitHub Release,
    into `folder`.
    """
    digest = files(commit).get(path)
    if digest is None:
        raise UserError(f"there is no {path} in dvc.lock at {commit[:8]}")
    try:
        return objects.fetch(digest)
    except UserError as error:
        problem = f"{error}{moved(commit)}"
        if version is None:
            raise UserError(problem) from None
        return from_release(path, version, digest, folder, problem)


def moved(commit: str) -> str:
    """What to add where a commit that is not here yet keeps its data in another place."""
    there = objects.committed_remote(commit)
    if there == objects.committed_remote("HEAD") or git.is_ancestor(commit, "HEAD"):
        return ""
    address = git.without_credentials(there or "no remote")
    return f"; {commit[:8]} keeps its data in {address}, of which this clone knows after `git pull`"


def from_release(path: Path, version: Version, digest: str, folder: Path, problem: str) -> Path:
    """Take a version's file from its GitHub Release, and check its digest."""
    from mlops.github import releases, repository

    target = folder / path.name
    if not repository.is_named():
        raise UserError(problem)
    try:
        releases.download(version.tag, path.name, target)
    except UserError as error:
        made = f"its GitHub Release, which `uv run mlops release {version.name}` makes"
        raise UserError(f"{problem}; {made}: {error}") from None
    objects.check(target, digest)
    return target


def get(name: str, output: Path) -> Version:
    """Write a file of a version, or of the version in a stage; return the version.

    It is the pipeline where `output` ends as that does, else the scorer. Raise `UserError` where it
    cannot be had.
    """
    version = origin.find(name)
    path = layout.MODEL if output.suffix == PIPELINE else layout.SCORER
    if path not in files(version.commit):
        raise UserError(
            f"{ARTIFACT} {version.name} has no scorer; its pipeline:"
            f" `uv run mlops get {version.name} -o {layout.MODEL.name}`"
        )
    with tempfile.TemporaryDirectory() as folder, replacing(output) as temporary:
        shutil.copyfile(fetch(path, version.commit, version, Path(folder)), temporary)
    return version
