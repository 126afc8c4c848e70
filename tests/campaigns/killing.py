"""Kill a command at any moment, recover from it, and look at what is left."""

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from baked import BakedProject, environment
from campaigns.arena import STORAGE, restore
from environments import equip

PRODUCTS = ("data", "models", "reports")
RECORDS = ("dvc.lock", "params.yaml")
Note = Callable[[str], None]


def project_in(folder: Path, original: Path, environment: BakedProject) -> BakedProject:
    """Copy a project's files into a folder, with an environment like another project's."""
    project = BakedProject(folder / "late-flights")
    restore(project, original)
    equip(project.path, environment.path)
    return project


def killed(project: BakedProject, after: float, *command: str) -> str:
    """Run a command and kill it, all its children too, after so many seconds; say what was hit."""
    with subprocess.Popen(
        ["uv", "run", *command],
        cwd=project.path,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as running:
        try:
            running.wait(after)
            return "it had ended"
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
    wait_until_gone(running.pid)
    return "killed"


def wait_until_gone(group: int) -> None:
    """Wait for the system to bury the killed: DVC takes one that is not buried for alive."""
    for _ in range(300):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError(f"the processes of the group {group} are still there")


def recover(project: BakedProject, note: Note, *command: str) -> None:
    """Run a command again, and once more after `mlops doctor --fix` where it fails."""
    ran = project.run(*command, check=False)
    if ran.code == 0:
        note("a second run sufficed")
        return
    said = mend(project, note)
    again = project.run(*command, check=False)
    assert again.code == 0, f"{ran.text}\n{said}\n{again.text}"
    note("the doctor was needed, and a run after it sufficed")


def mend(project: BakedProject, note: Note) -> str:
    """Run `mlops doctor --fix`, note each thing that it found, and return what it said."""
    said = project.run("mlops", "doctor", "--fix", check=False).out
    lines = said.splitlines()
    for problem, action in pairwise(lines):
        if action.startswith(" ") and not problem.startswith(" "):
            half = "half written" in problem
            note(f"the doctor found: {'a half-written file' if half else problem}")
    return said


def clean(project: BakedProject, note: Note) -> None:
    """Let the doctor remove what does not hinder a second run. Nothing else is left."""
    said = mend(project, note) if leftovers(project) else ""
    assert leftovers(project) == [], said


def leftovers(project: BakedProject) -> list[str]:
    """Temporary files, and locks whose process is gone, in the project and in its storage."""
    roots = [project.path, project.path.parent / STORAGE]
    files = [
        path
        for root in roots
        for path in root.rglob("*")
        if not {".venv", "damaged"} & set(path.parts) and (path.suffix == ".tmp" or stale(path))
    ]
    return sorted(map(str, files))


def stale(path: Path) -> bool:
    """Tell whether a file is a lock of Git's, or one of DVC's that still names somebody."""
    if path.name == "rwlock":
        return any(json.loads(path.read_text("utf-8")).values())
    return path.suffix == ".lock" and ".git" in path.parts


def check_objects(project: BakedProject) -> None:
    """Every object of DVC's cache has the bytes that its name says."""
    found = [path for path in (project.path / ".dvc/cache/files/md5").rglob("*") if path.is_file()]
    for path in found:
        name = f"{path.parent.name}{path.name}".removesuffix(".dir")
        digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
        assert path.suffix == ".tmp" or digest == name, path


def made(project: BakedProject) -> dict[str, bytes]:
    """All that the pipeline makes, byte for byte."""
    return project.snapshot(*PRODUCTS) | {
        name: (project.path / name).read_bytes() for name in RECORDS
    }
