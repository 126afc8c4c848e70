"""A small project with Git, DVC, `conf/` and a remote beside it, for tests of `mlops doctor`."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from mlops.doctor.doctor import doctor
from mlops.repository import objects

from baked import IN_PLACE, PROJECT, Ran, execute

# A stage that finds a file named KILL kills the DVC that runs it.
PIPELINE = """
stages:
  compose:
    cmd: python -m mlops.stage mlops.config.compose
    deps: [conf]
    outs:
      - params.yaml: {cache: false, persist: true}
  split:
    cmd: mkdir -p data && cp source.txt data/a.txt && cp params.yaml data/b.txt
    deps: [source.txt]
    params: [seed]
    outs: [data]
  train:
    cmd: if test -e KILL; then kill -9 $PPID; fi; cat data/a.txt data/b.txt > model.bin &&
      wc -l < model.bin > metrics.json
    deps: [data]
    outs:
      - model.bin
      - metrics.json: {cache: false}
"""


def project_in(folder: Path) -> None:
    """Make the project, run its pipeline, commit and push; its remote is `storage` beside it."""
    shutil.copytree(PROJECT / "conf", folder / "conf")
    shutil.copytree(PROJECT / ".dvc", folder / ".dvc")
    shutil.copy(PROJECT / "params.yaml", folder)
    config = (PROJECT / ".dvc/config").read_text("utf-8")
    url = config.partition("url = ")[2].partition("\n")[0]
    (folder / ".dvc/config").write_text(config.replace(url, "../../storage"), "utf-8")
    (folder / "dvc.yaml").write_text(PIPELINE, "utf-8")
    (folder / "source.txt").write_text("one\ntwo\n", "utf-8")
    (folder / "code.py").write_text("print(1)\n", "utf-8")
    (folder / ".gitignore").write_text("KILL\nreports/\n", "utf-8")
    run(folder, "git", "init", "-q", "-b", "main")
    run(folder, sys.executable, "-m", "dvc", "repro", "-q")
    run(folder, "git", "add", "--all")
    run(folder, "git", "commit", "-q", "-m", "Run")
    run(folder, sys.executable, "-m", "dvc", "push", "-q")


def run(folder: Path, *command: str, check: bool = True) -> Ran:
    """Run a command with the machinery in place, and this interpreter as `python`."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return execute(*command, cwd=folder, check=check, extra=IN_PLACE | {"PATH": path})


@dataclass(frozen=True)
class Patient:
    """The project, which is the current folder, and what the doctor says of it."""

    path: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def storage(self) -> Path:
        return self.path.parent / "storage"

    def doctor(self, fix: bool = False) -> tuple[bool, str]:
        """Whether all is well, and what was printed."""
        objects.repository.cache_clear()
        self.capsys.readouterr()
        well = doctor(fix)
        return well, self.capsys.readouterr().out

    def dvc(self, *arguments: str, check: bool = True) -> Ran:
        return run(self.path, sys.executable, "-m", "dvc", *arguments, check=check)

    def git(self, *arguments: str) -> str:
        return run(self.path, "git", *arguments).out

    def objects(self, store: Path) -> list[Path]:
        """The objects in the cache or the remote."""
        return sorted(path for path in (store / "files/md5").rglob("*") if path.is_file())

    @property
    def cache(self) -> Path:
        return self.path / ".dvc/cache"

    def bytes(self) -> dict[str, bytes]:
        """Every file of the workspace, the cache's objects and the remote's."""
        roots = [self.path / name for name in ("data", "conf")] + [
            self.cache / "files",
            self.storage / "files",
        ]
        files = [path for root in roots for path in root.rglob("*") if path.is_file()]
        files += [path for path in self.path.iterdir() if path.is_file()]
        return {str(path): path.read_bytes() for path in sorted(files)}


def flip(path: Path) -> None:
    """Change one bit of a file, and neither its size nor its times, as a bad disk does."""
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(bytes(content))
    path.chmod(before.st_mode)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
