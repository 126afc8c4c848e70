"""One project is baked, installed and run for all workers of a session; tests copy it."""

import os
import shutil
import signal
import sys
from functools import partial
from pathlib import Path

import pytest

from baked import BYTECODE, BakedProject, bake, copy, execute
from environments import equip
from sharing import Once, shared

NAME = "late-flights"

sys.pycache_prefix = str(BYTECODE)

# Workers share the cores: threads that wait for each other by turning cost ten times the work.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# What a shell runs in the background ignores Ctrl-C, and so would all that a test starts.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SLOW = ("project", "campaigns")  # folders whose tests run a generated project; they come last
FIRST = (  # makes what they share, beside the quick ones; takes a minute
    "test_from_merge_to_production_and_back",
    "test_mypy_finds_nothing",
)
LONGEST = (  # of the slow ones: they come first, so that no worker is left alone in the end
    "test_every_config_beats_the_baseline_and_two_clones_give_the_same_bytes",
    "test_better_is_promoted_equal_passes_and_worse_is_blocked",
    "test_two_promote_one_commit",  # makes what the campaigns share
    "test_reviewed_merged_promoted_released_and_rolled_back",
    "test_from_nothing_to_a_promoted_model",
    "test_the_queue_of_experiments",
    "test_a_version_is_made_again_to_the_byte",
    "test_a_new_month_becomes_one_pull_request",
    "test_a_worse_model_is_blocked_and_reported",
    "test_a_harmless_pull_request_of_a_fork",
    "test_an_experiment_runs_is_shown_kept_and_adopted",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name in SLOW:
            item.add_marker(pytest.mark.slow)
    items.sort(key=turn)


def turn(item: pytest.Item) -> tuple[bool, bool, int]:
    """When a test's turn is, among all of them."""
    name = item.name.partition("[")[0]
    slow = item.path.parent.name in SLOW and name not in FIRST
    place = LONGEST.index(name) if name in LONGEST else len(LONGEST)
    return name not in FIRST, slow, place


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Make a folder of a name by a function, once for all workers; not to be changed afterwards."""
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return partial(shared, common)


@pytest.fixture(scope="session")
def baked(once: Once) -> Path:
    """The projects of the next two fixtures."""
    folder = once("baked", make)
    os.environ["MYPY_CACHE_DIR"] = str(folder / "mypy")  # the libraries' types are read once
    return folder


def make(folder: Path) -> None:
    bake(folder)
    project = BakedProject(folder / NAME)
    execute("uv", "lock", "-q", cwd=project.path)
    project.commit("Lock the environment")
    run = BakedProject(folder / "evaluated" / NAME)
    shutil.copytree(project.path, run.path, symlinks=True)
    execute("uv", "sync", "-q", cwd=run.path)
    run.edit("conf/config.yaml", "- experiment: null", "- experiment: quick")
    run.run("dvc", "repro")
    run.commit("Quick run")
    run.run("dvc", "push", "-q")
    equip(project.path, run.path)  # with the bytecode of that run


@pytest.fixture(scope="session")
def installed(baked: Path) -> BakedProject:
    """A project as generated, with its environment installed; not to be changed."""
    return BakedProject(baked / NAME)


@pytest.fixture(scope="session")
def evaluated(baked: Path) -> BakedProject:
    """The quick experiment made the default, run, committed and pushed; not to be changed."""
    return BakedProject(baked / "evaluated" / NAME)


@pytest.fixture
def project(evaluated: BakedProject, tmp_path: Path) -> BakedProject:
    """A copy of the evaluated project, to do anything with."""
    return copy(evaluated, tmp_path)
