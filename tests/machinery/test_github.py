"""GitHub as it is on a bad day: every failure is one line, and nothing is asked without end."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from mlops.errors import UserError
from mlops.review.publication import github, transport

from machinery.github_api import (
    BOT,
    REPOSITORY,
    TOKEN,
    Answer,
    FakeGitHub,
    Fault,
    complaint,
    serving,
)

COMMENTS = "read the comments of pull request 7: "
LIST = "GET /issues/7/comments"


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    """A repository with a comment, and a client that does not wait long."""
    with serving(FakeGitHub()) as fake:
        fake.comment(7, "hello", "person")
        monkeypatch.setenv("GITHUB_API_URL", fake.url)
        monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.setenv("NO_PROXY", "*")
        monkeypatch.setattr(transport, "PAUSE", 0.01)
        monkeypatch.setattr(transport, "TIMEOUT", (0.5, 0.2))
        yield fake


def bodies() -> list[str | None]:
    return [comment.body for comment in github.from_environment().comments(7)]


def refused(kind: type[UserError] = UserError) -> str:
    with pytest.raises(kind) as error:
        bodies()
    assert "\n" not in str(error.value)
    assert TOKEN not in str(error.value)
    return str(error.value)


def test_pages_are_followed(api: FakeGitHub) -> None:
    for number in range(250):
        api.comment(7, str(number), "person")
    assert bodies() == ["hello", *map(str, range(250))]
    assert api.asked() == [LIST] * 3


def test_pages_end(api: FakeGitHub) -> None:
    link = {"Link": f'<{api.url}/repos/{REPOSITORY}/issues/7/comments>; rel="next"'}
    api.faults = [Fault(LIST, Answer(200, [], link), times=1000)]
    assert refused() == f"{COMMENTS}there are more than 30 pages: refused"
    assert len(api.requests) == 30


def test_a_page_on_another_host_is_not_asked_for(api: FakeGitHub) -> None:
    with serving(FakeGitHub()) as other:
        link = {"Link": f'<{other.url}/repos/{REPOSITORY}/issues/7/comments>; rel="next"'}
        api.faults = [Fault(LIST, Answer(200, [], link))]
        assert refused() == f"{COMMENTS}the next page is on another host: refused"
        assert other.requests == []


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


def test_a_wrong_token_is_said(api: FakeGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "wrong")
    assert refused().endswith("GitHub answered 401 (Bad credentials); check GITHUB_TOKEN")


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("GITHUB_API_URL", "api.github.com", "GITHUB_API_URL: expected a URL such as https://api."),
        ("GITHUB_REPOSITORY", "", "GITHUB_REPOSITORY: expected owner/name, got nothing"),
        ("GITHUB_REPOSITORY", "a/b/../c", "GITHUB_REPOSITORY: expected owner/name, got a/b/../c"),
        ("GITHUB_TOKEN", f"{TOKEN}\nX-More: 1", "GITHUB_TOKEN holds a character that no token ha"),
    ],
)
def test_the_environment_is_checked(
    api: FakeGitHub, monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str
) -> None:
    monkeypatch.setenv(name, value)
    assert refused().startswith(line)
    assert api.requests == []


def test_the_token_is_not_shown(api: FakeGitHub) -> None:
    assert TOKEN not in repr(github.from_environment())


def test_a_post_that_may_have_been_done_is_not_repeated(api: FakeGitHub) -> None:
    client = github.from_environment()
    for fault in (
        Fault("POST", drop=True, done=True),
        Fault("POST", delay=0.5),
        Fault("POST", complaint(502, "Server Error"), done=True),
    ):
        api.faults = [fault]
        with pytest.raises(transport.UncertainError, match=r"^comment on pull request 8: "):
            client.create_comment(8, "text")
    assert api.bodies(8, BOT) == ["text"] * 3
    assert len(api.asked("POST")) == 3


def test_a_post_that_was_refused_for_now_is_repeated(api: FakeGitHub) -> None:
    api.faults = [Fault("POST", complaint(429, "Too many", Retry_After="0"))]
    github.from_environment().create_comment(8, "text")
    assert api.bodies(8, BOT) == ["text"]


@pytest.mark.parametrize(
    ("repository", "branch", "number"),
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
    api: FakeGitHub, repository: str, branch: str, number: int | None
) -> None:
    api.pull(3, "topic", "a" * 40)
    api.pull(4, "topic", "b" * 40, "fork/flights")
    api.pull(5, "closed", "c" * 40)
    api.pulls[0]["state"] = "closed"
    api.pull(6, "a&state=all", "d" * 40)
    api.pull(7, "topic", "e" * 40, None)
    found = github.from_environment().pull_request(repository, branch)
    assert (found and found.number) == number


def test_the_answer_is_checked_where_github_ignores_the_question(api: FakeGitHub) -> None:
    api.pull(3, "topic", "a" * 40)
    api.faults = [Fault("pulls", Answer(200, api.pulls))]
    assert github.from_environment().pull_request(REPOSITORY, "other") is None


TAG = "model@v1.0.0"
FETCH = f"fetch model.skops of release {TAG}: "


def fetch(path: Path, name: str = "model.skops", largest: int = 10**6) -> None:
    github.from_environment().download_asset(TAG, name, path, largest)


def not_fetched(path: Path, **given: int) -> str:
    with pytest.raises(UserError) as error:
        fetch(path, **given)  # type: ignore[arg-type]
    assert list(path.parent.iterdir()) == []
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.fixture
def storage(api: FakeGitHub) -> Iterator[FakeGitHub]:
    """Another host, to which the files of a release are redirected."""
    api.releases = {TAG: {"card.md": b"# Card", "model.skops": bytes(range(256)) * 999}}
    with serving(FakeGitHub(releases=api.releases)) as other:
        api.storage = other
        yield other


@pytest.mark.parametrize("token", [TOKEN, ""], ids=["token", "anonymous"])
def test_a_file_of_a_release(
    api: FakeGitHub,
    storage: FakeGitHub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    token: str,
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", token)
    fetch(tmp_path / "model.skops")
    assert (tmp_path / "model.skops").read_bytes() == api.releases[TAG]["model.skops"]
    assert api.asked() == ["GET /releases/tags/model%40v1.0.0", "GET /releases/assets/2"]
    sent = [seen.headers.get("authorization") for seen in api.requests]
    assert sent == ([f"Bearer {token}"] * 2 if token else [None] * 2)
    assert len(storage.requests) == 1
    assert TOKEN not in str(storage.requests[0].headers)


def test_a_download_that_breaks_off_is_begun_again(storage: FakeGitHub, tmp_path: Path) -> None:
    storage.faults = [Fault("GET", cut=1000), Fault("GET", complaint(503, "busy"))]
    fetch(tmp_path / "model.skops")
    assert (tmp_path / "model.skops").stat().st_size == 256 * 999
    assert list(tmp_path.iterdir()) == [tmp_path / "model.skops"]


@pytest.mark.parametrize("size", [10, 256_000], ids=["too short", "too long"])
def test_a_file_of_another_size_is_refused(storage: FakeGitHub, tmp_path: Path, size: int) -> None:
    storage.faults = [Fault("GET", Answer(200, b"x" * size), times=99)]
    assert not_fetched(tmp_path / "model.skops") == (
        f"{FETCH}these are not its 255,744 bytes; try again"
    )


def test_a_file_that_is_too_large_is_not_fetched(storage: FakeGitHub, tmp_path: Path) -> None:
    said = not_fetched(tmp_path / "model.skops", largest=1000)
    assert said == f"{FETCH}it has 255,744 bytes, more than 1,000: refused"
    assert storage.requests == []


def test_a_file_that_is_not_there(api: FakeGitHub, storage: FakeGitHub, tmp_path: Path) -> None:
    del api.releases[TAG]["model.skops"]
    assert not_fetched(tmp_path / "m") == f"{FETCH}the release holds card.md"
    api.releases = {}
    assert not_fetched(tmp_path / "m").startswith(f"{FETCH}GitHub answered 404 (Not Found); check")
