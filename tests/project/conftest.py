"""A project with an origin and a model in production; tests copy it and open pull requests."""

from pathlib import Path

import pytest

from baked import BakedProject
from project.rehearsal import Rehearsal


@pytest.fixture(scope="session")
def promoted(evaluated: BakedProject, tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """The quick run pushed to a bare origin and tagged as production; not to be changed."""
    rehearsal = Rehearsal.of(evaluated, tmp_path_factory.mktemp("promoted"))
    rehearsal.promote()
    return rehearsal


@pytest.fixture
def rehearsal(promoted: Rehearsal, tmp_path: Path) -> Rehearsal:
    """A copy of all that, to do anything with."""
    return promoted.copy(tmp_path)
