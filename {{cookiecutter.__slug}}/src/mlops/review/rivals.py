"""The models that the candidate is compared with: their files, found by commit and checked."""

import io
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import NamedTuple

from mlops.config.params import parse
from mlops.errors import UserError
from mlops.model import persistence
from mlops.model.estimators import own_packages
from mlops.release import storage
from mlops.release.registry import Version
from mlops.repository import git


class Model(NamedTuple):
    """A model's file and the columns that it reads; `source` holds the recipe it needs, if any."""

    path: Path
    features: tuple[str, ...]
    source: Path | None


def load(commit: str, version: Version | None, folder: Path) -> Model:
    """Find a commit's model. Raise `UserError` where it cannot be had or is not what it should be.

    A version that neither DVC's cache nor the remote has is taken from its GitHub Release.
    """
    path = storage.model(commit, version, folder)
    return Model(path, features(commit), source(commit, path, folder))


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
