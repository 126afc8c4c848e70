"""A generated project passes its own checks as generated, before its first run and after."""

import re

import pytest
import yaml

from baked import PROJECT, BakedProject


@pytest.mark.parametrize("when", ["installed", "evaluated"])
def test_lint_types_and_tests(when: str, request: pytest.FixtureRequest) -> None:
    project: BakedProject = request.getfixturevalue(when)
    project.run("ruff", "check", ".")
    project.run("ruff", "format", "--check", ".")
    assert "no issues found" in project.run("mypy").out
    passed = project.run("pytest").out
    found = re.search(r"(\d+) passed(?:, (\d+) skipped)?", passed)
    assert found, passed
    assert int(found[1]) >= 25
    assert (found[2] is None) == (when == "evaluated"), passed


def test_the_lines_of_the_pull_request_workflow_run_on_a_laptop(project: BakedProject) -> None:
    path = PROJECT / ".github" / "workflows" / "pull-request.yaml"
    jobs = yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
    lines = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert "uv run mlops gate" in lines
    summary = project.path.parent / "summary.md"
    for line in lines:
        words = line.replace('"$GITHUB_STEP_SUMMARY"', str(summary)).removeprefix("uv run ")
        if line != "uv sync":
            project.run("sh", "-c", words)
    assert "roc_auc" in summary.read_text("utf-8")
