"""The copy of a table in `data/source/`, which DVC tracks."""

import filecmp
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlops import layout
from mlops.adopt.edits import all_or_nothing
from mlops.errors import UserError


def place(name: str, suffix: str) -> Path:
    """Where the copy of a table is."""
    return layout.SOURCE / f"{name}{suffix}"


@contextmanager
def kept(original: Path, copy: Path) -> Iterator[None]:
    """Copy a file or folder and let DVC track it; where the block fails, all is as before."""
    pointer = copy.with_name(f"{copy.name}.dvc")
    own = [pointer, layout.SOURCE / ".gitignore"]
    with all_or_nothing(own), copied(original, copy):
        track(copy)
        yield


@contextmanager
def copied(original: Path, copy: Path) -> Iterator[None]:
    """Copy a file or folder; what was there before is put back where the block fails."""
    if copy.exists() and original.resolve() == copy.resolve():
        yield
        return
    if copy.is_file() and original.is_file() and filecmp.cmp(original, copy, shallow=False):
        yield
        return
    fresh = copy.with_name(f".{copy.name}.{os.getpid()}.new.tmp")
    old = copy.with_name(f".{copy.name}.{os.getpid()}.old.tmp")
    try:
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            duplicate(original, fresh)
        except OSError as error:
            raise UserError(f"{copy}: {error.strerror or error}: nothing was changed") from None
        if copy.exists():
            copy.rename(old)
        fresh.rename(copy)
        try:
            yield
        except BaseException:
            remove(copy)
            if old.exists():
                old.rename(copy)
            raise
    finally:
        remove(fresh)
        remove(old)


def duplicate(original: Path, copy: Path) -> None:
    """Copy a file, or the Parquet files of a folder."""
    if original.is_file():
        shutil.copyfile(original, copy)
        return
    copy.mkdir()
    for path in sorted(original.glob("*.parquet")):
        shutil.copyfile(path, copy / path.name)


def remove(path: Path) -> None:
    """Remove a file or folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def track(path: Path) -> None:
    """Let DVC track a file or folder."""
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    try:
        with Repo() as repo:
            repo.scm_context.quiet = True
            repo.add(str(path))
    except (DvcException, OSError) as error:
        problem = " ".join(str(error).split())
        raise UserError(
            f"{path}: DVC could not track it ({problem}): nothing was changed"
        ) from None
