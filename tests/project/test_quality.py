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


def test_after_a_run_no_test_is_skipped(project: BakedProject) -> None:
    check_tests(project.run("pytest").out, skipped=False)


def test_a_pull_request_has_the_checks_of_a_laptop() -> None:
    """That they pass on a runner is seen in test_act.py."""
    path = PROJECT / ".github" / "workflows" / "pull-request.yaml"
    jobs = yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
    lines = {step["run"] for job in jobs for step in job["steps"] if "run" in step}
    checks = ("ruff check .", "ruff format --check .", "mypy", "pytest", "mlops gate")
    assert {f"uv run {check}" for check in checks} <= lines
