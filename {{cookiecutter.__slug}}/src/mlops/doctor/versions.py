"""Registered versions whose files nobody can get, or this clone alone: no way back to them."""

from functools import partial
from pathlib import Path

from mlops.doctor.finding import Finding, capped, some
from mlops.doctor.stores import Store
from mlops.errors import UserError
from mlops.release import facts, registry
from mlops.release.registry import Version
from mlops.repository import lock, objects


def check(cache: Store, remote: Store | None) -> list[Finding]:
    """Look for each version's files, the newest version first."""
    files = {version: files_of(version) for version in newest_first()}
    digests = sorted({digest for found in files.values() for digest in found.values()})
    try:
        apart = set(remote.lacking(digests) if remote else digests)
    except UserError as error:
        return [Finding(str(error), "run this again with access to it")]
    lost = set(cache.lacking(sorted(apart)))
    current = set(objects.outputs().values())  # `damage` looks for what the current lock names
    return [
        *nowhere(with_any(files, lost - current), remote is not None),
        *(unshared(with_any(files, apart - lost), apart - lost, cache, remote) if remote else []),
    ]


def remote_gone() -> list[Finding]:
    """Say where the remote is a folder that is not there, though versions should be in it."""
    folder = objects.remote_folder()
    if folder is None or folder.is_dir() or not newest_first():
        return []
    remedy = f"mount it; or {objects.elsewhere()} says where it is; or `uv run dvc push` makes it"
    return [Finding(f"the remote {folder} is not there, though versions are registered", remedy)]


def with_any(files: dict[Version, dict[Path, str]], digests: set[str]) -> dict[str, list[str]]:
    """Those of the files that have one of the digests, by the names of their versions."""
    found = {
        version.name: [path.as_posix() for path, digest in each.items() if digest in digests]
        for version, each in files.items()
    }
    return {name: paths for name, paths in found.items() if paths}


def newest_first() -> list[Version]:
    """The registered versions."""
    known = registry.versions(registry.tags()).values()
    return sorted(known, key=lambda version: registry.order(version.name), reverse=True)


def files_of(version: Version) -> dict[Path, str]:
    """The digests of a version's files; none where its commit has no lock that can be read."""
    try:
        return facts.files(lock.at(version.commit))
    except UserError:
        return {}


def nowhere(lost: dict[str, list[str]], has_remote: bool) -> list[Finding]:
    """Say of each version what is lost, and of the oldest only how many they are."""
    nor = "neither in DVC's cache nor in the remote"
    where = nor if has_remote else "not in DVC's cache, and there is no remote here"
    found = [
        Finding(f"{name}: {' and '.join(paths)}: {where}", remedy(name, has_remote))
        for name, paths in lost.items()
    ]
    return capped(found, f"older versions, {where}", remedy("VERSION", has_remote))


def remedy(name: str, has_remote: bool) -> str:
    """What brings a version's files back into a store."""
    anew = (
        f"`uv run mlops reproduce {name}` makes it anew; its GitHub Release should have it as well"
    )
    push = "`uv run mlops doctor --fix` in a clone that has it copies it there; where none has,"
    return f"{push} {anew}" if has_remote else anew


def unshared(
    here: dict[str, list[str]], digests: set[str], cache: Store, remote: Store
) -> list[Finding]:
    """Say which files of versions the remote has not, or no more, though the cache has them."""
    if not here:
        return []
    names = [f"{name} {path}" for name, paths in here.items() for path in paths]
    problem = f"in DVC's cache here, but not in the remote: {some(names)}"
    return [
        Finding(problem, "copied to the remote", partial(share, sorted(digests), cache, remote))
    ]


def share(digests: list[str], cache: Store, remote: Store) -> None:
    """Copy objects to the remote. Raise `UserError` where one is damaged or does not arrive."""
    for digest in digests:
        if (copy := cache.copy(digest)) is None:
            raise UserError(f"{digest} is damaged in DVC's cache: run this again")
        remote.put(digest, copy)
