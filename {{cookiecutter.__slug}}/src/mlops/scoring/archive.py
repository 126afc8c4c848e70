"""The file of a scorer: a zip archive of JSON and arrays, the same bytes each time, and no code."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops.errors import UserError
from mlops.files import replacing, restore

if TYPE_CHECKING:
    import numpy as np

DOCUMENT = "scorer.json"
EPOCH = (1980, 1, 1, 0, 0, 0)
OTHERS = (
    "other code or libraries made it: `uv sync`, or `uv run dvc repro`; where that changes nothing,"
    " a module is not in `deps` of dvc.yaml"
)

Members = Mapping[str, bytes]


def write(members: Members, path: Path) -> None:
    """Write the members, by name, whole or not at all."""
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content)


def read(path: Path, digest: str | None) -> tuple[str, dict[str, bytes]]:
    """Read the file once: its MD5, and its members where that is `digest` or None is given.

    Raise `UserError` for another digest, and for a file that is no such archive. Nothing in it is
    compressed, so what it unpacks to is no larger than the file.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        remedy = "`uv run dvc pull`, or `uv run dvc repro`"
        raise UserError(f"{path} cannot be read ({error.strerror}): {remedy}") from None
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if digest not in (None, found):
        raise UserError(
            f"{path}: its digest is {found}, {digest} was expected: not loaded: {restore(path)}"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist()):
                raise ValueError("it is compressed")
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception as error:  # a hostile archive makes zipfile raise almost anything
        raise damaged(path, error) from None
    if DOCUMENT not in members:
        raise UserError(
            f"{path}: no scorer, perhaps a pipeline: what serves is models/scorer.zip, or what"
            " `uv run mlops get VERSION` gives"
        )
    return found, members


def is_scorer(path: Path) -> bool:
    """Tell a scorer from other files, such as a pipeline's."""
    try:
        with zipfile.ZipFile(path) as archive:
            return DOCUMENT in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def damaged(path: Path, error: Exception) -> UserError:
    """Say that a file is no scorer that can be loaded."""
    problem = " ".join(str(error).split()) or type(error).__name__
    return UserError(f"{path}: not a readable scorer ({problem}): {restore(path)}")


def packed(array: "np.ndarray") -> bytes:
    """An array as a member."""
    import numpy as np

    target = io.BytesIO()
    np.lib.format.write_array(target, np.asarray(array, order="C"), allow_pickle=False)
    return target.getvalue()


def unpacked(members: Members, name: str, *types: Any) -> "np.ndarray":
    """An array from a member. Raise `ValueError` where it is not of one of these types."""
    import numpy as np

    if name not in members:
        raise ValueError(f"{name} is missing")
    found: np.ndarray = np.lib.format.read_array(io.BytesIO(members[name]), allow_pickle=False)
    if found.dtype not in types:
        raise ValueError(f"{name} holds {found.dtype}")
    return found
