"""A small project that runs for real, its origin, its storage, and clones beside it."""

import json
import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from baked import BakedProject, copy, execute
from environments import ENVIRONMENT, equip

ORIGIN = "origin.git"
STORAGE = "late-flights-storage"
FIGURES = "figures.json"
TREES = "conf/model/hist_gradient_boosting.yaml"
Tags = dict[str, str]


@dataclass(frozen=True)
class Arena:
    """A folder with three clones. `main` has a commit with a model, an empty one, and a better one.

    `earlier` is at the first of them, `project` and `twin` at the last, all with their data.
    """

    folder: Path

    @property
    def repro(self) -> float:
        """The seconds that the better model took, undisturbed."""
        return float(self.figures()["repro"])

    @property
    def course(self) -> "Course":
        """What undisturbed promotions and an undisturbed rollback did."""
        return Course(**self.figures()["course"])

    def figures(self) -> dict[str, Any]:
        """What was measured when it was built."""
        return dict(json.loads((self.folder / FIGURES).read_text("utf-8")))

    @property
    def project(self) -> BakedProject:
        return BakedProject(self.folder / "late-flights")

    @property
    def twin(self) -> BakedProject:
        return BakedProject(self.folder / "twin")

    @property
    def earlier(self) -> BakedProject:
        return BakedProject(self.folder / "earlier")

    @property
    def before_repro(self) -> Path:
        """The files of the project before the run that made the better model, edited for it."""
        return self.folder / "before-repro"

    @property
    def tags(self) -> Tags:
        """The tags of the bare origin itself."""
        return tags(self.folder / ORIGIN)

    def reset(self, wanted: Tags) -> None:
        """Give origin and all clones these tags and no other; no file changes."""
        for path in (self.folder / ORIGIN, *(clone.path for clone in self.clones)):
            if extra := tags(path).keys() - wanted.keys():
                execute("git", "tag", "-d", *extra, cwd=path)
        for name, sha in wanted.items():
            execute("git", "update-ref", f"refs/tags/{name}", sha, cwd=self.folder / ORIGIN)
        for clone in self.clones:
            clone.git("fetch", "-q", "--tags", "--force", "origin")

    @property
    def clones(self) -> tuple[BakedProject, ...]:
        return self.project, self.twin, self.earlier


def copied(original: Arena, folder: Path) -> Arena:
    """A copy of an arena that is not in use."""
    unlike = shutil.ignore_patterns(ENVIRONMENT)
    shutil.copytree(original.folder, folder, ignore=unlike, symlinks=True, dirs_exist_ok=True)
    arena = Arena(folder)
    for clone, like in zip(arena.clones, original.clones, strict=True):
        equip(clone.path, like.path)
    return arena


def build(evaluated: BakedProject, folder: Path) -> None:
    """Run a better model, clone what comes of it, and promote both models for a trial."""
    project = copy(evaluated, folder)
    execute("git", "init", "-q", "--bare", "--initial-branch=main", ORIGIN, cwd=folder)
    project.git("remote", "add", "origin", f"../{ORIGIN}")
    settle(project)
    first = project.git("rev-parse", "HEAD").strip()
    project.git("commit", "-q", "--allow-empty", "-m", "Nothing new")
    project.edit(TREES, "max_leaf_nodes: 31", "max_leaf_nodes: 15")
    restore(BakedProject(folder / "before-repro"), project.path)
    repro = seconds(project, "dvc", "repro", "-q")
    project.commit("A better model")
    project.run("dvc", "push", "-q")
    project.git("push", "-q", "-u", "origin", "main")
    arena = Arena(folder)
    restore(arena.twin, project.path)
    restore(arena.earlier, arena.before_repro)
    arena.earlier.git("reset", "-q", "--hard", first)
    for clone in (arena.twin, arena.earlier):
        equip(clone.path, project.path)
    figures = {"repro": repro, "course": trial(arena)._asdict()}
    (folder / FIGURES).write_text(json.dumps(figures), "utf-8")


def settle(project: BakedProject) -> None:
    """Let origin's end of a push be a process group of its own, as on a host; keep all objects."""
    project.git("config", "remote.origin.receivepack", "setsid git-receive-pack")
    project.git("config", "gc.auto", "0")


class Course(NamedTuple):
    """The tags with one model in production, then another, then the first again; and how long."""

    one: Tags
    two: Tags
    back: Tags
    promotion: float  # seconds
    rollback: float


def trial(arena: Arena) -> Course:
    """Promote both models, and roll back, undisturbed."""
    arena.reset({})
    arena.earlier.run("mlops", "promote")
    one = arena.tags
    promotion = seconds(arena.project, "mlops", "promote")
    two = arena.tags
    rollback = seconds(arena.project, "mlops", "rollback")
    return Course(one, two, arena.tags, promotion, rollback)


def restore(project: BakedProject, original: Path) -> None:
    """Make a project's files those of a copy of it, but for its environment."""
    project.path.mkdir(parents=True, exist_ok=True)
    for path in project.path.iterdir():
        if path.name == ".venv":
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    unlike = shutil.ignore_patterns(".venv")
    shutil.copytree(original, project.path, ignore=unlike, symlinks=True, dirs_exist_ok=True)


def seconds(project: BakedProject, *command: str) -> float:
    """Run a command to its end; the seconds that it took."""
    start = time.monotonic()
    project.run(*command)
    return time.monotonic() - start


def tags(repository: Path) -> Tags:
    """The objects of all tags of a repository, by name."""
    form = "--format=%(refname:strip=2) %(objectname)"
    lines = execute("git", "for-each-ref", form, "refs/tags", cwd=repository).out.splitlines()
    return dict(line.split(" ") for line in lines)


def in_production(found: Tags, repository: Path) -> str:
    """The commit that the highest counter names; the counters have to be consecutive."""
    numbers = {int(name.rpartition("#")[2]): name for name in found if "#" in name}
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    return commit_of(repository, numbers[len(numbers)])


def commit_of(repository: Path, revision: str) -> str:
    return execute("git", "rev-parse", f"{revision}^{{commit}}", cwd=repository).out.strip()


def moment(campaign: str, number: int, duration: float) -> float:
    """A random moment of a duration in seconds, always the same for a repetition."""
    return random.Random(f"{campaign} {number}").uniform(0, duration)
