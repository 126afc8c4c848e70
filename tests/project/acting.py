"""The project's workflows run by `act` on this host: a bare origin, a loopback GitHub, stand-ins."""

import json
import os
import re
import shutil
import signal
import subprocess
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from baked import BakedProject, environment, execute
from machinery.github_api import REPOSITORY, TOKEN, FakeGitHub

ACTIONS = Path(__file__).parent / "actions"
LOGINS = {"configure-aws-credentials", "auth"}  # beside azure/login, whose stand-in they share
UNKNOWN_KEYS = re.compile(r"^ *queue: max\n", re.MULTILINE)  # newer than act
TIMEOUT = 240


@dataclass
class Job:
    """What a job did; steps go by their command or action, and those left out are not among them."""

    result: str = "skipped"
    steps: dict[str, str] = field(default_factory=dict)  # success or failure
    said: dict[str, str] = field(default_factory=dict)
    summary: str = ""


@dataclass(frozen=True)
class PullRequest:
    """An open pull request, and the number that stands for its run as well."""

    number: int
    branch: str
    head: str
    repository: str


@dataclass(frozen=True)
class GitHub:
    """A repository with a project's main branch. Actions find what they share in `folder`."""

    project: BakedProject  # somebody's clone
    folder: Path
    api: FakeGitHub

    def create(self) -> None:
        """Make the origin from the clone, and let runs find what the clone has in its cache."""
        execute("git", "clone", "-q", "--bare", ".", str(self.origin), cwd=self.project.path)
        self.project.git("remote", "add", "origin", str(self.origin))
        self.project.git("fetch", "-q", "origin")
        shutil.copytree(self.project.path / ".dvc" / "cache", self.folder / "cache")

    @property
    def origin(self) -> Path:
        return self.folder / "origin.git"

    def open(self, number: int, repository: str = REPOSITORY) -> PullRequest:
        """Open a pull request from the clone's branch, with the references that GitHub makes."""
        git = self.project.git
        branch, head = git("branch", "--show-current").strip(), git("rev-parse", "HEAD").strip()
        git("push", "-q", "origin", f"HEAD:refs/pull/{number}/head")
        git("switch", "-q", "--detach", "origin/main")
        git("merge", "-q", "--no-ff", "-m", f"Merge {head} into main", head)
        git("push", "-q", "origin", f"HEAD:refs/pull/{number}/merge")
        git("switch", "-q", branch)
        self.api.pull(number, branch, head, repository)
        return PullRequest(number, branch, head, repository)

    def check(self, pull: PullRequest, *variables: str) -> dict[str, Job]:
        """Run pull-request.yaml on a pull request; `variables` are the repository's settings."""
        head = {"ref": pull.branch, "sha": pull.head} | {"repo": repository(pull.repository)}
        base = {"ref": "main", "sha": self.project.git("rev-parse", "origin/main").strip()}
        payload = {
            "action": "synchronize",
            "number": pull.number,
            "pull_request": {
                "number": pull.number,
                "state": "open",
                "head": head,
                "base": base | {"repo": repository(REPOSITORY)},
            },
        }
        ref = f"refs/pull/{pull.number}/merge"
        return self.act("pull-request.yaml", "pull_request", payload, pull.number, ref, *variables)

    def report(self, pull: PullRequest, conclusion: str, event: str = "pull_request") -> Job:
        """Run report.yaml after a run on a pull request, or on another event."""
        run = {
            "id": pull.number,
            "name": "Pull request",
            "event": event,
            "status": "completed",
            "conclusion": conclusion,
            "head_branch": pull.branch,
            "head_sha": pull.head,
            "head_repository": repository(pull.repository),
            "repository": repository(REPOSITORY),
            "pull_requests": [],  # as it is for forks
            "html_url": f"https://github.com/{REPOSITORY}/actions/runs/{pull.number}",
        }
        payload = {"action": "completed", "workflow_run": run}
        jobs = self.act("report.yaml", "workflow_run", payload, 1000, "refs/heads/main")
        return jobs["publish"]

    def act(
        self, workflow: str, event: str, payload: dict[str, Any], run: int, ref: str, *settings: str
    ) -> dict[str, Job]:
        """Run a workflow as it is at a reference of the origin; the jobs by their ids."""
        here = self.folder / f"{event}-{run}"
        shutil.rmtree(here, ignore_errors=True)
        execute("git", "clone", "-q", str(self.origin), str(here), cwd=self.folder)
        execute("git", "fetch", "-q", "origin", ref, cwd=here)
        if not ref.startswith("refs/heads/"):
            execute("git", "checkout", "-q", "FETCH_HEAD", cwd=here)
        path = here / ".github" / "workflows" / workflow
        path.write_text(UNKNOWN_KEYS.sub("", path.read_text("utf-8")), "utf-8")
        event_path = here / ".git" / "event.json"
        event_path.write_text(json.dumps(payload | {"repository": repository(REPOSITORY)}))
        options = {
            "--workflows": [str(path)],
            "--eventpath": [str(event_path)],
            "--platform": ["ubuntu-latest=-self-hosted"],
            "--action-cache-path": [str(self.folder / "workspaces")],
            "--local-repository": stand_ins(path.read_text("utf-8")),
            "--secret": [f"GITHUB_TOKEN={TOKEN}"],
            "--var": settings,
            "--env": [
                f"STAND_INS={self.folder}",
                f"GITHUB_REPOSITORY={REPOSITORY}",
                f"GITHUB_API_URL={self.api.url}",
                f"GITHUB_SERVER_URL={self.api.url}",
                f"GITHUB_RUN_ID={run}",
            ],
        }
        flags = ["--json", "--rm", "--no-skip-checkout", "--action-offline-mode"]
        given = [f"{name}={value}" for name, values in options.items() for value in values]
        return jobs(run_bounded(["act", event, "--no-cache-server", *flags, *given], here))


def repository(name: str) -> dict[str, Any]:
    return {"full_name": name, "fork": name != REPOSITORY, "default_branch": "main"}


def stand_ins(workflow: str) -> list[str]:
    """The folder for each action that a workflow uses, as `act` wants to be told."""
    found = re.findall(r"uses: ([\w.-]+/([\w.-]+)@\w+)", workflow)
    return [f"{action}={ACTIONS / ('login' if name in LOGINS else name)}" for action, name in found]


def run_bounded(command: list[str], cwd: Path) -> str:
    """What a command prints; it ends in time, and what it started ends with it."""
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            return process.communicate(timeout=TIMEOUT)[0]
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def jobs(log: str) -> dict[str, Job]:
    """The jobs that a log of `act --json` tells of."""
    found: dict[str, Job] = defaultdict(Job)
    for line in filter(lambda line: line.startswith("{"), log.splitlines()):
        entry = json.loads(line)
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
