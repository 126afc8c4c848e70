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
    if reaches_remote():
        return dvc("repro", "--pull", "--allow-missing")
    dvc("checkout", "--quiet", "--allow-missing")  # the run cache alone does not serve all stages
    return dvc("repro")


def dvc(*arguments: str) -> int:
    """Run a DVC command; return its exit code."""
    return subprocess.run([sys.executable, "-m", "dvc", *arguments], check=False).returncode


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
