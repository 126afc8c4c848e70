"""`kill -9` of `dvc exp run` at any moment: the branch is back, and no edit is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest

from baked import BakedProject
from campaigns.arena import Arena, moment, restore
from campaigns.killing import check_objects, clean, killed, made, mend, project_in
from campaigns.portion import repetitions

RUN = ("dvc", "exp", "run", "-S", "model.parameters.learning_rate=0.2")
PREPARATION = 2  # seconds, at least, that it takes longer than `dvc repro`
Note = Callable[[str], None]


@pytest.fixture(scope="session")
def committed(arena: Arena) -> tuple[BakedProject, Path, float]:
    """A project with a user's edits, the copy to bring it back to that, and a run's seconds."""
    project = project_in(arena.folder / "experiments", arena.project.path, arena.project)
    project.git("tag", "-d", *project.git("tag").split())
    original = arena.folder / "experiments" / "original"
    (project.path / "mine.txt").write_text("new\n", "utf-8")
    project.edit("README.md", "## The daily loop", "## My daily loop")
    project.git("add", "README.md")
    project.edit("README.md", "## My daily loop", "## Our daily loop")
    restore(BakedProject(original), project.path)
    return project, original, arena.repro + PREPARATION


def state(project: BakedProject) -> tuple[str, ...]:
    """The branch, its commit, the stashes, and the differences from it, new files as well."""
    return (
        project.read(".git/HEAD"),
        project.git("rev-parse", "HEAD"),
        project.git("stash", "list"),
        project.git("diff", "HEAD"),
        project.git("ls-files", "--others", "--exclude-standard"),
    )


@pytest.mark.parametrize("number", repetitions("kills of dvc exp run"))
def test_dvc_exp_run(committed: tuple[BakedProject, Path, float], note: Note, number: int) -> None:
    project, original, duration = committed
    restore(project, original)
    before = state(project), made(project)
    how = killed(project, moment("dvc exp run", number, duration), *RUN)
    note(how)
    if how != "killed":
        return
    said = mend(project, note)
    if "git stash pop" in said:
        project.git("stash", "pop")
    assert state(project) == before[0], said
    assert made(project) == before[1], said
    clean(project, note)
    check_objects(project)
    assert project.run("dvc", "repro").stages == []
