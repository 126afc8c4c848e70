"""Whether DVC or Git is at work here, when files in the making look like damage; DVC's commands."""

import subprocess
import sys
from pathlib import Path

from mlops.errors import UserError

LOCK = Path(".dvc/tmp/lock")
PROGRAMS = {"dvc", "dvc.exe", "mlops.stage"}  # a stage outlives the DVC that was killed


def at_work() -> str | None:
    """The DVC process, or the stage, that runs in this project; None where there is none.

    DVC gives its lock back while a stage's command runs, so that the lock alone does not tell.
    """
    import psutil
    from dvc.lock import Lock, LockError

    root = Path.cwd()
    for process in psutil.process_iter(["pid", "cmdline", "cwd"]):
        command, folder = process.info["cmdline"] or [], process.info["cwd"]
        if folder and Path(folder).is_relative_to(root) and is_dvc(command):
            return f"`{' '.join(command)}` (process {process.pid})"
    if LOCK.parent.is_dir():
        lock = Lock(str(LOCK))
        try:
            lock.lock()
        except LockError:
            return f"a DVC process, which holds {LOCK},"
        lock.unlock()
    return None


def git_at_work() -> bool:
    """Tell whether a Git process runs in this project, which may hold a lock of its own."""
    import psutil

    root = Path.cwd()
    return any(
        process.info["cwd"] and Path(process.info["cwd"]).is_relative_to(root)
        for process in psutil.process_iter(["name", "cwd", "status"])
        if (process.info["name"] or "").removesuffix(".exe") == "git"
        and process.info["status"] != psutil.STATUS_ZOMBIE
    )


def is_dvc(command: list[str]) -> bool:
    """Tell whether a command line is that of DVC or of a stage: `uv run dvc`, `python -m dvc`."""
    return any(Path(word).name in PROGRAMS for word in command[:4])


def dvc(*arguments: str) -> None:
    """Run a DVC command. Raise `UserError` with the line that says why it failed."""
    done = subprocess.run(
        [sys.executable, "-m", "dvc", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        said = lines[0].removeprefix("ERROR: ") if lines else f"exit code {done.returncode}"
        raise UserError(f"`dvc {' '.join(arguments)}`: {said}")
