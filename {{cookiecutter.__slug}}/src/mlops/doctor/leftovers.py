"""Temporary files that a killed process left. They are half written by construction."""

import re
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from mlops.doctor.finding import Finding
from mlops.doctor.stores import Store

FOLDERS = ("data", "models", "reports", "conf")
OURS = re.compile(r"\..+\.(\d+)\.tmp")  # as mlops.files names them: .NAME.PID.tmp
DVCS = re.compile(r"([0-9a-f]{30}(\.dir)?)?\.[\w-]{22}\.tmp")  # as DVC does: a random name
DAY = 24 * 3600


def check(cache: Store, remote: Store | None) -> list[Finding]:
    """The files whose process is gone. No DVC process may be at work in this project.

    Others may be writing to a store that is outside of this project: there
    a file has to be a day old.
    """
    dead = [*ours(), *dvcs(Path.cwd(), FOLDERS)]
    for store in (cache, remote):
        if store and store.is_directory:
            own = store.folder.is_relative_to(Path.cwd())
            dead += [path for path in dvcs(store.folder) if own or age(path) > DAY]
    return [
        Finding(
            f"{path}: half written, its process is gone",
            "removed",
            partial(path.unlink, missing_ok=True),
        )
        for path in dead
    ]


def ours() -> Iterator[Path]:
    """The temporary files of this project's own commands whose process is gone."""
    import psutil

    below = (path for folder in FOLDERS for path in Path(folder).rglob(".*.tmp"))
    for path in sorted([*Path().glob(".*.tmp"), *below]):
        match = OURS.fullmatch(path.name)
        if match and path.is_file() and not psutil.pid_exists(int(match[1])):
            yield path


def dvcs(root: Path, folders: tuple[str, ...] = ("",)) -> Iterator[Path]:
    """DVC's temporary files below some folders."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.tmp")):
            if DVCS.fullmatch(path.name) and path.is_file():
                yield path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def age(path: Path) -> float:
    """The seconds since a file was written last."""
    return time.time() - path.stat().st_mtime
