"""What all workers of a session have in common."""

import fcntl
from collections.abc import Callable
from pathlib import Path

Make = Callable[[Path], object]
Once = Callable[[str, Make], Path]  # the fixture `once`


def shared(common: Path, name: str, make: Make) -> Path:
    """Let the first that asks for a folder make it, while others wait; return the folder."""
    folder, made = common / name, common / f"{name}.made"
    with (common / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            folder.mkdir()
            make(folder)
            made.touch()
    return folder
