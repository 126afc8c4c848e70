"""The models that the candidate is compared with: what they serve, found by commit and checked."""

import io
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import NamedTuple

import msgspec
from mlops.config.params import parse
from mlops.config.schema import Data
from mlops.errors import UserError
from mlops.model import persistence
from mlops.model.libraries import own_packages
from mlops.release import storage
from mlops.release.registry import Version
from mlops.repository import git
from mlops.scoring import archive, fallback


class Model(NamedTuple):
    """A scorer's file, or a pipeline's, and the columns that it reads.

    `threshold` is the probability from which on it calls a row positive, of two classes. `source`
    holds the recipe that it needs, if any. The scores on record of a cross-validated model are of
    models that had not seen the rows.
    """

    path: Path
    features: tuple[str, ...]
    threshold: float | None
    source: Path | None
    cross_validated: bool = False


def load(commit: str, version: Version | None, data: Data, folder: Path) -> Model:
    """Find a commit's model. Raise `UserError` where it cannot be had or is not what it should be.

    A version that neither DVC's cache nor the remote has is taken from its GitHub Release. `data`
    is the candidate's: a model of another task or target cannot be compared with it.
    """
    served = next(iter(storage.files(commit)))
    path = storage.fetch(served, commit, version, folder)
    where = f"params.yaml at {commit[:8]}"
    values = parse(git.show(commit, "params.yaml") or "", where, "")
    try:
        theirs, split = values["data"], values["split"]["method"]
        if (theirs["task"], theirs["target"]) != (data.task, data.target):
            raise UserError(f"it predicts another target: {theirs['target']} ({theirs['task']})")
        hidden = {theirs["target"], theirs["time"], *theirs["identifiers"]}
        features = tuple(name for name in theirs["columns"] if name not in hidden)
        threshold = msgspec.convert(values["evaluation"]["threshold"], float | None)
    except (KeyError, TypeError, msgspec.ValidationError):
        raise UserError(f"{where} does not tell the model's columns and threshold") from None
    by_folds = split == "cross_validation"
    return Model(path, features, threshold, source(commit, path, folder), by_folds)


def pipeline_of(model: Path) -> bytes | None:
    """The pipeline that a file is, or that a scorer carries; None where a scorer needs none."""
    if archive.is_scorer(model):
        return archive.read(model, None)[1].get(fallback.MODEL)
    return persistence.read(model)


def source(commit: str, model: Path, folder: Path) -> Path | None:
    """Check a commit's recipe out aside, where its model needs it and it is not the current one."""
    packages, pipeline = own_packages(), pipeline_of(model)
    if pipeline is None or not persistence.refers_to(pipeline, packages, model):
        return None
    paths = [f"src/{package}" for package in packages]
    if not git.lines_changed(commit, paths):
        return None
    packed = subprocess.run(
        ["git", "archive", "--format=tar", commit, "--", *paths], capture_output=True, check=False
    )
    if packed.returncode:
        raise UserError(f"the code of {commit[:8]} cannot be read: {paths[0]} was not there")
    target = folder / commit
    shutil.rmtree(target, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
        files.extractall(target, filter="data")
    return target
