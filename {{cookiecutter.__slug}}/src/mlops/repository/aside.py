"""A commit checked out beside the project, to run its pipeline with its own code and libraries."""

import configparser
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mlops.errors import UserError
from mlops.repository import git, objects

LOCAL = Path(".dvc/config.local")


@dataclass(frozen=True)
class Aside:
    """A checkout; DVC's cache and storage are the project's."""

    path: Path

    def run(self, *command: str) -> int:
        """Run a command in the checkout's own environment; return its exit code."""
        return subprocess.run(
            ["uv", "run", *command], cwd=self.path, env=own_environment()
        ).returncode

    def answer(self, *command: str) -> str:
        """What a command prints. Raise `UserError` with its own last words where it fails."""
        done = subprocess.run(
            ["uv", "run", *command],
            cwd=self.path,
            env=own_environment(),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise UserError((done.stderr.strip().splitlines() or [f"{command[0]} failed"])[-1])
        return done.stdout.strip()

    def fetch_sources(self) -> bool:
        """Bring the files that DVC tracks and no stage makes; tell whether they are here."""
        sources = self.git("ls-files", "-z", "*.dvc").split("\0")[:-1]
        return not sources or self.run("dvc", "pull", *sources) == 0

    def git(self, *arguments: str) -> str:
        """Run a Git command in the checkout."""
        return git.git("-C", str(self.path), *arguments)


def own_environment() -> dict[str, str]:
    """The environment without this project's virtual environment: the checkout has its own."""
    return {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}


@contextmanager
def checkout(commit: str) -> Iterator[Aside]:
    """Check a commit out into a temporary folder, and take it away again in the end."""
    if shutil.which("uv") is None:
        raise UserError("uv is not here: https://docs.astral.sh/uv/ tells how to install it")
    git.git("worktree", "prune")  # what a killed run left
    with tempfile.TemporaryDirectory(prefix="mlops-") as folder:
        path = Path(folder) / Path.cwd().name
        git.git("worktree", "add", "--quiet", "--detach", str(path), commit)
        try:
            share_storage(path)
            yield Aside(path)
        finally:
            git.git("worktree", "remove", "--force", str(path))


def share_storage(path: Path) -> None:
    """Let DVC use the project's cache, remote and credentials there."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(LOCAL, "utf-8")
    settings = {"cache": {"dir": str(objects.repository().cache.local_cache_dir)}}
    name, folder = objects.remote_name(), objects.remote_folder()
    if name and folder:
        settings[f"'remote \"{name}\"'"] = {"url": str(folder)}
    for section, values in settings.items():
        if not config.has_section(section):
            config.add_section(section)
        for key, value in values.items():
            config.set(section, key, value)
    with (path / LOCAL).open("w", encoding="utf-8") as file:
        config.write(file)
