"""A generated project passes its own checks as generated, before its first run and after."""

import re

import yaml

from baked import PROJECT, TEMPLATE, BakedProject


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


def test_a_metric_of_ones_own_decides_in_the_tests_too(project: BakedProject) -> None:
    """The one of docs/how-to/metrics.md, of which less is better."""
    page = (TEMPLATE / "docs" / "how-to" / "metrics.md").read_text("utf-8")
    code, *_ = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    named, *_ = re.findall(r"^own: .*", page, re.MULTILINE)
    (project.path / "src" / "late_flights" / "metrics.py").write_text(code, "utf-8")
    project.edit("conf/evaluation/binary.yaml", "own: {}", named)
    project.edit("conf/evaluation/binary.yaml", "metric: roc_auc", "metric: cost")
    project.run("dvc", "repro", "-q")
    assert "2 passed" in project.run("pytest", "-k", "naive_baseline").out


def test_a_pull_request_has_the_checks_of_a_laptop() -> None:
    """That they pass on a runner is seen in test_act.py."""
    path = PROJECT / ".github" / "workflows" / "pull-request.yaml"
    jobs = yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
    lines = {step["run"] for job in jobs for step in job["steps"] if "run" in step}
    checks = ("ruff check .", "ruff format --check .", "mypy", "pytest", "mlops gate")
    assert {f"uv run {check}" for check in checks} <= lines
