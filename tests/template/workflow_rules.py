"""What the linters do not see in a workflow: one line for each thing that is wrong."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

NEED_TOKEN = re.compile(  # they ask GitHub's API
    r"\bmlops (publish|report|gate|promote|release|rollback|get|image|retrain)\b"
)
TOKENS = ("${{ github.token }}", "${{ steps.app.outputs.token || github.token }}")
PINNED = re.compile(r"uses: (?P<name>[^@\s]+)@(?P<commit>\w+)(?: # (?P<version>\S+))?")
WHOLE_EXPRESSION = re.compile(r"\$\{\{(?:(?!\}\}).)*\}\}", re.DOTALL)


class Action(NamedTuple):
    """A release of an action: the commit that is pinned, and the inputs of which we make use."""

    version: str
    commit: str
    inputs: set[str]


ACTIONS = {
    "actions/checkout": Action(
        "v7.0.1",
        "3d3c42e5aac5ba805825da76410c181273ba90b1",
        {"fetch-depth", "persist-credentials", "ref", "token"},
    ),
    "astral-sh/setup-uv": Action(
        "v10.0.1",
        "20cfd1bf945f4377ade1205e4dbc17946fc9a30d",
        {"enable-cache", "python-version"},
    ),
    "actions/cache": Action(
        "v5.0.5",
        "27d5ce7f107fe9357f9df03efb73ab90386fccae",
        {"key", "path", "restore-keys"},
    ),
    "actions/upload-artifact": Action(
        "v7.0.0",
        "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f",
        {"if-no-files-found", "name", "path", "retention-days"},
    ),
    "actions/download-artifact": Action(
        "v8.0.1",
        "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c",
        {"github-token", "name", "path", "run-id"},
    ),
    "actions/attest": Action(
        "v4.2.2",
        "1e69f48acb82d1966a394da916b4c1698aa569d6",
        {"push-to-registry", "subject-digest", "subject-name", "subject-path"},
    ),
    "actions/create-github-app-token": Action(
        "v3.1.1",
        "1b10c78c7865c340bc4f6099eb2f838309f1e8c3",
        {
            "client-id",
            "permission-actions",
            "permission-contents",
            "permission-pull-requests",
            "permission-workflows",
            "private-key",
        },
    ),
    "aws-actions/configure-aws-credentials": Action(
        "v6.2.3",
        "e6de054238d6b7531b4efff3b6587d9aade6a06c",
        {"aws-region", "role-to-assume"},
    ),
    "google-github-actions/auth": Action(
        "v3.0.0",
        "7c6bc770dae815cd3e89ee6cdf493a5fab2cc093",
        {"service_account", "workload_identity_provider"},
    ),
    "azure/login": Action(
        "v3.0.1",
        "f5d393ae46f8fde4be8b75f32e3fc50e654ad0ca",
        {"client-id", "subscription-id", "tenant-id"},
    ),
}


def problems(path: Path) -> list[str]:
    """What is wrong in a workflow, in the order of its lines' kinds."""
    text = path.read_text("utf-8")
    workflow = yaml.safe_load(text)
    found = [*of_pins(text), *of_triggers(path, workflow)]
    if workflow.get("permissions") != {}:
        found.append("the workflow's own permissions are not {}")
    for name, job in workflow["jobs"].items():
        steps = [line for step in job.get("steps", []) for line in of_step(step)]
        lines = [*of_job(job), *of_call(path, job), *steps]
        found += [f"{name}: {line}" for line in lines]
    return found


def of_pins(text: str) -> Iterator[str]:
    """An action that is not pinned as the table says, or whose comment says something else."""
    for match in PINNED.finditer(text):
        action = ACTIONS.get(match["name"])
        if action is None:
            yield f"{match['name']} is not in the table of actions"
        elif match["commit"] != action.commit:
            yield f"{match['name']} is not pinned to the commit of {action.version}, as in ACTIONS"
        elif match["version"] != action.version:
            yield f"{match['name']} is {action.version}, its comment says {match['version']}"


def of_triggers(path: Path, workflow: dict[Any, Any]) -> Iterator[str]:
    """A workflow that is waited for, and that its folder does not hold."""
    triggers = workflow[True]  # what YAML makes of `on`
    others = (other for other in path.parent.glob("*.yaml") if other != path)
    known = {yaml.safe_load(other.read_text("utf-8"))["name"] for other in others}
    for name in triggers.get("workflow_run", {}).get("workflows", []):
        if name not in known:
            yield f"no workflow is called {name!r}"


def of_job(job: dict[str, Any]) -> Iterator[str]:
    for key in ("permissions",) if "uses" in job else ("permissions", "timeout-minutes"):
        if key not in job:
            yield f"no {key}"
    yield from of_condition(job)


def of_call(path: Path, job: dict[str, Any]) -> Iterator[str]:
    """A workflow that is called: whether it is there, and what it is given."""
    if "uses" not in job:
        return
    called = path.parent / Path(job["uses"]).name
    if job["uses"] != f"./.github/workflows/{called.name}" or not called.is_file():
        yield f"no workflow {job['uses']}"
        return
    inputs = (yaml.safe_load(called.read_text("utf-8"))[True]["workflow_call"] or {}).get(
        "inputs", {}
    )
    for name in set(job.get("with", {})) ^ set(inputs):
        yield f"{called.name} and this differ in the input {name}"


def of_step(step: dict[str, Any]) -> Iterator[str]:
    name = step.get("uses", "").partition("@")[0]
    for key in step.get("with", {}):
        if name in ACTIONS and key not in ACTIONS[name].inputs:
            yield f"{name} has no input {key!r}"
    run = step.get("run", "")
    if "\n" in run:
        yield f"more than one line: {run.splitlines()[0]}"
    if "${{" in run:
        yield f"an expression in a command: {run}"
    if NEED_TOKEN.search(run) and step.get("env", {}).get("GITHUB_TOKEN") not in TOKENS:
        yield f"no GITHUB_TOKEN: {run}"
    yield from of_condition(step)


def of_condition(part: dict[str, Any]) -> Iterator[str]:
    """Text beside an expression: GitHub takes the whole for a text, which is always true."""
    condition = str(part.get("if", "")).strip()
    if "${{" in condition and not WHOLE_EXPRESSION.fullmatch(condition):
        yield f"always true: {condition}"
