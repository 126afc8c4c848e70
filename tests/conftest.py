"""One project is baked, installed and run for all workers of a session; tests copy it."""

import os
import shutil
import sys
from functools import partial
from pathlib import Path

import pytest

from baked import TEMPLATE, BakedProject, bake, copy, execute
from environments import ENVIRONMENT, equip
from sharing import Once, shared

NAME = "late-flights"

# Testing the machinery in place may leave nothing in the template.
sys.pycache_prefix = str(TEMPLATE / ".pytest_cache" / "bytecode")

SLOW = ("project", "campaigns")  # folders whose tests run a generated project; they come last


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name in SLOW:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.path.parent.name in SLOW)


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
    execute("uv", "sync", "-q", cwd=project.path)
    project.commit("Lock the environment")
    run = copy(project, folder / "evaluated")
    run.edit("conf/config.yaml", "- experiment: null", "- experiment: quick")
    run.run("dvc", "repro")
    run.commit("Quick run")
    run.run("dvc", "push", "-q")
    shutil.rmtree(project.path / ENVIRONMENT)
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
