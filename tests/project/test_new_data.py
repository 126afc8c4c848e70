"""New data becomes one pull request, and a version can be made again from its tag."""

from collections.abc import Iterator

import pytest

from baked import BakedProject, Ran, execute
from machinery.github_api import REPOSITORY, TOKEN, FakeGitHub, serving
from project.rehearsal import QUICK, STAGES, Rehearsal


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with serving(FakeGitHub()) as api:
        yield api


def retrain(project: BakedProject, github: FakeGitHub, *arguments: str) -> Ran:
    on_github = {
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_TOKEN": TOKEN,
        "START_REVIEW": "true",
    }
    line = ["uv", "run", "mlops", "retrain", *arguments]
    return execute(*line, cwd=project.path, check=False, extra=on_github)


def test_a_new_month_becomes_one_pull_request(rehearsal: Rehearsal, github: FakeGitHub) -> None:
    project = rehearsal.project
    project.edit("README.md", "## The daily loop", "## Work in progress")
    before = project.snapshot("data", "models", "reports", "conf")

    done = retrain(project, github, "--through", "2013-04")
    assert done.out.splitlines()[-1] == "pull request 1 has the data through 2013-04"
    assert "train" in done.stages
    (pull,) = github.pulls
    assert (pull["head"]["ref"], pull["base"]) == ("retrain", "main")
    assert pull["title"] == "Data through 2013-04"
    assert [(run["event"], run["head_branch"]) for run in github.runs] == [
        ("workflow_dispatch", "retrain")
    ]
    assert project.snapshot("data", "models", "reports", "conf") == before
    assert project.git("status", "--porcelain").split() == ["M", "README.md"]
    assert project.git("worktree", "list").count("\n") == 1

    changed = project.git("diff", "--stat", "main", "origin/retrain", "--", "conf", "params.yaml")
    assert QUICK in changed
    assert '"2013-04"' in project.git("show", f"origin/retrain:{QUICK}")
    project.git("checkout", "-q", "README.md")
    project.git("switch", "-q", "-c", "change", "origin/retrain")
    project.run("dvc", "pull", "-q")
    assert project.run("dvc", "repro").stages == []

    project.git("switch", "-q", "main")
    again = retrain(project, github, "--through", "2013-04")
    assert again.stages == []  # the branch is that already
    assert len(github.pulls) == 1
    assert "nothing new" in retrain(project, github, "--through", "2013-03").out
    too_far = retrain(project, github, "--through", "2014-01")
    assert (too_far.code, too_far.err) == (
        1,
        "the source has data through 2013-12, not 2014-01\n",
    )


def test_a_version_is_made_again_to_the_byte(improvement: Rehearsal) -> None:
    """Also after main has moved on; nothing comes from the cache."""
    rehearsal, project = improvement, improvement.project
    rehearsal.merge()
    made = project.run("mlops", "reproduce", "v0.1.0")
    assert made.stages == STAGES
    assert "outputs of model@v0.1.0 came out again, to the byte" in made.out
    assert project.git("status", "--porcelain") == ""
