"""Runs of workflows and what they hand over."""

from typing import Any

from machinery.github_api.state import Answer, FakeGitHub, Seen, complaint, paged, without


def list_runs(api: FakeGitHub, seen: Seen, workflow: str) -> Answer:
    found = [run for run in api.runs if run["workflow"] == workflow]
    for name, key in (("head_sha", "head_sha"), ("event", "event"), ("branch", "head_branch")):
        if name in seen.query:
            found = [run for run in found if run[key] == seen.query[name]]
    return paged(api, seen, [without(run, "workflow") for run in found], "workflow_runs")


def dispatch(api: FakeGitHub, seen: Seen, workflow: str) -> Answer:
    api.run("d" * 40, "workflow_dispatch", workflow=workflow, head_branch=seen.body["ref"])
    return Answer(204, b"")


def list_artifacts(api: FakeGitHub, seen: Seen, run: str) -> Answer:
    found = [item for item in api.artifacts if item["run"] == int(run)]  # older hosts ignore names
    return paged(api, seen, [without(item, "content", "run") for item in found], "artifacts")


def get_artifact(api: FakeGitHub, seen: Seen, identity: str) -> Answer:
    artifact = next(item for item in api.artifacts if item["id"] == int(identity))
    if artifact["expired"]:
        return complaint(410, "Artifact has expired")
    if api.storage is None:
        return Answer(200, artifact["content"])
    return Answer(302, None, {"Location": f"{api.storage.url}{seen.path}?signature=abc"})


ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "actions/workflows/([^/]+)/runs", list_runs),
    ("POST", "actions/workflows/([^/]+)/dispatches", dispatch),
    ("GET", r"actions/runs/(\d+)/artifacts", list_artifacts),
    ("GET", r"actions/artifacts/(\d+)/zip", get_artifact),
]
