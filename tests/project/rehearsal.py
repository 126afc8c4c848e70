"""A pull request played through: a developer's clone, a bare origin, and runners beside them."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from baked import BakedProject, Ran, copy, execute

ORIGIN = "origin.git"
STORAGE = "late-flights-storage"
CACHE = Path(".dvc/cache")


@dataclass(frozen=True)
class Seen:
    """What a review said: its data, and what a person reads."""

    json: dict[str, Any]
    markdown: str

    @property
    def first(self) -> str:
        """The line that says it all."""
        return self.markdown.splitlines()[0]

    def line(self, check: str) -> Any:
        """The gate's only line of a check."""
        (only,) = [line for line in self.json["gate"] if line["check"] == check]
        return only

    @property
    def failing(self) -> list[str]:
        """The checks that fail."""
        return [line["check"] for line in self.json["gate"] if line["outcome"] == "fail"]


@dataclass(frozen=True)
class Rehearsal:
    """A folder with the developer's project, DVC's storage and the origin beside it."""

    folder: Path

    @property
    def project(self) -> BakedProject:
        return BakedProject(self.folder / "late-flights")

    @classmethod
    def of(cls, project: BakedProject, folder: Path) -> "Rehearsal":
        """Copy a project and give it an origin, whose address is relative."""
        mine = copy(project, folder)
        execute("git", "init", "-q", "--bare", "--initial-branch=main", ORIGIN, cwd=folder)
        mine.git("remote", "add", "origin", f"../{ORIGIN}")
        mine.git("push", "-q", "--set-upstream", "origin", "main")
        return cls(folder)

    def copy(self, folder: Path) -> "Rehearsal":
        copy(self.project, folder)
        shutil.copytree(self.folder / ORIGIN, folder / ORIGIN)
        return Rehearsal(folder)

    def promote(self, version: str = "v0.1.0", counter: int = 1) -> None:
        """Tag the current commit as GTO does, and push the tags."""
        names = (f"model@{version}", f"model#production#{counter}")
        for name in names:
            self.project.git("tag", "-a", name, "-m", name)
        self.project.git("push", "-q", "origin", *names)

    def change(self, name: str, old: str, new: str) -> None:
        """Edit a file on a branch, run the pipeline, and commit."""
        if self.project.git("branch", "--show-current").strip() == "main":
            self.project.git("switch", "-q", "-c", "change")
        self.project.edit(name, old, new)
        self.run()

    def run(self) -> None:
        """Run the pipeline and commit what it gives."""
        self.project.run("dvc", "repro", "-q")
        self.project.commit("A change")

    def push(self) -> None:
        self.project.git("push", "-q", "origin", "HEAD")

    def review(self) -> Seen:
        """What `mlops report` says on the developer's machine."""
        ran = self.project.run("mlops", "report", "--markdown")
        return Seen(self.project.json("reports/pull-request.json"), ran.out)

    def gate(self) -> Ran:
        """What `mlops gate` says there."""
        return self.project.run("mlops", "gate", check=False)

    def runner(self, branch: str = "change", cache: bool = False) -> "Runner":
        """A runner that has checked out the merge of a branch, as GitHub makes it.

        It has no storage beside it; with `cache`, it has the developer's, as Actions restores it.
        """
        folder = self.folder / f"runner-{len(list(self.folder.glob('runner-*')))}"
        target = folder / "work" / "late-flights"
        execute("git", "clone", "-q", str(self.folder / ORIGIN), str(target), cwd=self.folder)
        merge = ["merge", "-q", "--no-ff", "-m", "Merge", f"origin/{branch}"]
        execute("git", *merge, cwd=target)
        if cache:
            shutil.copytree(self.project.path / CACHE, target / CACHE)
        return Runner(BakedProject(target), folder / "summary.md")


@dataclass(frozen=True)
class Runner:
    """A machine that runs the review job's own lines."""

    project: BakedProject
    summary: Path

    def review(self, **environment: str) -> tuple[Seen, dict[str, Ran]]:
        """Run the lines as Actions does: after a failure, only those that say so."""
        variables = {
            "CI": "true",
            "GITHUB_BASE_REF": "main",
            "GITHUB_REF": "refs/pull/1/merge",
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        done: dict[str, Ran] = {}
        for step in self.steps():
            if any(ran.code for ran in done.values()) and "cancelled()" not in step.get("if", ""):
                continue
            line = step["run"]
            done[line] = execute(
                "bash",
                "-e",
                "-c",
                line,
                cwd=self.project.path,
                check=False,
                extra=variables | environment,
            )
        found = self.project.json("reports/pull-request.json")
        return Seen(found, self.summary.read_text("utf-8")), done

    def steps(self) -> list[dict[str, Any]]:
        """The review job's steps that run a line."""
        workflow = yaml.safe_load(self.project.read(".github/workflows/pull-request.yaml"))
        return [step for step in workflow["jobs"]["review"]["steps"] if "run" in step]
