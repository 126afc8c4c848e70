"""`act` runs workflows on this host, with stand-ins for actions, and tells what became of them."""

import json
import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from baked import environment

ACTIONS = Path(__file__).parent / "actions"
LOGINS = {"configure-aws-credentials", "auth"}  # share the stand-in of azure/login
UNKNOWN_KEYS = re.compile(r"^ *queue: max\n", re.MULTILINE)  # newer than act
FLAGS = ("--json", "--rm", "--no-skip-checkout", "--no-cache-server", "--action-offline-mode")
HOMES = {"XDG_CACHE_HOME": ".cache", "XDG_CONFIG_HOME": ".config"}
TIMEOUT = 240


@dataclass
class Job:
    """What a job did: its steps by their command or action, those left out are not among them."""

    result: str = "skipped"
    steps: dict[str, str] = field(default_factory=dict)  # success or failure
    said: dict[str, str] = field(default_factory=dict)
    summary: str = ""

    @property
    def failures(self) -> dict[str, str]:
        """What the steps said that failed."""
        return {
            step: self.said.get(step, "") for step, how in self.steps.items() if how != "success"
        }


def act(
    workflow: Path,
    event: str,
    payload: Path,
    workspaces: Path,
    settings: Mapping[str, Mapping[str, str]],
    only: str | None = None,
) -> dict[str, Job]:
    """Run a workflow of a clone that is in the state of the event; return its jobs by their ids.

    `only` names the one job that is to run.

    The workflow's file is changed. `settings` are those that GitHub gives: secret, var and env.
    """
    homes = {name: os.environ.get(name, str(Path.home() / HOMES[name])) for name in HOMES}
    text = UNKNOWN_KEYS.sub("", workflow.read_text("utf-8"))
    workflow.write_text(text, "utf-8")
    options = [
        ("workflows", str(workflow)),
        ("eventpath", str(payload)),
        ("platform", "ubuntu-latest=-self-hosted"),
        ("action-cache-path", str(workspaces)),
        *((("job", only),) if only else ()),
        *(("local-repository", stand_in) for stand_in in stand_ins(text)),
        *(("env", f"{name}={home}") for name, home in homes.items()),  # uv's, for the steps
        *((kind, f"{name}={value}") for kind in settings for name, value in settings[kind].items()),
    ]
    given = [f"--{name}={value}" for name, value in options]
    return jobs(bounded(["act", event, *FLAGS, *given], workflow.parents[2], workspaces))


def stand_ins(workflow: str) -> list[str]:
    """The folder for each action that a workflow uses, as `act` wants to be told."""
    found = re.findall(r"uses: ([\w.-]+/([\w.-]+)@\w+)", workflow)
    return [f"{action}={ACTIONS / ('login' if name in LOGINS else name)}" for action, name in found]


def bounded(command: list[str], cwd: Path, home: Path) -> str:
    """What `act` prints; it keeps its own files in `home`.

    Where it takes too long it is told to end, and ends what it started.
    """
    quiet = {"NO_COLOR": "1", "UV_NO_PROGRESS": "1"}
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=environment() | quiet | dict.fromkeys(HOMES, str(home)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            return process.communicate(timeout=TIMEOUT)[0]
        finally:
            process.terminate()


def jobs(log: str) -> dict[str, Job]:
    """The jobs that a log of `act --json` tells of."""
    found: dict[str, Job] = defaultdict(Job)
    for line in log.splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        if "jobID" not in entry:
            continue
        job = found[entry["jobID"]]
        step = entry.get("step", "").partition("@")[0]
        if "jobResult" in entry:
            job.result = entry["jobResult"]
        elif entry.get("command") == "summary":
            job.summary += entry["content"]
        elif entry.get("raw_output"):
            job.said[step] = job.said.get(step, "") + entry["msg"]
        elif entry.get("stage") == "Main" and "stepResult" in entry and len(entry["stepID"]) == 1:
            job.steps[step] = entry["stepResult"]
    return found
