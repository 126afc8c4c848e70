"""A project baked from the template, and what a test does with one."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from environments import ENVIRONMENT, equip

TEMPLATE = Path(__file__).parent.parent
PROJECT = TEMPLATE / "{{cookiecutter.__slug}}"

# The machinery is tested in place, which may leave nothing in the template.
BYTECODE = TEMPLATE / ".pytest_cache" / "bytecode"
IN_PLACE = {"PYTHONPATH": str(PROJECT / "src"), "PYTHONPYCACHEPREFIX": str(BYTECODE)}

UNKEPT = {"run.json", "report.html", "validation.html"}  # neither in Git nor outputs of a stage

# A test's Git never asks who it is, and reads nobody's settings.
IDENTITY = {
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.org",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "OMP_NUM_THREADS": "1",  # tests run side by side
    "OMP_WAIT_POLICY": "passive",
}


def environment() -> dict[str, str]:
    """The environment of a user's shell: no virtual environment but the project's own."""
    mine = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}
    kept = {name: value for name, value in os.environ.items() if name not in mine}
    return kept | IDENTITY


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err

    @property
    def stages(self) -> list[str]:
        """The stages that DVC ran."""
        marker = "Running stage '"
        lines = [line for line in self.out.splitlines() if line.startswith(marker)]
        return [line.removeprefix(marker).rstrip("':") for line in lines]


def execute(
    *command: str, cwd: Path, check: bool = True, extra: dict[str, str] | None = None
) -> Ran:
    """Run a command to its end; with `check`, it has to succeed. `extra` joins its environment."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment() | (extra or {}),
        capture_output=True,
        text=True,
        timeout=600,
        stdin=subprocess.DEVNULL,
    )
    ran = Ran(done.returncode, done.stdout, done.stderr)
    assert not check or ran.code == 0, f"{' '.join(command)}\n{ran.text}"
    return ran


def bake(folder: Path, check: bool = True, **answers: str) -> Ran:
    """Generate a project below `folder`, unanswered questions at their defaults."""
    given = [f"{key}={value}" for key, value in answers.items()]
    command = ["cookiecutter", str(TEMPLATE), "--no-input", "--output-dir", str(folder), *given]
    return execute(*command, cwd=folder, check=check)


@dataclass(frozen=True)
class BakedProject:
    """A generated project on disk."""

    path: Path

    def run(self, *command: str, check: bool = True) -> Ran:
        """Run a command of the project's environment: `run("dvc", "repro")`."""
        return execute("uv", "run", *command, cwd=self.path, check=check)

    def git(self, *arguments: str) -> str:
        return execute("git", *arguments, cwd=self.path).out

    def commit(self, message: str) -> str:
        """Commit everything; return the commit."""
        self.git("add", "--all")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD").strip()

    def read(self, name: str) -> str:
        return (self.path / name).read_text("utf-8")

    def json(self, name: str) -> Any:
        return json.loads(self.read(name))

    def yaml(self, name: str) -> Any:
        return yaml.safe_load(self.read(name))

    def edit(self, name: str, old: str, new: str) -> None:
        edit(self.path / name, old, new)

    def snapshot(self, *folders: str) -> dict[str, bytes]:
        """The bytes of every file below some folders, by path, but for what the last run tells."""
        return {
            path.relative_to(self.path).as_posix(): path.read_bytes()
            for folder in folders
            for path in sorted((self.path / folder).rglob("*"))
            if path.is_file() and path.name not in UNKEPT
        }

    def clone(self, folder: Path) -> "BakedProject":
        """Clone the committed project to a folder beside it, with an environment like its own."""
        execute("git", "clone", "-q", str(self.path), str(folder), cwd=self.path)
        equip(folder, self.path)
        return BakedProject(folder)


def copy(original: BakedProject, folder: Path) -> BakedProject:
    """Copy a project and its storage; the copy has an environment of its own, made from links."""
    target = folder / original.path.name
    unlike = shutil.ignore_patterns(ENVIRONMENT)
    shutil.copytree(original.path, target, symlinks=True, ignore=unlike)
    storage = original.path.parent / "late-flights-storage"
    if storage.exists():
        shutil.copytree(storage, folder / storage.name)
    equip(target, original.path)
    return BakedProject(target)


def edit(path: Path, old: str, new: str) -> None:
    """Replace text that has to be there exactly once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{path}: {old!r} is there {text.count(old)} times"
    path.write_text(text.replace(old, new), "utf-8")
