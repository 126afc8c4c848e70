"""Registered versions whose files are in no store: nothing can serve them, nor go back to them."""

from pathlib import Path

from mlops.doctor.finding import Finding, capped
from mlops.doctor.stores import Store
from mlops.errors import UserError
from mlops.release import facts, registry
from mlops.release.registry import Version
from mlops.repository import lock, objects


def check(cache: Store, remote: Store | None) -> list[Finding]:
    """Look for each version's files, the newest version first."""
    files = {version: files_of(version) for version in newest_first()}
    digests = {digest for found in files.values() for digest in found.values()}
    digests -= set(objects.outputs().values())  # `damage` looks for what the current lock names
    try:
        lacking = in_no_store(cache, remote, sorted(digests))
    except UserError as error:
        return [Finding(str(error), "run this again with access to it")]
    lost = {
        version: paths
        for version, found in files.items()
        if (paths := [path.as_posix() for path, digest in found.items() if digest in lacking])
    }
    return findings(lost, remote is not None)


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


def in_no_store(cache: Store, remote: Store | None, digests: list[str]) -> set[str]:
    """The digests that no store has; the remote is asked for those that the cache lacks."""
    lacking = cache.lacking(digests)
    return set(remote.lacking(lacking) if remote else lacking)


def findings(lost: dict[Version, list[str]], has_remote: bool) -> list[Finding]:
    """Say of each version what is lost, and of the oldest only how many they are."""
    nor = "neither in DVC's cache nor in the remote"
    where = nor if has_remote else "not in DVC's cache, and there is no remote here"
    found = [
        Finding(f"{version.name}: {' and '.join(paths)}: {where}", remedy(version.name, has_remote))
        for version, paths in lost.items()
    ]
    return capped(found, f"older versions, {where}", remedy("VERSION", has_remote))


def remedy(name: str, has_remote: bool) -> str:
    """What brings a version's files back into a store."""
    anew = (
        f"`uv run mlops reproduce {name}` makes it anew; its GitHub Release should have it as well"
    )
    push = "`uv run dvc push --all-tags` in a clone that has it; where none has,"
    return f"{push} {anew}" if has_remote else anew
