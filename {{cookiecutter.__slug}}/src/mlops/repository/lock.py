"""`dvc.lock`, as it is on disk or at a commit: what each stage was made from and what it made."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from mlops.errors import UserError
from mlops.repository import git

LOCK = "dvc.lock"
DIRECTORY = ".dir"  # how DVC ends the digest of a directory


class Stage(NamedTuple):
    """A stage's command, digests of its dependencies and outputs by path, and its parameters."""

    cmd: str
    deps: dict[str, str]
    outs: dict[str, str]
    params: dict[str, Any]


Lock = dict[str, Stage]


def read() -> Lock:
    """The lock on disk; empty where there is none."""
    try:
        return parse(Path(LOCK).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UserError(f"{LOCK}: unreadable ({error}): `git checkout {LOCK}`") from None


@cache
def at(commit: str | None) -> Lock:
    """The lock at a commit; empty where there is none."""
    text = git.show(commit, LOCK) if commit else None
    return parse(text) if text else {}


def parse(text: str) -> Lock:
    """Read the text of a lock. Raise `UserError` where it is none."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        stages = (yaml.load(text, loader) or {}).get("stages", {})
        return {name: stage(values) for name, values in stages.items()}
    except (yaml.YAMLError, AttributeError, KeyError, TypeError):
        raise UserError(
            f"{LOCK}: not a lock file: `git checkout {LOCK}`, then `uv run dvc repro`"
        ) from None


def stage(values: dict[str, Any]) -> Stage:
    """Read one stage of a lock."""
    return Stage(
        values["cmd"],
        {entry["path"]: entry["md5"] for entry in values.get("deps", [])},
        {entry["path"]: entry["md5"] for entry in values.get("outs", [])},
        dict(values.get("params", {}).get("params.yaml", {})),
    )


def digest(lock: Lock, path: str) -> str | None:
    """The MD5 digest that a lock records for a file, as an output or as a dependency."""
    for found in lock.values():
        if path in found.outs:
            return found.outs[path]
    for found in lock.values():
        if path in found.deps:
            return found.deps[path]
    return None


def recorded(lock: Lock, path: Path) -> str:
    """The digest that a lock records for a path. Raise `UserError` where it has none."""
    found = digest(lock, path.as_posix())
    if found is None:
        raise UserError(f"{path} is not in {LOCK}: `uv run dvc repro`")
    return found


def outdated(old: Lock, new: Lock) -> list[str]:
    """The stages whose code, command or parameters in `new` are not those of `old`."""
    made = {path for found in new.values() for path in found.outs}

    def causes(found: Stage) -> Any:
        own = {path: md5 for path, md5 in found.deps.items() if not inside(path, made)}
        return found.cmd, own, found.params

    return [name for name in new if name not in old or causes(new[name]) != causes(old[name])]


def differing(old: Lock, new: Lock) -> list[str]:
    """The outputs of which the locks record different bytes."""
    before = {path: md5 for found in old.values() for path, md5 in found.outs.items()}
    after = {path: md5 for found in new.values() for path, md5 in found.outs.items()}
    return [path for path, md5 in after.items() if before.get(path) != md5]


def inside(path: str, folders: set[str]) -> bool:
    """Tell whether a path is one of some paths or below one."""
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)
