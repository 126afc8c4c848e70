"""DVC's list of who reads and writes what; a kill leaves it or cuts it off (treeverse/dvc#7615)."""

import json
from functools import partial
from pathlib import Path

from mlops.doctor.finding import KEPT, Finding, set_aside

RWLOCKS = (Path(".dvc/tmp/rwlock"), Path(".dvc/tmp/exps/rwlock"))


def check() -> list[Finding]:
    """The lists that DVC could not read. No DVC process may be at work: it may be writing one."""
    return [
        Finding(
            f"{path} {problem}: a killed DVC left it so, and DVC's commands fail",
            f"moved to {KEPT}/, DVC makes it anew",
            partial(set_it_aside, path),
        )
        for path in RWLOCKS
        if (problem := unreadable(path))
    ]


def stale() -> list[Finding]:
    """The lists that name a process: it is gone, as no DVC is at work.

    What a killed experiment left is found by these lists, and has to be mended before.
    """
    return [
        Finding(
            f"{path} names a killed DVC: any process that gets its number would hold DVC up",
            f"moved to {KEPT}/, DVC makes it anew",
            partial(set_it_aside, path),
        )
        for path in RWLOCKS
        if path.exists() and not unreadable(path) and any(json.loads(path.read_bytes()).values())
    ]


def unreadable(path: Path) -> str | None:
    """Say why DVC cannot read a file; None where it can, or where there is none."""
    from dvc.rwlock import SCHEMA
    from voluptuous import Invalid

    try:
        content = path.read_bytes()
        SCHEMA(json.loads(content))
    except FileNotFoundError:
        return None
    except ValueError:
        return "is no JSON" if content.strip() else "is empty"
    except Invalid:
        return "is not what DVC writes"
    return None


def set_it_aside(path: Path) -> None:
    """Move it away."""
    set_aside(path)
