"""The model of a version as a file: from DVC's cache or remote, or from its GitHub Release."""

import shutil
import tempfile
from pathlib import Path

from mlops import layout
from mlops.errors import UserError
from mlops.files import replacing
from mlops.release import registry
from mlops.release.registry import Version
from mlops.repository import lock, objects


def model_digest(commit: str) -> str:
    """The digest of the model that a commit's lock records. Raise `UserError` where it has none."""
    digest = lock.digest(lock.at(commit), layout.MODEL.as_posix())
    if digest is None:
        raise UserError(f"there is no model in dvc.lock at {commit[:8]}")
    return digest


def model(commit: str, version: Version | None, folder: Path) -> Path:
    """A commit's model, its bytes checked. Raise `UserError` where it cannot be had.

    A version that neither DVC's cache nor the remote has is taken from its GitHub Release, into
    `folder`.
    """
    digest = model_digest(commit)
    try:
        return objects.fetch(digest)
    except UserError as error:
        if version is None:
            raise
        return from_release(version, digest, folder, str(error))


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


def get(name: str, output: Path) -> Version:
    """Write the model of a version, or of the version in a stage, to a file; return the version."""
    version = registry.find(registry.tags(), name)
    with tempfile.TemporaryDirectory() as folder, replacing(output) as temporary:
        shutil.copyfile(model(version.commit, version, Path(folder)), temporary)
    return version
