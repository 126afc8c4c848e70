"""Outputs in the workspace that are not those of the lock: damaged, gone, or otherwise.

A file with the very bytes of a damaged object is checked out again, and one that is gone. Any other
is the user's work: it is told and not touched. Nothing is said of what was never pulled, nor of
sources, which the next run takes as they are.
"""

from functools import partial
from pathlib import Path

from mlops.doctor import named, stores
from mlops.doctor.finding import KEPT, Finding, capped, set_aside, some
from mlops.doctor.named import Named
from mlops.doctor.running import dvc
from mlops.doctor.stores import Store
from mlops.errors import UserError
from mlops.repository import lock
from mlops.repository.lock import DIRECTORY

Wanted = dict[Path, str]  # the digests that files and directories should have


def check(cache: Store, needed: Named) -> list[Finding]:
    """Compare every output with the lock; run it when the stores have been mended."""
    wanted = by_path(needed)
    return [*gone(cache, wanted), *altered(cache, wanted)]


def by_path(needed: Named) -> Wanted:
    """The digest that each file and directory should have."""
    return {path: digest for digest, paths in needed.items() for path in paths}


def gone(cache: Store, wanted: Wanted) -> list[Finding]:
    """What is not here though DVC's cache has it."""
    missing = {path for path in wanted if not path.exists()}
    if nothing_pulled(cache, wanted):
        return []
    paths = [
        path.as_posix()
        for path in sorted(missing)
        if not missing & set(path.parents)
        and all(cache.is_intact(digest) for digest in digests(path, wanted))
    ]
    if not paths:
        return []
    problem = f"gone from the workspace: {some(paths)}"
    return [Finding(problem, "checked out again", partial(dvc, "checkout", "-q", *paths))]


def nothing_pulled(cache: Store, wanted: Wanted) -> bool:
    """Tell whether no output is here, nor all of them in DVC's cache, as in a new clone."""
    here = any(path.exists() for path in wanted)
    return bool(wanted) and not here and bool(cache.lacking(list(wanted.values())))


def digests(path: Path, wanted: Wanted) -> list[str]:
    """The objects that make a file, or a directory with all that is in it."""
    if not wanted[path].endswith(DIRECTORY):
        return [wanted[path]]
    return [digest for inner, digest in wanted.items() if inner.is_relative_to(path)]


def altered(cache: Store, wanted: Wanted) -> list[Finding]:
    """The files that have other bytes."""
    files = [str(path) for path in wanted if path.is_file()]
    made = {output for stage in lock.read().values() for output in stage.outs}
    mended: list[Finding] = []
    unsaved: list[Finding] = []
    other: list[str] = []
    for path in map(Path, stores.progress(files, "Reading the workspace")):
        digest, actual = wanted[path], stores.md5_of(path)
        if actual == digest:
            continue
        if is_damaged(cache, digest, actual):
            mended.append(damaged(cache, digest, path))
        elif lock.inside(path.as_posix(), made) and is_unsaved(cache, digest, actual):
            unsaved.append(differing(path))
        elif lock.inside(path.as_posix(), made) and cache.file(actual).is_file():
            other.append(path.as_posix())
    names = "`uv run dvc data status --granular` names them"
    return [*mended, *capped(unsaved, f"not as in {lock.LOCK}", names), *of_another_commit(other)]


def damaged(cache: Store, digest: str, path: Path) -> Finding:
    """A file that came from a damaged object."""
    return Finding(
        f"{path} is damaged: it was checked out from a damaged object",
        f"moved to {KEPT}/, and checked out again",
        partial(mend, cache, digest, path),
    )


def differing(path: Path) -> Finding:
    """A file with bytes that nothing else has: only `--force` lets DVC replace it."""
    return Finding(
        f"{path} is not the one of {lock.LOCK}",
        f"`uv run dvc checkout --force '{path}'` puts that in its place",
    )


def of_another_commit(paths: list[str]) -> list[Finding]:
    """The files that `git switch` or `git pull` has left as they were."""
    if not paths:
        return []
    return [Finding(f"of another run than {lock.LOCK}: {some(paths)}", "`uv run dvc pull`")]


def is_damaged(cache: Store, digest: str, actual: str) -> bool:
    """Tell whether a file has the bytes of a damaged object, in the cache or set aside from it."""
    kept = [cache.file(digest), *KEPT.glob(f"{digest}*")]
    return any(file.is_file() and stores.md5_of(file) == actual for file in kept)


def is_unsaved(cache: Store, digest: str, actual: str) -> bool:
    """Tell whether a file has the bytes of no object, where the cache has the right one."""
    return not cache.file(actual).is_file() and cache.is_intact(digest)


def mend(cache: Store, digest: str, path: Path) -> None:
    """Move it away and check it out again. Raise `UserError` where its object is nowhere intact."""
    set_aside(path)
    if not cache.is_intact(digest):
        raise UserError(f"{path} was moved to {KEPT}/: {named.advice(digest, [path])}")
    dvc("checkout", "-q", path.as_posix())
