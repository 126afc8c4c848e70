"""The objects that the current lock names, and their places and copies in the workspace."""

import hashlib
import json
from pathlib import Path

from mlops.doctor.stores import Copy, Store, bare, md5_of
from mlops.errors import UserError
from mlops.release import facts, registry
from mlops.repository import lock, objects

Named = dict[str, list[Path]]


def named(*stores: Store) -> Named:
    """The objects that the lock names, with the files or directories that they become.

    What is in a directory is read from its own object, in a store that has it intact.
    """
    found: Named = {}
    for path, digest in objects.outputs().items():
        found.setdefault(digest, []).append(Path(path))
        for inner, inside in entries(digest, Path(path), stores).items():
            found.setdefault(inside, []).append(Path(path) / inner)
    return found


def in_git() -> Named:
    """The objects of the outputs that Git keeps: DVC's run cache has them as well."""
    cached = objects.outputs()
    found: Named = {}
    for stage in lock.read().values():
        for path, digest in stage.outs.items():
            if path in cached:
                continue
            found.setdefault(digest, []).append(Path(path))
            for inner in Path(path).rglob("*") if Path(path).is_dir() else ():
                if inner.is_file():
                    found.setdefault(md5_of(inner), []).append(inner)
    return found


def entries(digest: str, path: Path, stores: tuple[Store, ...]) -> dict[str, str]:
    """The digests of a directory's files by their names; none where nobody has its object."""
    if not digest.endswith(lock.DIRECTORY):
        return {}
    for store in stores:
        if store.is_directory and store.is_intact(digest):
            content: bytes | None = store.file(digest).read_bytes()
            break
    else:
        content = rebuilt(digest, path)
    return {entry["relpath"]: entry["md5"] for entry in json.loads(content or "[]")}


def rebuilt(digest: str, path: Path) -> bytes | None:
    """A directory's object, made from the files in the workspace; None where they are others."""
    files = [inner for inner in path.rglob("*") if inner.is_file()] if path.is_dir() else []
    listed = [
        {"md5": md5_of(inner), "relpath": inner.relative_to(path).as_posix()} for inner in files
    ]
    content = json.dumps(sorted(listed, key=lambda entry: entry["relpath"])).encode()
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return content if found == bare(digest) else None


def in_workspace(digest: str, paths: list[Path]) -> Copy | None:
    """An object as the workspace has it intact; None where it has not."""
    from dvc.fs import localfs

    for path in paths:
        if digest.endswith(lock.DIRECTORY):
            if content := rebuilt(digest, path):
                return Copy("the workspace", localfs, content=content)
        elif path.is_file() and md5_of(path) == digest:
            return Copy("the workspace", localfs, str(path))
    return None


def advice(digest: str, paths: list[Path]) -> str:
    """What makes an object again that is nowhere intact."""
    if not paths and (owner := owned(digest)):
        return (
            f"it is {owner}: `uv run mlops doctor --fix` in a clone that has it intact writes it"
            f" again; where none has, `uv run mlops reproduce {owner.split()[-1]}`"
        )
    if not paths:
        return f"`git log --all -S {digest} -- {lock.LOCK}` tells which other commit had it"
    stages = lock.read()
    makers = [
        name
        for name, stage in stages.items()
        if any(lock.inside(path.as_posix(), set(stage.outs)) for path in paths)
    ]
    if not makers:
        return "`uv run dvc pull`"
    return f"`uv run dvc repro {makers[0]}`, then `uv run mlops doctor`{release_of(paths, stages)}"


def owned(digest: str) -> str:
    """The file of a registered version that an object is: `models/scorer.zip of v0.1.0`."""
    try:
        for version in registry.versions(registry.tags()).values():
            for path, made in facts.files(lock.at(version.commit)).items():
                if made == digest:
                    return f"{path.as_posix()} of {version.name}"
    except UserError:  # no help from there
        pass
    return ""


def release_of(paths: list[Path], stages: lock.Lock) -> str:
    """Name the version whose GitHub Release should hold a file, if it is one of a model."""
    ours = {path: digest for path, digest in facts.files(stages).items() if path in paths}
    try:
        for version in registry.versions(registry.tags()).values():
            if ours.items() & facts.files(lock.at(version.commit)).items():
                return f"; the GitHub Release of {version.name} should have it as well"
    except UserError:  # no help from there
        pass
    return ""
