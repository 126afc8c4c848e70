"""Files of the workspace that were checked out from a damaged object.

A file that simply differs from the lock is the user's work: only one with the very bytes of a
damaged object is touched.
"""

from functools import partial
from pathlib import Path

from mlops.doctor import named, stores
from mlops.doctor.finding import KEPT, Finding, set_aside
from mlops.doctor.named import Named
from mlops.doctor.running import dvc
from mlops.doctor.stores import Store
from mlops.errors import UserError
from mlops.repository.lock import DIRECTORY


def check(cache: Store, needed: Named) -> list[Finding]:
    """Compare every output on disk with the lock; run it when the stores have been mended."""
    files = [digest for digest in needed if not digest.endswith(DIRECTORY)]
    return [
        Finding(
            f"{path} is damaged: it was checked out from a damaged object",
            f"moved to {KEPT}/, and checked out again",
            partial(mend, cache, digest, path),
        )
        for digest in stores.progress(files, "Reading the workspace")
        for path in needed[digest]
        if path.is_file() and is_damaged(cache, digest, path)
    ]


def is_damaged(cache: Store, digest: str, path: Path) -> bool:
    """Tell whether a file has the bytes of a damaged object, in the cache or set aside from it."""
    actual = stores.md5_of(path)
    if actual == digest:
        return False
    kept = [cache.file(digest), *KEPT.glob(f"{digest}*")]
    return any(file.is_file() and stores.md5_of(file) == actual for file in kept)


def mend(cache: Store, digest: str, path: Path) -> None:
    """Move it away and check it out again. Raise `UserError` where its object is nowhere intact."""
    set_aside(path)
    if not cache.is_intact(digest):
        raise UserError(f"{path} was moved to {KEPT}/: {named.advice(digest, [path])}")
    dvc("checkout", "-q", path.as_posix())
