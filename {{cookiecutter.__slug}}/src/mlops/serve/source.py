"""Where a service's model comes from: a file here, or a version of the registry."""

import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from mlops import layout
from mlops.errors import UserError
from mlops.release import origin, registry
from mlops.release.registry import Version
from mlops.repository import lock
from mlops.scoring import scorer
from mlops.serve import lines
from mlops.serve.model import Model
from mlops.serve.settings import Settings

VERSION = "MLOPS_VERSION"  # of a file that came without a registry, as in an image
PATIENCE = 600  # seconds for a version's scorer to come


def load(settings: Settings) -> Model:
    """The model that the options name: a file, else a version or the one in a stage.

    Raise `UserError` where it cannot be had, or its bytes are not those that were recorded.
    """
    name = settings.model or settings.follow or layout.SCORER.as_posix()
    path = Path(name)
    if path.suffix == layout.SCORER.suffix or path.is_file():
        return from_file(path, settings)
    if not settings.follow:  # who follows asks origin again and again
        return from_registry(origin.find(name), settings)
    found = registry.tags()
    version = registry.find(found, name)
    if registry.in_stage(found, name) is None:
        if settings.model:
            raise UserError(
                f"--model {name} is one version, and --follow {settings.follow} takes up what"
                " comes: give one of the two"
            )
        raise UserError(f"--follow takes a stage, such as production: `--model {name}` serves one")
    return from_registry(version, settings)


def from_file(path: Path, settings: Settings) -> Model:
    """Load a file, whose MD5 digest the options or dvc.lock tell.

    A file that dvc.lock does not have is loaded unchecked if it was asked for.
    """
    digest = settings.digest or lock.digest(lock.read(), path.as_posix())
    if not path.is_file() and settings.model is None and not Path("dvc.yaml").is_file():
        raise UserError(f"{path} is not here, and {Path.cwd()} is no project: run this in one")
    if not path.is_file() and path != layout.SCORER:
        get = f"`uv run mlops get production -o {path}` fetches one"
        raise UserError(f"{path}: there is no such file; {get}, and --model production needs none")
    if not path.is_file():
        raise UserError(f"{path} is not here: `uv run dvc pull`, or `uv run dvc repro`")
    if digest is None and settings.model is None:
        raise UserError(f"{path} is not in {lock.LOCK}: `uv run dvc repro`")
    if digest is None:
        registered = "`--model production` takes one that is checked"
        said = f"{path} is not in {lock.LOCK}: its digest is not checked; {registered}"
        lines.say(logging.WARNING, said)
    version = os.environ.get(VERSION) or None
    return Model(scorer.load(path, digest), version, None, settings.max_rows)


def from_registry(version: Version, settings: Settings) -> Model:
    """Load a version's scorer, whose digest is that of the version's own dvc.lock."""
    digest = settings.digest or lock.digest(lock.at(version.commit), layout.SCORER.as_posix())
    with tempfile.TemporaryDirectory(prefix="mlops-") as folder:
        path = Path(folder, layout.SCORER.name)
        get(version.name, path)
        found = scorer.load(path, digest)
    return Model(found, version.name, version.commit, settings.max_rows)


def get(name: str, path: Path) -> None:
    """Run `mlops get` in a process of its own, which is large and ends."""
    command = [sys.executable, "-m", "mlops", "get", name, "--output", str(path)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        raise UserError(f"mlops get {name}: no answer in {PATIENCE} s") from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise UserError(said[-1] if said else f"mlops get {name}: exit code {done.returncode}")
