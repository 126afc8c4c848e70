"""How each stage's last run on this machine went: `reports/run.json`, outside Git and all outputs.

    {"train": {"stage", "inputs", "started", "seconds", "problems", "by", "commit", "edited",
               "python", "libraries", "system", "cores", "model"}, ...}

A name is that of a module; "stage" is the stage of `dvc.yaml` that ran it. Nothing in it tells a
host's name, a path of the machine or a secret.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from mlops.files import write_json
from mlops.run.inputs import inputs

RUNS = Path("reports/run.json")
MODEL = Path("models/model.skops")  # layout.py has it too, but no stage depends on all of that
WRITTEN = ("conf", "src", "dvc.yaml", "pyproject.toml")  # by people
STATUS = ("--no-optional-locks", "status", "--porcelain=v2", "--branch", "--", *WRITTEN)
LIBRARIES = {
    **{"numpy": "numpy", "pandas": "pandas", "pyarrow": "pyarrow", "scipy": "scipy"},
    **{"sklearn": "scikit-learn", "skops": "skops", "xgboost": "xgboost", "lightgbm": "lightgbm"},
}

Asked = subprocess.Popen[str] | None


class Start(NamedTuple):
    """When and on what a stage began, and two questions to Git, answered while it works."""

    when: str
    clock: float
    inputs: str
    status: Asked
    name: Asked


def begin(stage: str) -> Start:
    """Note the beginning of a module's run."""
    when, clock = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), time.monotonic()
    status, name = ask(*STATUS), ask("var", "GIT_AUTHOR_IDENT")
    return Start(when, clock, inputs(of_pipeline(stage)), status, name)


def record(stage: str, start: Start, problems: list[str]) -> None:
    """Note the end of a stage and how it failed, for the report and the page."""
    seconds = round(time.monotonic() - start.clock, 1)
    lines = answer(start.status).splitlines()
    head = next((line for line in lines if line.startswith("# branch.oid ")), "").split(" ")[-1]
    name = of_pipeline(stage)
    found = {
        "stage": name,
        # As DVC has it: a run that was well is one of what is there when it ends. What failed is
        # what was there when it began, whatever somebody has mended since.
        "inputs": start.inputs if problems else inputs(name),
        "started": start.when,
        "seconds": seconds,
        "problems": [without_places(problem) for problem in problems],
        "by": os.environ.get("GITHUB_ACTOR") or answer(start.name).partition(" <")[0],
        "commit": head.strip("()"),  # a repository without a commit has (initial)
        "edited": any(not line.startswith("#") for line in lines),
        "python": sys.version.partition(" ")[0],
        "libraries": libraries(),
        "system": sys.platform,
        "cores": os.cpu_count(),
    }
    if stage == "train" and not problems:
        found["model"] = digest(MODEL)  # as dvc.lock has it
    write_json(RUNS, read() | {stage: found})


def read() -> dict[str, dict[str, Any]]:
    """What is noted of each stage's last run; empty where nothing is."""
    try:
        runs = json.loads(RUNS.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(runs, dict):
        return {}
    return {name: run for name, run in runs.items() if isinstance(run, dict)}


def current() -> dict[str, list[dict[str, Any]]]:
    """Of each stage of `dvc.yaml`, the runs that had the inputs which are here now.

    Other runs were of another branch, or of what has been edited since.
    """
    runs: dict[str, list[dict[str, Any]]] = {}
    for run in read().values():
        runs.setdefault(str(run.get("stage")), []).append(run)
    found = {}
    for stage, noted in runs.items():
        here = inputs(stage)
        found[stage] = [run for run in noted if run.get("inputs") == here]
    return found


def of_pipeline(module: str) -> str:
    """The stage of `dvc.yaml` that runs a module."""
    return os.environ.get("DVC_STAGE", module)


def ask(*arguments: str) -> Asked:
    """Ask Git something, without waiting for the answer."""
    try:
        return subprocess.Popen(
            ["git", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
        )
    except OSError:
        return None


def answer(asked: Asked) -> str:
    """What Git says; empty where it does not know."""
    return asked.communicate()[0] if asked else ""


def digest(path: Path) -> str:
    """The MD5 digest of a file; empty where it is not there."""
    try:
        return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    except OSError:
        return ""


def libraries() -> dict[str, str]:
    """The versions of the main libraries that the stage has loaded: that costs nothing."""
    loaded = {
        name: sys.modules[module] for module, name in LIBRARIES.items() if module in sys.modules
    }
    return {name: str(getattr(module, "__version__", "")) for name, module in loaded.items()}


def without_places(text: str) -> str:
    """A problem without credentials in addresses, and without this machine's folders."""
    inside = text.replace(f"{Path.cwd()}{os.sep}", "").replace(str(Path.home()), "~")
    return re.sub(r"//[^/@\s]+@", "//***@", inside)
