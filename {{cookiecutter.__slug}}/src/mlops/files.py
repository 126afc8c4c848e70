"""Write files whole: to a temporary name, then renamed, so that a kill leaves old or new.

What is damaged later all the same, `restore` tells how to bring back.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mlops.errors import UserError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it to `path` when the block succeeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text as it is, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_bytes(text.encode("utf-8"))


def write_json(path: Path, value: Any) -> None:
    """Write JSON that is the same bytes for the same value; NaN is refused."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def local(path: str) -> Path:
    """A path of this machine. Raise `UserError` for an address, which would become a folder."""
    if "://" in path:
        raise UserError(f"{path}: a file of this machine is needed; copy it from or to there")
    return Path(path)


def restore(path: Path) -> str:
    """The command that brings back what a file was; of one that no stage makes, that is unknown."""
    try:
        pipeline = Path("dvc.yaml").read_text("utf-8")
    except OSError:
        pipeline = ""
    if f"- {path.as_posix()}\n" in pipeline:
        return f"`uv run dvc pull --force {path.as_posix()}`"  # DVC keeps what it did not write
    return "get it again"
