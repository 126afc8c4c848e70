"""A repository without a secret or a shared remote: from a pull request to production and back."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator

import pytest
import yaml

from baked import BakedProject, execute
from machinery.github_api import REPOSITORY, TOKEN, FakeGitHub, serving
from machinery.imaging import Docker
from project.rehearsal import Rehearsal

MODELS = ("models/model.skops", "models/scorer.zip")
REPRODUCE = "uv run mlops reproduce --merged"


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with serving(FakeGitHub()) as api:
        yield api


def handed_over(project: BakedProject) -> bytes:
    """The artifact `model`, as the workflow says what is in it."""
    steps = yaml.safe_load(project.read(".github/workflows/pull-request.yaml"))["jobs"]["review"]
    (uploaded,) = [s["with"] for s in steps["steps"] if s.get("with", {}).get("name") == "model"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in uploaded["path"].split():
            archive.write(project.path / path, path)
    return packed.getvalue()


def files(project: BakedProject) -> dict[str, bytes]:
    """The model's files, by the names that they have in a release."""
    paths = (project.path / name for name in MODELS)
    return {path.name: path.read_bytes() for path in paths}


def test_reviewed_merged_promoted_released_and_rolled_back(
    improvement: Rehearsal, evaluated: BakedProject, github: FakeGitHub
) -> None:
    rehearsal, project = improvement, improvement.project
    first = files(evaluated)
    github.release("model@v0.1.0", first)
    on_github = {"GITHUB_API_URL": github.url, "GITHUB_REPOSITORY": REPOSITORY}
    secrets = {"github.token": TOKEN}
    rehearsal.push()
    head = project.git("rev-parse", "HEAD").strip()

    runner = rehearsal.runner()
    seen, done = runner.review(on_github, **secrets)
    built = ["ingest", "validate", "split", "train", "export", "evaluate"]
    assert done["uv run mlops reproduce"].stages == built
    assert seen.json["pipeline"]["remote"] == "directory"
    assert seen.json["pipeline"]["differing"] == []
    assert (seen.json["verdict"], seen.json["promotes"]) == ("better", True)
    assert seen.first.startswith("✅")
    assert done["uv run mlops gate"].code == 0
    reviewed = files(runner.project)
    assert reviewed == files(project)
    assert seen.json["commit"] == head
    github.pull(1, "change", head)
    github.artifact(github.run(head), handed_over(runner.project))

    commit = rehearsal.merge()
    github.merge(1, commit)
    github.tags.add("model@v0.2.0")  # which the run pushes
    runner = rehearsal.runner(None)
    done |= (promoted := runner.play("promote", "promote", on_github, **secrets))
    assert promoted[REPRODUCE].stages == []
    assert "nothing is trained: the results are those that were reviewed" in promoted[REPRODUCE].out
    assert promoted["uv run mlops promote"].out == "model v0.2.0 is in production\n"
    released = github.files("model@v0.2.0")
    assert reviewed.items() <= released.items()
    assert released["dvc.lock"].decode() == project.read("dvc.lock")
    assert "| `v0.2.0` | " in released["MODEL_CARD.md"].decode()
    for line in released["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(released[name]).hexdigest() == digest
    assert set(json.loads(released["run.json"])) == {"Trained", "Made-with"}
    names = [entry["name"] for entry in json.loads(released["sbom.cdx.json"])["components"]]
    assert {"scikit-learn", "skops"} <= set(names)

    again = rehearsal.runner(None).play("promote", "promote", on_github, **secrets)
    assert "v0.2.0 is in production already" in again["uv run mlops promote"].out
    assert "complete already" in again['uv run mlops release "$VERSION"'].out
    inputs = {"inputs.reason": "Too many alarms", "inputs.version": ""}
    runner = rehearsal.runner(None)
    done |= runner.play("rollback", "rollback", on_github, **secrets, **inputs)
    (rolled_back,) = [ran.out for line, ran in done.items() if "mlops rollback" in line]
    assert rolled_back == "model v0.1.0 is in production again, instead of v0.2.0\n"
    docker = Docker(rehearsal.folder / "docker")
    done |= runner.play("deploy", "deploy", on_github | docker.environment, **secrets)
    (tag,) = docker.pushed
    assert tag == f"ghcr.io/{REPOSITORY}:v0.1.0"
    assert (docker.image(tag) / MODELS[1]).read_bytes() == first["scorer.zip"]
    assert TOKEN not in "".join(ran.text for ran in [*done.values(), *again.values()])
    shown = execute("gto", "show", "model#production", "--json", cwd=runner.project.path).out
    assert '"v0.1.0"' in shown
