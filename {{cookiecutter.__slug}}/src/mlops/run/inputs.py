"""What a stage runs on: its parameters and dependencies, as they are here now, in a digest."""

import hashlib
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import yaml

PARAMS = Path("params.yaml")
SMALL = 100_000  # bytes of a file that counts by its content


def inputs(stage: str) -> str:
    """A digest of the parameters and of what a stage depends on, as that is here now.

    A large file counts by its size and time: to read it all would take too long.
    """
    about = mapping(mapping(parsed(Path("dvc.yaml"))).get("stages")).get(stage)
    found = hashlib.sha256(repr(parameters(mapping(about).get("params"))).encode())
    for path in files(mapping(about).get("deps")):
        try:
            content = stamp(path)
        except OSError:
            continue
        found.update(f"{path.as_posix()}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def parameters(keys: Any) -> Any:
    """The values of a stage's own keys of `params.yaml`; all of them where it names none."""
    values = parsed(PARAMS)
    if not isinstance(keys, list):
        return values
    return {str(key): reduce(within, str(key).split("."), values) for key in keys}


def within(values: Any, key: str) -> Any:
    """A value of a mapping; None where there is none."""
    return mapping(values).get(key)


def files(paths: Any) -> Iterator[Path]:
    """The files at and below some paths, in a fixed order."""
    for path in map(Path, paths if isinstance(paths, list) else []):
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (each for each in inside if each.is_file() and each.suffix != ".pyc")


def stamp(path: Path) -> bytes:
    """What tells a file from an edited one."""
    about = path.stat()
    small = about.st_size <= SMALL
    return path.read_bytes() if small else f"{about.st_size} {about.st_mtime_ns}".encode()


def parsed(path: Path) -> Any:
    """What a YAML file holds; None where it cannot be read."""
    try:
        return yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, ValueError, yaml.YAMLError):
        return None


def mapping(value: Any) -> dict[str, Any]:
    """The value, where it is a mapping; an empty one otherwise."""
    return value if isinstance(value, dict) else {}
