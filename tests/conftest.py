"""One project is baked, installed and run for the whole session; tests copy it."""

import sys
from pathlib import Path

import pytest

from baked import TEMPLATE, BakedProject, bake, copy, execute

# Testing the machinery in place may leave nothing in the template.
sys.pycache_prefix = str(TEMPLATE / ".pytest_cache" / "bytecode")

SLOW = ("project", "campaigns")  # folders whose tests run a generated project; they come last


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name in SLOW:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.path.parent.name in SLOW)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> BakedProject:
    """A project as generated, with its environment installed; not to be changed."""
    folder = tmp_path_factory.mktemp("installed")
    bake(folder)
    project = BakedProject(folder / "late-flights")
    execute("uv", "sync", "-q", cwd=project.path)
    project.commit("Lock the environment")
    return project


@pytest.fixture(scope="session")
def evaluated(installed: BakedProject, tmp_path_factory: pytest.TempPathFactory) -> BakedProject:
    """The quick experiment made the default, run, committed and pushed; not to be changed."""
    project = copy(installed, tmp_path_factory.mktemp("evaluated"))
    project.edit("conf/config.yaml", "- experiment: null", "- experiment: quick")
    project.run("dvc", "repro")
    project.commit("Quick run")
    project.run("dvc", "push", "-q")
    return project


@pytest.fixture
def project(evaluated: BakedProject, tmp_path: Path) -> BakedProject:
    """A copy of the evaluated project, to do anything with."""
    return copy(evaluated, tmp_path)
