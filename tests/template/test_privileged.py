"""Nothing that a fork controls reaches the job that may write: what linters do not see of it."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from baked import PROJECT

FOLDER = PROJECT / ".github" / "workflows"
PATH = FOLDER / "report.yaml"


def load(path: Path) -> dict[Any, Any]:
    workflow: dict[Any, Any] = yaml.safe_load(path.read_text("utf-8"))
    return workflow


WORKFLOW = load(PATH)
TRIGGERS = WORKFLOW[True]  # what YAML makes of `on`
((_, JOB),) = WORKFLOW["jobs"].items()
STEPS: list[dict[str, Any]] = JOB["steps"]


def action(step: dict[str, Any]) -> str:
    return str(step.get("uses", "")).partition("@")[0]


def with_keys(name: str) -> dict[str, Any]:
    (found,) = [step.get("with", {}) for step in STEPS if action(step) == name]
    keys: dict[str, Any] = found
    return keys


def test_it_waits_for_runs_that_are_complete() -> None:
    assert list(TRIGGERS) == ["workflow_run"]
    assert TRIGGERS["workflow_run"]["types"] == ["completed"]


def test_permissions_are_the_least() -> None:
    expected = {"actions": "read", "contents": "read", "pull-requests": "write"}
    assert JOB["permissions"] == expected


def test_only_runs_of_pull_requests_that_ended_by_themselves() -> None:
    condition = JOB["if"]
    events, conclusions = condition.split(" && ")
    assert set(re.findall(r'"(\w+)"', events)) == {"pull_request", "workflow_dispatch"}
    assert events.endswith("github.event.workflow_run.event)")
    assert set(re.findall(r'"(\w+)"', conclusions)) == {"success", "failure", "timed_out"}
    assert conclusions.endswith("github.event.workflow_run.conclusion)")


def test_only_the_default_branch_is_checked_out() -> None:
    assert with_keys("actions/checkout") == {"persist-credentials": False}
    assert not any("git " in step.get("run", "") for step in STEPS)


def test_nothing_that_another_run_cached_is_executed() -> None:
    assert with_keys("astral-sh/setup-uv") == {"enable-cache": False}
    assert not any(action(step).startswith("actions/cache") for step in STEPS)


def test_the_artifact_has_a_folder_of_its_own() -> None:
    """Beside the modules, the configuration and the environment: it can replace none of them."""
    folder = with_keys("actions/download-artifact")["path"]
    assert folder not in {path.name for path in PROJECT.iterdir()} | {".venv", ".git"}
    assert re.fullmatch(r"[a-z]+", folder)
    last = STEPS[-1]["run"]
    assert last == f"uv run mlops publish {folder}/pull-request.json"
    assert [step.get("run") for step in STEPS if "run" in step] == ["uv sync", last]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: action(step) or step["run"])
def test_no_step_executes_text_from_outside(step: dict[str, Any]) -> None:
    assert "${{" not in step.get("run", "")
    for value in [*step.get("with", {}).values(), *step.get("env", {}).values()]:
        expressions = re.findall(r"\$\{\{\s*(.*?)\s*\}\}", str(value))
        assert set(expressions) <= {"github.token", "github.event.workflow_run.id"}


def test_the_token_is_where_it_is_needed() -> None:
    holders = [step for step in STEPS if "token" in str(step).lower()]
    assert [action(step) or step["run"] for step in holders] == [
        "actions/download-artifact",
        STEPS[-1]["run"],
    ]
    assert STEPS[-1]["env"] == {"GITHUB_TOKEN": "${{ github.token }}"}
    assert "env" not in JOB
    assert "env" not in WORKFLOW
    assert "secrets" not in PATH.read_text("utf-8")


def test_runs_of_one_branch_take_turns_to_the_end() -> None:
    """In the job: a workflow's group would be joined by runs that the condition then skips."""
    assert "concurrency" not in WORKFLOW
    assert "cancel-in-progress" not in JOB["concurrency"]  # it could break off between two writes
    assert "head_repository.full_name }}:${{" in JOB["concurrency"]["group"]


def test_one_rule_is_ignored_with_its_reason() -> None:
    lines = [line for line in PATH.read_text("utf-8").splitlines() if "zizmor" in line]
    assert len(lines) == 1
    assert re.search(r"workflow_run: # zizmor: ignore\[dangerous-triggers\] \w+ ", lines[0])
