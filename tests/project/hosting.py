"""A project as GitHub hosts it: a bare origin, pull requests, and the events that start runs."""

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environments
from baked import BakedProject, execute
from machinery.github_api import REPOSITORY, TOKEN, FakeGitHub
from project.acting import Job, act


@dataclass(frozen=True)
class PullRequest:
    """An open pull request; its number stands for that of its run as well."""

    number: int
    branch: str
    head: str
    repository: str


@dataclass(frozen=True)
class GitHub:
    """The host of a project. The stand-ins of actions find what they share in `folder`."""

    project: BakedProject  # somebody's clone
    folder: Path
    api: FakeGitHub

    @property
    def origin(self) -> Path:
        return self.folder / "origin.git"

    def create(self) -> None:
        """Make the origin from the clone, and the cache that runs share from its own."""
        execute("git", "clone", "-q", "--bare", ".", str(self.origin), cwd=self.project.path)
        self.project.git("remote", "add", "origin", str(self.origin))
        self.project.git("fetch", "-q", "origin")
        shutil.copytree(self.project.path / ".dvc" / "cache", self.folder / "cache")

    def references(self) -> str:
        """Where the origin's branches, tags and pull requests are."""
        return execute("git", "for-each-ref", cwd=self.origin).out

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

    def check(self, pull: PullRequest, only: str | None = None, **variables: str) -> dict[str, Job]:
        """Run pull-request.yaml, or only one of its jobs, on a pull request.

        `variables` are the repository's settings.
        """
        head = {"ref": pull.branch, "sha": pull.head, "repo": repository(pull.repository)}
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
        reference = f"refs/pull/{pull.number}/merge"
        return self.run("pull-request.yaml", payload, reference, pull.number, variables, only)

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
        return self.run("report.yaml", payload, "refs/heads/main", 1000, {})["publish"]

    def run(
        self,
        workflow: str,
        payload: dict[str, Any],
        reference: str,
        number: int,
        variables: dict[str, str],
        only: str | None = None,
    ) -> dict[str, Job]:
        """Run a workflow as it is at a reference of the origin; return its jobs by their ids."""
        clone = Path(tempfile.mkdtemp(dir=self.folder))
        execute("git", "clone", "-q", str(self.origin), ".", cwd=clone)
        execute("git", "fetch", "-q", "origin", reference, cwd=clone)
        execute("git", "reset", "-q", "--hard", "FETCH_HEAD", cwd=clone)
        told = clone / ".git" / "event.json"
        told.write_text(json.dumps(payload | {"repository": repository(REPOSITORY)}), "utf-8")
        event = "pull_request" if "pull_request" in payload else "workflow_run"
        names = {
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_API_URL": self.api.url,
            "GITHUB_SERVER_URL": self.api.url,
            "GITHUB_RUN_ID": str(number),
            "STAND_INS": str(self.folder),
            "EQUIP": f"{sys.executable} {environments.__file__} {self.project.path}",
        }
        settings = {"env": names, "var": variables, "secret": {"GITHUB_TOKEN": TOKEN}}
        path = clone / ".github" / "workflows" / workflow
        return act(path, event, told, self.folder / "workspaces", settings, only)


def repository(name: str) -> dict[str, Any]:
    return {"full_name": name, "fork": name != REPOSITORY, "default_branch": "main"}
