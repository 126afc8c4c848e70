"""Run the pipeline of the commit with as little work as this machine allows."""

import subprocess
import sys

from mlops.errors import UserError
from mlops.repository import objects


def reproduce() -> int:
    """Run `dvc repro`, taking from a shared remote what changed stages need; return its exit code.

    Without a remote that can be reached, everything that is not in the cache is built anew from
    the source.
    """
    ways = ["--pull", "--allow-missing"] if reaches_remote() else []
    return subprocess.run([sys.executable, "-m", "dvc", "repro", *ways], check=False).returncode


def reaches_remote() -> bool:
    """Tell whether there is a shared remote, and it answers."""
    if not objects.is_shared():
        return False
    try:
        objects.missing_in_remote(sorted(set(objects.outputs().values())))
    except UserError as error:
        print(f"{error}: building from the source", file=sys.stderr)
        return False
    return True
