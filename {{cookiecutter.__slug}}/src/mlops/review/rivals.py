"""The models that the candidate is compared with: their files, found by commit and checked."""

import io
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import NamedTuple

from mlops import layout
from mlops.config.params import parse
from mlops.errors import UserError
from mlops.model import persistence
from mlops.model.estimators import own_packages
from mlops.release.registry import Version
from mlops.repository import git, lock, objects


class Model(NamedTuple):
    """A model's file and the columns that it reads; `source` holds the recipe it needs, if any."""

    path: Path
    features: tuple[str, ...]
    source: Path | None


def model_digest(commit: str) -> str:
    """The digest of the model that a commit's lock records. Raise `UserError` where it has none."""
    digest = lock.digest(lock.at(commit), layout.MODEL.as_posix())
    if digest is None:
        raise UserError(f"there is no model in dvc.lock at {commit[:8]}")
    return digest


def load(commit: str, version: Version | None, folder: Path) -> Model:
    """Find a commit's model. Raise `UserError` where it cannot be had or is not what it should be.

    A version that neither DVC's cache nor the remote has is taken from its GitHub Release.
    """
    digest = model_digest(commit)
    try:
        path = objects.fetch(digest)
    except UserError as error:
        if version is None:
            raise
        path = from_release(version, digest, folder, str(error))
    return Model(path, features(commit), source(commit, path, folder))


def from_release(version: Version, digest: str, folder: Path, problem: str) -> Path:
    """Take a version's model from its GitHub Release, and check its digest."""
    from mlops.github import releases

    path = folder / layout.MODEL.name
    try:
        releases.download(version.tag, layout.MODEL.name, path)
    except UserError as error:
        raise UserError(f"{problem}; {error}") from None
    objects.check(path, digest)
    return path


def features(commit: str) -> tuple[str, ...]:
    """The columns that a commit's model reads, from its own `params.yaml`."""
    text = git.show(commit, "params.yaml")
    try:
        data = parse(text or "", f"params.yaml at {commit[:8]}", "")["data"]
        hidden = {data["target"], data["time"], *data["identifiers"]}
        return tuple(name for name in data["columns"] if name not in hidden)
    except (KeyError, TypeError):
        raise UserError(f"params.yaml at {commit[:8]} does not tell the model's columns") from None


def source(commit: str, model: Path, folder: Path) -> Path | None:
    """Check a commit's recipe out aside, where its model needs it and it is not the current one."""
    packages = own_packages()
    if not persistence.refers_to(model, packages):
        return None
    paths = [f"src/{package}" for package in packages]
    if not git.lines_changed(commit, paths):
        return None
    archive = subprocess.run(
        ["git", "archive", "--format=tar", commit, "--", *paths], capture_output=True, check=False
    )
    if archive.returncode:
        raise UserError(f"the code of {commit[:8]} cannot be read: {paths[0]} was not there")
    target = folder / commit
    shutil.rmtree(target, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(target, filter="data")
    return target
