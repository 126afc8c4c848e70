"""The workflows that may write tags and branches run nothing but the default branch's own code."""

from typing import Any

import pytest
import yaml

from baked import PROJECT

FOLDER = PROJECT / ".github" / "workflows"
NAMES = ["promote", "rollback", "retrain"]


def load(name: str) -> dict[Any, Any]:
    workflow: dict[Any, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    return workflow


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in load(name)["jobs"].values() for step in job.get("steps", [])]


@pytest.mark.parametrize("name", NAMES)
def test_what_starts_them_is_nobody_outside(name: str) -> None:
    allowed = {"push", "schedule", "workflow_dispatch", "repository_dispatch"}
    triggers = load(name)[True]
    assert set(triggers) <= allowed
    assert triggers.get("push", {"branches": ["main"]}) == {"branches": ["main"]}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_another_run_made_is_executed(name: str) -> None:
    """What a pull request's run handed over is fetched by `mlops reproduce`, which compares it."""
    actions = {step["uses"].partition("@")[0]: step for step in steps(name) if "uses" in step}
    assert not {"actions/cache", "actions/download-artifact"} & set(actions)
    assert actions["astral-sh/setup-uv"]["with"] == {"enable-cache": False}
    assert "ref" not in actions["actions/checkout"]["with"]
    assert actions["actions/checkout"]["with"]["fetch-depth"] == 0


def test_promotions_take_turns_and_none_is_dropped() -> None:
    workflow = load("promote")
    assert "concurrency" not in workflow  # a deployment that waits for approval would hold it
    assert workflow["jobs"]["promote"]["concurrency"] == {"group": "promote", "queue": "max"}


def test_a_rollback_waits_for_nothing() -> None:
    assert "concurrency" not in load("rollback")
    assert "concurrency" not in load("rollback")["jobs"]["rollback"]


def test_promotion_trains_nothing() -> None:
    lines = [step["run"] for step in steps("promote") if "run" in step]
    assert lines == [
        "uv sync",
        "uv run mlops reproduce --merged",
        "uv run mlops promote",
        'uv run mlops release "$VERSION"',
    ]


@pytest.mark.parametrize("name", ["promote", "rollback"])
def test_the_deployment_follows_in_the_same_run(name: str) -> None:
    """Tags that the workflow's own token pushes start nothing."""
    deploy = load(name)["jobs"]["deploy"]
    assert deploy["needs"] == name
    assert deploy["uses"] == "./.github/workflows/deploy.yaml"
    assert deploy["if"].startswith(f"${{{{ needs.{name}.outputs.")


def test_what_is_deployed_is_what_is_in_production_by_then() -> None:
    """An approval may come after a rollback."""
    assert [step["run"] for step in steps("deploy") if "mlops" in step.get("run", "")] == [
        'uv run mlops image production --push "ghcr.io/$GITHUB_REPOSITORY"'
    ]
    assert load("deploy")["jobs"]["deploy"]["environment"] == "production"


def test_who_promotes_stands_in_the_tags() -> None:
    for name in ("promote", "rollback"):
        assert load(name)["jobs"][name]["env"]["GIT_COMMITTER_NAME"] == "${{ github.actor }}"
