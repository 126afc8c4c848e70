"""A generated project passes its own checks as generated, before its first run and after."""

import re

import yaml

from baked import PROJECT, BakedProject


def check_tests(said: str, skipped: bool) -> None:
    """The project's tests passed; those of a run's outputs are skipped before the first one."""
    found = re.search(r"(\d+) passed(?:, (\d+) skipped)?", said)
    assert found, said
    assert int(found[1]) >= 25
    assert (found[2] is not None) == skipped, said


def test_lint_types_and_tests_before_the_first_run(installed: BakedProject) -> None:
    installed.run("ruff", "check", ".")
    installed.run("ruff", "format", "--check", ".")
    assert "no issues found" in installed.run("mypy").out
    check_tests(installed.run("pytest").out, skipped=True)


def test_the_lines_of_the_pull_request_workflow_run_on_a_laptop(project: BakedProject) -> None:
    path = PROJECT / ".github" / "workflows" / "pull-request.yaml"
    jobs = yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
    lines = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    checks = ("ruff check .", "ruff format --check .", "mypy", "pytest", "mlops gate")
    assert {f"uv run {check}" for check in checks} <= set(lines)
    summary = project.path.parent / "summary.md"
    said = {}
    for line in lines:
        words = line.replace('"$GITHUB_STEP_SUMMARY"', str(summary)).removeprefix("uv run ")
        if line != "uv sync":
            said[words] = project.run("sh", "-c", words).out
    assert "no issues found" in said["mypy"]
    check_tests(said["pytest"], skipped=False)
    assert "roc_auc" in summary.read_text("utf-8")
