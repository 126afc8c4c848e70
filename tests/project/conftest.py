"""A project with an origin, and models to put into production; tests copy it."""

from pathlib import Path

import pytest

from baked import BakedProject
from project.rehearsal import QUICK, SAID, TREES, Rehearsal
from sharing import Once


@pytest.fixture(scope="session")
def promoted(evaluated: BakedProject, once: Once) -> Rehearsal:
    """The quick run pushed to a bare origin and tagged as production; not to be changed."""
    return Rehearsal(once("promoted", lambda folder: Rehearsal.of(evaluated, folder).promote()))


@pytest.fixture
def rehearsal(promoted: Rehearsal, tmp_path: Path) -> Rehearsal:
    """A copy of all that, to do anything with."""
    return promoted.copy(tmp_path)


@pytest.fixture(scope="session")
def improved(evaluated: BakedProject, once: Once) -> Rehearsal:
    """The quick run pushed, and a better model on the branch `change`; not to be changed."""

    return changed(evaluated, once, "improved", TREES, "max_leaf_nodes: 31", "max_leaf_nodes: 15")


@pytest.fixture(scope="session")
def moved_on(evaluated: BakedProject, once: Once) -> Rehearsal:
    """The quick run pushed, and a month more on the branch `change`; not to be changed."""
    return changed(evaluated, once, "moved_on", QUICK, '"2013-03"', '"2013-04"')


def changed(
    evaluated: BakedProject, once: Once, named: str, file: str, old: str, new: str
) -> Rehearsal:
    """A rehearsal with a change of a file on a branch, and in `SAID` what its run printed."""

    def make(folder: Path) -> None:
        ran = Rehearsal.of(evaluated, folder).change(file, old, new)
        (folder / SAID).write_text(ran.out, "utf-8")

    return Rehearsal(once(named, make))


@pytest.fixture
def improvement(improved: Rehearsal, tmp_path: Path) -> Rehearsal:
    """A copy of all that, the quick run tagged as production, to do anything with."""
    rehearsal = improved.copy(tmp_path)
    rehearsal.promote(commit="main")
    return rehearsal
