"""Objects whose bytes do not match their names, in DVC's cache and in the default remote.

DVC trusts the name: without this, `status`, `repro` and `push` spread a flipped byte. In the cache
and in a remote that is a directory every object is read. In a cloud only those that the current
lock names: reading all of a bucket costs money and hours.
"""

import os
from functools import partial
from pathlib import Path

from mlops.doctor import named, stores
from mlops.doctor.finding import Finding, some
from mlops.doctor.named import Named
from mlops.doctor.stores import Copy, Store
from mlops.errors import UserError
from mlops.repository import objects


def check(cache: Store, remote: Store | None, needed: Named) -> list[Finding]:
    """Read the objects of both stores; each one that is damaged, or nowhere, is a finding."""
    findings = damaged(cache, remote, cache.digests(), needed)
    try:
        if remote is not None:
            digests = remote.digests() if remote.is_directory else list(needed)
            findings += damaged(remote, cache, digests, needed)
            findings += incomplete(cache, remote, needed)
        lacking = cache.lacking(list(needed))
        nowhere = remote.lacking(lacking) if remote else lacking
        findings += gone(cache, remote, nowhere, needed)
        findings += uncached(cache, [digest for digest in lacking if digest not in nowhere], needed)
    except UserError as error:
        findings.append(Finding(str(error), "run this again with access to it"))
    return findings


def damaged(store: Store, other: Store | None, digests: list[str], needed: Named) -> list[Finding]:
    """The damaged objects of one store, which the other one, or the workspace, may have intact."""
    in_git = named.in_git()
    return [
        finding(store, other, digest, needed.get(digest) or in_git.get(digest, []))
        for digest in stores.damaged(store, digests)
    ]


def finding(store: Store, other: Store | None, digest: str, paths: list[Path]) -> Finding:
    """Say of a damaged object where it is, and where an intact copy, or how to make one."""
    problem = f"{where(store, digest, paths)} is damaged: its bytes are not those of its name"
    moved = f"moved to {shown(store.kept)}/" if store.is_directory else ""
    found = intact(other, digest, paths)
    if found:
        remedy = f"{moved}{moved and ', '}written again from {found.where}"
        return Finding(problem, remedy, partial(mend, store, other, digest, paths))
    then = f"no intact copy is here: {named.advice(digest, paths)}"
    if store.is_directory:
        return Finding(problem, moved, partial(store.set_aside, digest), then)
    return Finding(problem, then)


def gone(cache: Store, remote: Store | None, nowhere: list[str], needed: Named) -> list[Finding]:
    """The objects of the current lock that neither store has."""
    findings = []
    for digest in nowhere:
        paths = needed[digest]
        problem = f"{files(paths)}: its object {digest} is neither in DVC's cache nor in the remote"
        if named.in_workspace(digest, paths):
            mending = partial(mend, cache, remote, digest, paths)
            findings.append(Finding(problem, "copied from the workspace into the cache", mending))
        else:
            findings.append(Finding(problem, named.advice(digest, paths)))
    return findings


def uncached(cache: Store, lacking: list[str], needed: Named) -> list[Finding]:
    """What the cache alone lacks, though it is in the workspace: DVC would make it again."""
    copies = {
        digest: copy for digest in lacking if (copy := named.in_workspace(digest, needed[digest]))
    }
    if not copies:
        return []
    paths = some([files(needed[digest]) for digest in copies])

    def put() -> None:
        for digest, copy in copies.items():
            cache.put(digest, copy)

    problem = f"DVC's cache lacks {paths}: the next `dvc repro` would make it again"
    return [Finding(problem, "copied from the workspace into the cache", put)]


def incomplete(cache: Store, remote: Store, needed: Named) -> list[Finding]:
    """The files that the remote lacks of a directory that it has: `dvc push` does not notice."""
    findings = []
    for path, whole in objects.outputs().items():
        digests = named.entries(whole, Path(path), (cache, remote)).values()
        if not digests or remote.lacking([whole]):
            continue
        for digest in remote.lacking(sorted(set(digests))):
            if intact(cache, digest, needed[digest]):
                problem = (
                    f"{files(needed[digest])}: the remote lacks it, and `dvc push` overlooks that"
                )
                mending = partial(mend, remote, cache, digest, needed[digest])
                findings.append(Finding(problem, "copied to the remote", mending))
    return findings


def where(store: Store, digest: str, paths: list[Path]) -> str:
    """Name an object by its place, and by what it becomes in the workspace."""
    path = shown(Path(store.odb.oid_to_path(digest))) if store.is_directory else digest
    inside = "" if store.is_directory else f" in {store.name}"
    becomes = f" ({files(paths)})" if paths else ""
    return f"{path}{inside}{becomes}"


def files(paths: list[Path]) -> str:
    """Some paths in a line."""
    return ", ".join(path.as_posix() for path in paths)


def shown(path: Path) -> Path:
    """A path, relative to the project where it is in it or beside it."""
    return Path(os.path.relpath(path)) if path.is_relative_to(Path.cwd().parent) else path


def intact(other: Store | None, digest: str, paths: list[Path]) -> Copy | None:
    """An intact copy of an object, in the workspace or in the other store."""
    return named.in_workspace(digest, paths) or (other.copy(digest) if other else None)


def mend(store: Store, other: Store | None, digest: str, paths: list[Path]) -> None:
    """Move a damaged object away and write it again. Raise `UserError` where that fails."""
    found = intact(other, digest, paths)
    store.set_aside(digest)
    if found is None:
        raise UserError(f"no intact copy is here any more: {named.advice(digest, paths)}")
    store.put(digest, found)
