"""Pull requests are found, opened once, and their checks are started once."""

from typing import Any

import pytest
from mlops.errors import UserError
from mlops.github import pull_requests, repository
from mlops.github.answers import PullRequest

from machinery.github_api import REPOSITORY, TOKEN, Answer, FakeGitHub, Fault, complaint


@pytest.mark.parametrize(
    ("source", "branch", "number"),
    [
        (REPOSITORY, "topic", 3),
        ("fork/flights", "topic", 4),
        ("fork/other", "topic", None),
        (REPOSITORY, "closed", None),
        (REPOSITORY, "a&state=all", 6),
        ("ghost/gone", "topic", None),
    ],
)
def test_a_pull_request_is_found_by_its_branch(
    api: FakeGitHub, source: str, branch: str, number: int | None
) -> None:
    api.pull(3, "topic", "a" * 40)
    api.pull(4, "topic", "b" * 40, "fork/flights")
    api.pull(5, "closed", "c" * 40)
    api.pulls[0]["state"] = "closed"
    api.pull(6, "a&state=all", "d" * 40)
    api.pull(7, "topic", "e" * 40, None)
    found = pull_requests.find(repository.from_environment(), source, branch)
    assert (found and found.number) == number


def test_the_answer_is_checked_where_github_ignores_the_question(api: FakeGitHub) -> None:
    api.pull(3, "topic", "a" * 40)
    api.faults = [Fault("pulls", Answer(200, api.pulls))]
    assert pull_requests.find(repository.from_environment(), REPOSITORY, "other") is None


LOST = {
    "dropped": Fault("POST", drop=True, done=True),
    "502": Fault("POST", complaint(502, "no"), done=True),
    "slow": Fault("POST", delay=0.5),
    "not done": Fault("POST", drop=True),
    "look 503": Fault("GET", complaint(503, "no"), times=3),
    "too often": Fault(".", complaint(429, "no", Retry_After="0"), times=3),
    "limit": Fault("POST", complaint(403, "no", x_ratelimit_remaining="0"), times=2),
}


def open_or_update(title: str = "Retrain") -> PullRequest:
    return pull_requests.open_or_update("retrain", "main", title, "New *data*: ü")


def refused_to_open() -> str:
    with pytest.raises(UserError) as error:
        open_or_update()
    assert TOKEN not in str(error.value)
    assert "\n" not in str(error.value)
    return str(error.value)


def texts(api: FakeGitHub) -> list[tuple[Any, ...]]:
    """Of the open pull requests, what a reader sees."""
    keys = ("number", "title", "body")
    opened = [pull for pull in api.pulls if pull["state"] == "open"]
    return [tuple(pull.get(key) for key in keys) for pull in opened]


def test_a_pull_request_is_opened(api: FakeGitHub) -> None:
    api.pull(4, "retrain", "a" * 40, "visitor/flights")
    api.pull(5, "retrain", "b" * 40)
    api.merge(5, "c" * 40)
    found = open_or_update()
    assert (found.number, found.html_url) == (6, f"https://github.com/{REPOSITORY}/pull/6")
    assert texts(api) == [(6, "Retrain", "New *data*: ü"), (4, None, None)]
    assert api.pulls[0]["base"] == "main"
    assert api.asked() == ["GET /pulls", "POST /pulls"]


def test_an_open_pull_request_is_updated(api: FakeGitHub) -> None:
    first = open_or_update()
    assert open_or_update("Retrain again").number == first.number
    assert texts(api) == [(1, "Retrain again", "New *data*: ü")]
    assert api.asked("P") == ["POST /pulls", "PATCH /pulls/1"]


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_a_pull_request_is_opened_once(api: FakeGitHub, fault: Fault) -> None:
    api.faults = [Fault(**vars(fault))]
    assert open_or_update().number == 1
    assert texts(api) == [(1, "Retrain", "New *data*: ü")]


def test_somebody_else_opens_it_meanwhile(api: FakeGitHub) -> None:
    api.pull(3, "retrain", "a" * 40)
    api.faults = [Fault("GET /pulls", Answer(200, []))]
    assert open_or_update().number == 3
    assert texts(api) == [(3, "Retrain", "New *data*: ü")]
    assert api.asked() == ["GET /pulls", "POST /pulls", "GET /pulls", "PATCH /pulls/3"]


def test_the_setting_that_forbids_it_is_named(api: FakeGitHub) -> None:
    api.forbids_pull_requests = True
    assert refused_to_open() == (
        "open a pull request from retrain: GitHub answered 403 (GitHub Actions is not permitted to "
        "create or approve pull requests.); allow it in the repository's Settings, Actions, "
        "General, Workflow permissions"
    )


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (Fault("GET", complaint(500, "no"), times=9), "find the pull request of owner:retrain: "),
        (Fault("POST", drop=True, times=9), "open a pull request from retrain: no answer from 127"),
        (
            Fault("POST", complaint(403, f"Resource not accessible {TOKEN}")),
            "open a pull request from retrain: GitHub answered 403 (Resource not accessible ***); "
            "give the token the permission",
        ),
        (
            Fault("POST", complaint(422, "No commits between main and retrain")),
            "open a pull request from retrain: GitHub answered 422 (No commits between main and",
        ),
    ],
    ids=["500", "dropped", "403", "422"],
)
def test_what_stays_wrong_is_one_line(api: FakeGitHub, fault: Fault, line: str) -> None:
    api.faults = [fault]
    assert refused_to_open().startswith(line)
    assert api.pulls == []


def test_a_workflow_is_started(api: FakeGitHub) -> None:
    api.run("d" * 40, "workflow_dispatch", head_branch="retrain")
    pull_requests.start("pull-request.yaml", "retrain")
    assert len(api.runs) == 2
    assert [seen.body for seen in api.requests if seen.method == "POST"] == [{"ref": "retrain"}]


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_a_workflow_is_started_once(api: FakeGitHub, fault: Fault) -> None:
    api.run("d" * 40, "workflow_dispatch", head_branch="retrain")
    api.run("d" * 40, "workflow_dispatch", head_branch="other")
    api.faults = [Fault(**vars(fault))]
    pull_requests.start("pull-request.yaml", "retrain")
    assert [run["head_branch"] for run in api.runs] == ["retrain", "other", "retrain"]


def test_a_workflow_that_cannot_be_started(api: FakeGitHub) -> None:
    message = "Workflow does not have 'workflow_dispatch' trigger"
    api.faults = [Fault("POST", complaint(422, message))]
    with pytest.raises(UserError) as error:
        pull_requests.start("pull-request.yaml", "retrain")
    assert str(error.value).startswith(
        f"start pull-request.yaml on retrain: GitHub answered 422 ({message}); "
    )
    assert api.runs == []
