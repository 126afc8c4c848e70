"""`kill -9` at any moment: a second run, or the doctor and a second run, lead to the same bytes."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from baked import BakedProject
from campaigns.arena import ORIGIN, Arena, Course, Tags, moment, restore, seconds, tags
from campaigns.killing import check_objects, clean, killed, made, project_in, recover
from campaigns.portion import repetitions

Note = Callable[[str], None]
TABLES = ("diabetes", "wine", "breast_cancer")


class Undisturbed(NamedTuple):
    """A project before and after a run that nothing disturbed."""

    before: Path
    after: BakedProject
    seconds: float


@pytest.fixture(scope="session")
def undisturbed(arena: Arena, edited: BakedProject) -> Callable[[str], Undisturbed]:
    """The run of another table, made once."""

    @cache
    def run(table: str) -> Undisturbed:
        folder = arena.folder / table
        restore(edited, arena.before_repro)
        edited.edit("conf/config.yaml", "- experiment: quick", "- experiment: null")
        edited.edit("conf/config.yaml", "- data: flights", f"- data: {table}")
        restore(BakedProject(folder / "before"), edited.path)
        project = project_in(folder, folder / "before", arena.project)
        return Undisturbed(folder / "before", project, seconds(project, "dvc", "repro"))

    return run


@pytest.fixture(scope="session")
def edited(arena: Arena) -> BakedProject:
    """A project that is edited and not run, to be brought back to that."""
    return project_in(arena.folder / "edited", arena.before_repro, arena.project)


@pytest.mark.parametrize("number", repetitions("kills of dvc repro"))
def test_dvc_repro(arena: Arena, edited: BakedProject, note: Note, number: int) -> None:
    restore(edited, arena.before_repro)
    note(killed(edited, moment("dvc repro", number, arena.repro), "dvc", "repro"))
    check_made_again(edited, arena.project, note)


@pytest.mark.parametrize("number", repetitions("kills of dvc repro, another task"))
def test_dvc_repro_of_another_task(
    undisturbed: Callable[[str], Undisturbed], edited: BakedProject, note: Note, number: int
) -> None:
    run = undisturbed(TABLES[number % len(TABLES)])
    restore(edited, run.before)
    note(killed(edited, moment("another task", number, run.seconds), "dvc", "repro"))
    check_made_again(edited, run.after, note)


def check_made_again(project: BakedProject, undisturbed: BakedProject, note: Note) -> None:
    """Recover, and compare with a run that nothing disturbed."""
    recover(project, note, "dvc", "repro")
    clean(project, note)
    check_objects(project)
    assert made(project) == made(undisturbed)


@pytest.mark.parametrize("number", repetitions("kills of mlops promote"))
def test_mlops_promote(arena: Arena, course: Course, note: Note, number: int) -> None:
    arena.reset(course.one)
    when = moment("mlops promote", number, course.promotion)
    check_killed(arena, course.two, when, note, "mlops", "promote")


@pytest.mark.parametrize("number", repetitions("kills of mlops rollback"))
def test_mlops_rollback(arena: Arena, course: Course, note: Note, number: int) -> None:
    """A second run without `--to` would go back once more where the first one had done it."""
    arena.reset(course.two)
    when = moment("mlops rollback", number, course.rollback)
    check_killed(arena, course.back, when, note, "mlops", "rollback", "--to", "v0.1.0")


def check_killed(arena: Arena, wanted: Tags, when: float, note: Note, *command: str) -> None:
    """Kill a command that changes tags, recover, and compare with one undisturbed run."""
    project, products = arena.project, made(arena.project)
    note(killed(project, when, *command))
    recover(project, note, *command)
    clean(project, note)
    check_objects(project)
    there = tags(arena.folder / ORIGIN)
    assert sorted(there) == sorted(wanted)
    assert tags(project.path) == there
    assert made(project) == products
    assert project.git("status", "--porcelain") == ""
