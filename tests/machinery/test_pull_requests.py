"""Pull requests are found, opened once, and run."""

import pytest
from mlops.github import pull_requests, repository

from machinery.github_api import REPOSITORY, Answer, FakeGitHub, Fault


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
