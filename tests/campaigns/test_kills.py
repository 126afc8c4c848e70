"""`kill -9` at any moment: a second run, or the doctor and a second run, lead to the same bytes."""

from collections.abc import Callable

import pytest

from baked import BakedProject
from campaigns.arena import ORIGIN, Arena, Course, Tags, moment, restore, tags
from campaigns.killing import check_objects, clean, killed, made, project_in, recover
from campaigns.portion import repetitions

Note = Callable[[str], None]


@pytest.fixture(scope="module")
def edited(arena: Arena) -> BakedProject:
    """A project that is edited and not run, to be brought back to that."""
    return project_in(arena.folder / "edited", arena.before_repro, arena.project)


@pytest.mark.parametrize("number", repetitions("kills of dvc repro"))
def test_dvc_repro(arena: Arena, edited: BakedProject, note: Note, number: int) -> None:
    restore(edited, arena.before_repro)
    note(killed(edited, moment("dvc repro", number, arena.repro), "dvc", "repro"))
    recover(edited, note, "dvc", "repro")
    clean(edited, note)
    check_objects(edited)
    assert made(edited) == made(arena.project)


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
