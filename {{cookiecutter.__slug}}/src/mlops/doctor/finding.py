"""What a check hands back, and the place where damaged files are kept."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

KEPT = Path(".dvc/tmp/damaged")
SHOWN = 5  # findings of a kind that get a line each


@dataclass(frozen=True)
class Finding:
    """A trouble in one line, what is done about it, and the callable that does it.

    `mend` is None where only a person can decide; then `remedy` is for that person. It raises
    `UserError` where it could not do it. `then` is what a person has to do after it.
    """

    problem: str
    remedy: str
    mend: Callable[[], None] | None = None
    then: str = ""


def capped(found: list[Finding], others: str, remedy: str) -> list[Finding]:
    """The first findings of a kind, and one for all others, where only a person can decide."""
    more = len(found) - SHOWN
    return [*found[:SHOWN], Finding(f"{others}: {more} more", remedy)] if more > 0 else found


def some(names: list[str]) -> str:
    """The first of some names in a line, and how many there are beside."""
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def set_aside(path: Path, folder: Path = KEPT, name: str | None = None) -> None:
    """Move a file into a folder, as `name` or its own; with a number where that is taken."""
    shutil.move(path, free(folder, name or path.name))


def keep_copy(path: Path, folder: Path = KEPT) -> None:
    """Copy a file into a folder, with a number where its name is taken."""
    shutil.copy2(path, free(folder, path.name))


def free(folder: Path, name: str) -> Path:
    """A path in a folder that does not exist yet: NAME, NAME.2, NAME.3 and so on."""
    folder.mkdir(parents=True, exist_ok=True)
    target, number = folder / name, 1
    while target.exists():
        number += 1
        target = folder / f"{name}.{number}"
    return target
