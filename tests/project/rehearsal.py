"""A pull request played through: a developer's clone, a bare origin, and runners beside them."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from baked import BakedProject, Ran, copy, execute
from environments import equip

ORIGIN = "origin.git"
STORAGE = "late-flights-storage"
CACHE = Path(".dvc/cache")
TREES = "conf/model/hist_gradient_boosting.yaml"
QUICK = "conf/experiment/quick.yaml"
SAID = "said.txt"
STAGES = ["compose", "ingest", "validate", "split", "train", "export", "evaluate", "card"]
LEFT_OUT = "uv run pytest"  # the same in each run, and half of its time: test_act.py runs it


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

    @property
    def ran(self) -> Ran:
        """The run of the change that it was made with."""
        return Ran(0, (self.folder / SAID).read_text("utf-8"), "")

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

    def promote(self, version: str = "v0.1.0", counter: int = 1, commit: str = "HEAD") -> None:
        """Tag a commit as GTO does, and push the tags."""
        names = (f"model@{version}", f"model#production#{counter}")
        for name in names:
            self.project.git("tag", "-a", name, "-m", name, commit)
        self.project.git("push", "-q", "origin", *names)

    def share(self) -> None:
        """Give the project a remote that runners reach: a directory with a fixed path."""
        shared = self.folder / "shared"
        shared.mkdir()
        self.project.run("dvc", "remote", "modify", "storage", "url", str(shared))
        self.project.run("dvc", "push", "-q")
        self.project.commit("A shared remote")
        self.push()

    def change(self, name: str, old: str, new: str) -> Ran:
        """Edit a file on a branch, run the pipeline, and commit."""
        if self.project.git("branch", "--show-current").strip() == "main":
            self.project.git("switch", "-q", "-c", "change")
        self.project.edit(name, old, new)
        return self.run()

    def run(self) -> Ran:
        """Run the pipeline and commit what it gives."""
        ran = self.project.run("dvc", "repro")
        self.project.commit("A change")
        return ran

    def switch(self, branch: str) -> None:
        """Go to a branch, and to its data; what main has gained is put below it."""
        self.project.git("rebase", "-q", "main", branch)
        self.project.run("dvc", "checkout", "-q")

    def push(self) -> None:
        self.project.git("push", "-q", "origin", "HEAD")

    def merge(self, way: str = "squash", branch: str = "change") -> str:
        """Merge a branch as GitHub does, and bring the developer's clone up to main."""
        git = self.project.git
        git("switch", "-q", "main")
        if way == "squash":
            git("merge", "-q", "--squash", branch)
            git("commit", "-q", "-m", f"{branch} (#1)")
        elif way == "rebase":
            git("cherry-pick", f"main..{branch}")
        else:
            git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
        git("push", "-q", "origin", "main")
        git("branch", "-q", "-D", branch)
        self.project.run("dvc", "checkout", "-q")
        return git("rev-parse", "HEAD").strip()

    def tags(self) -> list[str]:
        """The tags that the origin has."""
        lines = execute("git", "tag", cwd=self.folder / ORIGIN).out
        return lines.split()

    def review(self) -> Seen:
        """What `mlops report` says on the developer's machine."""
        ran = self.project.run("mlops", "report", "--markdown")
        return Seen(self.project.json("reports/pull-request.json"), ran.out)

    def gate(self) -> Ran:
        """What `mlops gate` says there."""
        return self.project.run("mlops", "gate", check=False)

    def runner(self, branch: str | None = "change", cache: bool = False) -> "Runner":
        """A runner that has checked out the merge of a branch, as GitHub makes it, or main.

        It has an environment, but no storage beside it; with `cache`, it has the developer's
        cache, as Actions restores it.
        """
        folder = self.folder / f"runner-{len(list(self.folder.glob('runner-*')))}"
        target = folder / "work" / "late-flights"
        execute("git", "clone", "-q", str(self.folder / ORIGIN), str(target), cwd=self.folder)
        if branch:
            merge = ["merge", "-q", "--no-ff", "-m", "Merge", f"origin/{branch}"]
            execute("git", *merge, cwd=target)
        equip(target, self.project.path)
        if cache:
            shutil.copytree(self.project.path / CACHE, target / CACHE)
        return Runner(BakedProject(target), folder / "summary.md")


@dataclass(frozen=True)
class Runner:
    """A machine that runs a job's own lines."""

    project: BakedProject
    summary: Path

    def review(
        self, environment: dict[str, str] | None = None, **context: str
    ) -> tuple[Seen, dict[str, Ran]]:
        """Run the review of a pull request."""
        variables = {
            "GITHUB_BASE_REF": "main",
            "GITHUB_REF": "refs/pull/1/merge",
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        done = self.play("pull-request", "review", variables | (environment or {}), **context)
        found = self.project.json("reports/pull-request.json")
        return Seen(found, self.summary.read_text("utf-8")), done

    def play(
        self,
        workflow: str,
        job: str,
        environment: dict[str, str],
        without: str = "",
        **context: str,
    ) -> dict[str, Ran]:
        """Run a job's lines, but the tests, as Actions does: after a failure, only what says so.

        `without` is a line that is left out as well. `context` fills in what the workflow takes
        from elsewhere, such as `inputs.reason`.
        """
        text = self.project.read(f".github/workflows/{workflow}.yaml")
        outputs = self.project.path / ".git" / "outputs"
        done: dict[str, Ran] = {}
        for step in yaml.safe_load(text)["jobs"][job]["steps"]:
            condition = step.get("if", "")
            failed = any(ran.code for ran in done.values())
            if step.get("run", LEFT_OUT) in (LEFT_OUT, without):
                continue
            if failed and "cancelled()" not in condition:
                continue
            if condition.startswith("${{ steps.") and not filled(condition, context):
                continue
            own = {name: filled(value, context) for name, value in step.get("env", {}).items()}
            outputs.write_text("", "utf-8")
            done[step["run"]] = execute(
                "bash",
                "-e",
                "-c",
                step["run"],
                cwd=self.project.path,
                check=False,
                extra={"CI": "true", "GITHUB_OUTPUT": str(outputs)} | environment | own,
            )
            for line in outputs.read_text("utf-8").splitlines():
                name, _, value = line.partition("=")
                context[f"steps.{step['id']}.outputs.{name}"] = value
        return done


def filled(text: str, context: dict[str, str]) -> str:
    """Fill in expressions of a single name; what nobody set is empty."""
    return re.sub(r"\$\{\{ ([\w.]+) \}\}", lambda match: context.get(match[1], ""), text)
