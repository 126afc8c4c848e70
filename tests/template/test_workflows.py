"""The workflows, the template's and the generated project's: linters, and what they do not see."""

import shutil
from pathlib import Path

import pytest
import yaml

from baked import PROJECT, TEMPLATE, execute
from template.workflow_rules import problems

FOLDERS = [TEMPLATE / ".github" / "workflows", PROJECT / ".github" / "workflows"]
WORKFLOWS = [path for folder in FOLDERS for path in sorted(folder.glob("*.yaml"))]
EVERY_WORKFLOW = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def test_there_are_workflows() -> None:
    assert {path.parent for path in WORKFLOWS} == set(FOLDERS)


@EVERY_WORKFLOW
def test_schema(path: Path) -> None:
    schema = ["--builtin-schema", "vendor.github-workflows"]
    execute("check-jsonschema", *schema, str(path), cwd=TEMPLATE)


@EVERY_WORKFLOW
def test_zizmor(path: Path) -> None:
    execute("zizmor", "--offline", "--strict-collection", "--quiet", str(path), cwd=TEMPLATE)


@EVERY_WORKFLOW
def test_actionlint(path: Path, tmp_path: Path) -> None:
    """Alone: what else it finds on a machine would make its findings differ."""
    execute("git", "init", "-q", cwd=tmp_path)
    shutil.copytree(path.parent, tmp_path / ".github" / "workflows")
    alone = ["-shellcheck=", "-pyflakes="]
    execute("actionlint", *alone, f".github/workflows/{path.name}", cwd=tmp_path)


@EVERY_WORKFLOW
def test_what_linters_do_not_see(path: Path) -> None:
    assert problems(path) == []


def test_who_is_lent_no_identity_logs_in_nowhere() -> None:
    """GitHub gives runs of forks and of Dependabot no token for it, but Dependabot's see vars."""
    path = PROJECT / ".github" / "workflows" / "pull-request.yaml"
    job = yaml.safe_load(path.read_text("utf-8"))["jobs"]["review"]
    assert ".head.repo.fork &&" in job["env"]["LENT"]
    assert ".user.login != 'dependabot[bot]'" in job["env"]["LENT"]
    clouds = ("aws-actions/", "google-github-actions/", "azure/")
    logins = [step["if"] for step in job["steps"] if step.get("uses", "").startswith(clouds)]
    assert len(logins) == 3
    assert all("&& env.LENT == 'true' }}" in condition for condition in logins)


PLANTED = {  # an error, by what is written in place of what
    "code: actions/checkout has no input 'persist-credential'": (
        "persist-credentials:",
        "persist-credential:",
    ),
    "actions/checkout is v7.0.1, its comment says v7.0.0": ("# v7.0.1", "# v7.0.0"),
    "actions/checkout is v7.0.1, its comment says None": (" # v7.0.1", ""),
    "actions/checkout is not pinned to the commit of v7.0.1, as in ACTIONS": (
        "checkout@3d",
        "checkout@3e",
    ),
    "actions/check-out is not in the table of actions": ("actions/checkout@", "actions/check-out@"),
    "the workflow's own permissions are not {}": ("permissions: {}\n", ""),
    "code: no permissions": ("    permissions:\n      contents: read\n    steps:", "    steps:"),
    "code: no timeout-minutes": ("    timeout-minutes: 15\n", ""),
    "code: more than one line: uv sync": (
        "run: uv sync",
        "run: |\n          uv sync\n          ls",
    ),
    "code: an expression in a command: uv sync ${{ github.ref }}": (
        "run: uv sync",
        "run: uv sync ${{ github.ref }}",
    ),
    'review: no GITHUB_TOKEN: uv run mlops report --markdown >> "$GITHUB_STEP_SUMMARY"': (
        "GITHUB_TOKEN: ${{ github.token }}",
        "GH_TOKEN: ${{ github.token }}",
    ),
    "review: always true: ${{ !cancelled() }} && ${{ vars.TESTS }}": (
        "if: ${{ !cancelled() }}",
        "if: ${{ !cancelled() }} && ${{ vars.TESTS }}",
    ),
}


@pytest.mark.parametrize("problem", PLANTED)
def test_a_planted_error_is_seen(problem: str, tmp_path: Path) -> None:
    path = plant(tmp_path, "pull-request.yaml", *PLANTED[problem])
    assert problems(path) == [problem]


def test_a_workflow_that_nobody_wrote_is_not_waited_for(tmp_path: Path) -> None:
    path = plant(tmp_path, "report.yaml", "[Pull request]", "[Pull requests]")
    assert problems(path) == ["no workflow is called 'Pull requests'"]


CALLS = {
    "deploy: no workflow ./.github/workflows/deployed.yaml": ("deploy.yaml", "deployed.yaml"),
    "deploy: deploy.yaml and this differ in the input x": (
        "uses: ./",
        "with: {x: 1}\n    uses: ./",
    ),
}


@pytest.mark.parametrize("problem", CALLS)
def test_a_workflow_is_called_as_it_is_written(problem: str, tmp_path: Path) -> None:
    assert problems(plant(tmp_path, "rollback.yaml", *CALLS[problem])) == [problem]


def plant(folder: Path, name: str, old: str, new: str) -> Path:
    """Copy the project's workflows, with the first `old` of one replaced."""
    shutil.copytree(PROJECT / ".github" / "workflows", folder, dirs_exist_ok=True)
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path
