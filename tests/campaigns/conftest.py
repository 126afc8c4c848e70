"""The arena, and what came of the repetitions, in figures at the end of a run."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from baked import BakedProject
from campaigns import arena as arenas
from campaigns.arena import Arena, Course
from sharing import Once

FIGURE = "figure"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how often each thing was noted."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    noted = Counter(
        str(value)
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == FIGURE
    )
    if noted:
        terminalreporter.section("campaigns")
    for figure, count in sorted(noted.items()):
        terminalreporter.write_line(f"{count:4d}  {figure}")


@pytest.fixture
def note(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Callable[[str], None]:
    """Note what came of a repetition."""
    name = request.node.originalname
    return lambda what: record_property(FIGURE, f"{name}: {what}")


@pytest.fixture(scope="session")
def arena(evaluated: BakedProject, once: Once, tmp_path_factory: pytest.TempPathFactory) -> Arena:
    """The projects that a worker's races and kills share; each begins with `reset`."""
    original = once("arena", partial(arenas.build, evaluated))
    return arenas.copied(Arena(original), tmp_path_factory.mktemp("arena"))


@pytest.fixture(scope="session")
def course(arena: Arena) -> Course:
    """What undisturbed promotions and an undisturbed rollback do."""
    return arena.course
