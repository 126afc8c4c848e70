"""GitHub as it is on a bad day: every failure is one line, and nothing is asked without end."""

import time

import pytest
from mlops.errors import UserError
from mlops.github import pull_requests, repository, transport

from machinery.asking import COMMENTS, LIST, bodies, refused
from machinery.github_api import BOT, TOKEN, Answer, FakeGitHub, Fault, complaint


@pytest.fixture
def api(api: FakeGitHub) -> FakeGitHub:
    """A repository with a comment."""
    api.comment(7, "hello", "person")
    return api


@pytest.mark.parametrize(
    "answer",
    [
        complaint(502, "Server Error"),
        complaint(503, "Unavailable", Retry_After="0"),
        complaint(429, "Too many", Retry_After="0"),
        complaint(403, "You have exceeded a secondary rate limit", Retry_After="0"),
        complaint(403, "API rate limit exceeded", x_ratelimit_remaining="0"),
    ],
    ids=lambda answer: f"{answer.status} {answer.headers}",
)
def test_what_passes_is_asked_again(api: FakeGitHub, answer: Answer) -> None:
    api.faults = [Fault(LIST, answer, times=2)]
    assert bodies() == ["hello"]
    assert api.asked() == [LIST] * 3


@pytest.mark.parametrize(
    "fault",
    [Fault(LIST, drop=True), Fault(LIST, delay=0.5), Fault(LIST, cut=20)],
    ids=["dropped", "slow", "cut short"],
)
def test_a_lost_answer_is_asked_for_again(api: FakeGitHub, fault: Fault) -> None:
    api.faults = [fault]
    assert bodies() == ["hello"]
    assert api.asked() == [LIST] * 2


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (
            Fault(LIST, complaint(500, "Server Error"), times=99),
            "GitHub answered 500 (Server Error); try again",
        ),
        (Fault(LIST, delay=0.5, times=99), "no answer from HOST (Read timed out. "),
        (Fault(LIST, drop=True, times=99), "no answer from HOST (Connection aborted.', Remote"),
        (
            Fault(LIST, complaint(429, "Too many", Retry_After="0"), times=99),
            "GitHub answered 429 (Too many); try again in 0 s",
        ),
    ],
    ids=["500", "slow", "dropped", "429"],
)
def test_what_does_not_pass_is_given_up(api: FakeGitHub, fault: Fault, line: str) -> None:
    api.faults = [fault]
    assert refused().startswith(COMMENTS + line.replace("HOST", api.url.removeprefix("http://")))
    assert api.asked() == [LIST] * transport.ATTEMPTS


def test_a_long_limit_is_said_and_not_waited_for(api: FakeGitHub) -> None:
    reset = str(int(time.time()) + 1800)
    limit = complaint(403, "Limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset=reset)
    api.faults = [Fault(LIST, limit, times=99)]
    assert refused().startswith(f"{COMMENTS}GitHub answered 403 (Limit exceeded); try again in 1")
    assert api.asked() == [LIST]


def test_pauses_are_bounded_together(api: FakeGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    api.faults = [Fault(LIST, complaint(429, "Too many", Retry_After="25"), times=99)]
    refused()
    assert slept == [25, 25]


@pytest.mark.parametrize(
    ("answer", "kind", "line"),
    [
        (
            complaint(403, "Resource not accessible by integration"),
            UserError,
            "GitHub answered 403 (Resource not accessible by integration); give the token the "
            "permission that is missing, under `permissions:` of the job",
        ),
        (
            complaint(404, "Not Found"),
            transport.MissingError,
            "GitHub answered 404 (Not Found); check the name, and that the token may read the "
            "repository",
        ),
        (
            Answer(422, {"message": "Validation Failed", "errors": [{"field": "head"}]}),
            UserError,
            "GitHub answered 422 (Validation Failed [{'field': 'head'}]); GitHub does not accept "
            "the content",
        ),
        (
            Answer(418, b"<html>\n<h1>A teapot</h1>"),
            UserError,
            "GitHub answered 418 (<html> <h1>A teapot</h1>); this was not expected",
        ),
        (Answer(200, b"<html>Sign in"), UserError, "HOST does not answer as GitHub does (JSON is"),
        (Answer(200, b"[{\xff"), UserError, "HOST does not answer as GitHub does ("),
        (Answer(200, {"message": "hi"}), UserError, "HOST does not answer as GitHub does (Expect"),
        (
            complaint(403, f"You sent Bearer {TOKEN}"),
            UserError,
            "GitHub answered 403 (You sent Bearer ***); give",
        ),
    ],
    ids=["403", "404", "422", "418", "no JSON", "no UTF-8", "other JSON", "token sent back"],
)
def test_a_refusal_is_final(
    api: FakeGitHub, answer: Answer, kind: type[UserError], line: str
) -> None:
    api.faults = [Fault(LIST, answer, times=99)]
    expected = COMMENTS + line.replace("HOST", api.url.removeprefix("http://"))
    assert refused(kind).startswith(expected)
    assert api.asked() == [LIST]


def test_nobody_listens(api: FakeGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:1")
    assert refused() == f"{COMMENTS}no answer from 127.0.0.1:1 ([Errno 111] Connection refused)"


def test_a_post_that_may_have_been_done_is_not_repeated(api: FakeGitHub) -> None:
    client = repository.from_environment()
    for fault in (
        Fault("POST", drop=True, done=True),
        Fault("POST", delay=0.5),
        Fault("POST", complaint(502, "Server Error"), done=True),
    ):
        api.faults = [fault]
        with pytest.raises(transport.UncertainError, match=r"^comment on pull request 8: "):
            pull_requests.create_comment(client, 8, "text")
    assert api.bodies(8, BOT) == ["text"] * 3
    assert len(api.asked("POST")) == 3


def test_a_post_that_was_refused_for_now_is_repeated(api: FakeGitHub) -> None:
    api.faults = [Fault("POST", complaint(429, "Too many", Retry_After="0"))]
    pull_requests.create_comment(repository.from_environment(), 8, "text")
    assert api.bodies(8, BOT) == ["text"]
