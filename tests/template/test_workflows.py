"""The workflows, the template's and the generated project's, by the linters of their kind."""

from pathlib import Path

import pytest
import yaml

from baked import PROJECT, TEMPLATE, execute

FOLDERS = [TEMPLATE / ".github" / "workflows", PROJECT / ".github" / "workflows"]
WORKFLOWS = [path for folder in FOLDERS for path in sorted(folder.glob("*.yaml"))]


def test_there_are_workflows() -> None:
    assert {path.parent for path in WORKFLOWS} == set(FOLDERS)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_schema(path: Path) -> None:
    schema = ["--builtin-schema", "vendor.github-workflows"]
    execute("check-jsonschema", *schema, str(path), cwd=TEMPLATE)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_zizmor(path: Path) -> None:
    execute("zizmor", "--offline", "--strict-collection", "--quiet", str(path), cwd=TEMPLATE)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_least_permissions_and_pins(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert "timeout-minutes" in job
        assert "permissions" in job
        for step in job["steps"]:
            _, _, commit = step.get("uses", f"@{'0' * 40}").partition("@")
            assert len(commit) == 40, step
            assert "\n" not in step.get("run", ""), step
