"""A project with an origin, and models to put into production; tests copy it."""

from pathlib import Path

import pytest

from baked import BakedProject
from project.rehearsal import TREES, Rehearsal
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

    def make(folder: Path) -> None:
        rehearsal = Rehearsal.of(evaluated, folder)
        rehearsal.change(TREES, "max_leaf_nodes: 31", "max_leaf_nodes: 15")

    return Rehearsal(once("improved", make))


@pytest.fixture
def improvement(improved: Rehearsal, tmp_path: Path) -> Rehearsal:
    """A copy of all that, the quick run tagged as production, to do anything with."""
    rehearsal = improved.copy(tmp_path)
    rehearsal.promote(commit="main")
    return rehearsal
