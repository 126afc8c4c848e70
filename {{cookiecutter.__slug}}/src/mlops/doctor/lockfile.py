"""`dvc.lock` cut off by a kill, or left with the marks of a merge."""

import re
from pathlib import Path

from mlops.doctor.finding import KEPT, Finding, set_aside
from mlops.errors import UserError
from mlops.repository import git, lock

MERGED = (
    f"`git checkout --theirs {lock.LOCK} && uv run mlops compose --discard && uv run dvc repro`"
)


def check() -> list[Finding]:
    """Look at the file on disk; where there is none, `dvc repro` writes it."""
    path = Path(lock.LOCK)
    if not path.exists():
        return []
    content = path.read_bytes()
    if re.search(rb"^(<{7}|>{7}|={7})", content, re.MULTILINE):
        return [Finding(f"{lock.LOCK} holds the marks of a merge conflict", MERGED)]
    if usable(content):
        return []
    problem = "is cut off" if content.strip() else "is empty"
    committed = git.show("HEAD", lock.LOCK)
    if committed and usable(committed.encode()):
        remedy = f"moved to {KEPT}/, and the one of the last commit put back"
        return [Finding(f"{lock.LOCK} {problem}: DVC was killed as it wrote it", remedy, put_back)]
    remedy = f"moved to {KEPT}/; `uv run dvc repro` writes it anew"
    return [Finding(f"{lock.LOCK} {problem}: DVC was killed as it wrote it", remedy, move_away)]


def usable(content: bytes) -> bool:
    """Tell whether DVC can read a lock of these bytes."""
    import yaml
    from dvc.schema import COMPILED_LOCKFILE_SCHEMA
    from voluptuous import Invalid

    try:
        COMPILED_LOCKFILE_SCHEMA(yaml.safe_load(content))
        lock.parse(content.decode("utf-8"))
    except (yaml.YAMLError, Invalid, ValueError, UserError):
        return False
    return True


def put_back() -> None:
    """Keep the damaged file, and write the committed one; what is staged stays staged."""
    move_away()
    git.git("restore", "--source=HEAD", "--worktree", "--", lock.LOCK)


def move_away() -> None:
    """Keep the damaged file."""
    set_aside(Path(lock.LOCK))
