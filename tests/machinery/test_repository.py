"""Which repository is asked, with which token, and that pages end."""

import subprocess
import sys

import pytest
from mlops.github import repository

from baked import PROJECT
from machinery.asking import COMMENTS, LIST, bodies, refused
from machinery.github_api import REPOSITORY, TOKEN, Answer, FakeGitHub, Fault, serving


@pytest.fixture
def api(api: FakeGitHub) -> FakeGitHub:
    """A repository with a comment."""
    api.comment(7, "hello", "person")
    return api


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


def test_a_wrong_token_is_said(api: FakeGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "wrong")
    assert refused().endswith("GitHub answered 401 (Bad credentials); check GITHUB_TOKEN")


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("GITHUB_API_URL", "api.github.com", "GITHUB_API_URL: expected a URL such as https://api."),
        ("GITHUB_REPOSITORY", "", "origin is not on GitHub"),
        ("GITHUB_REPOSITORY", "a/b/../c", "GITHUB_REPOSITORY is a/b/../c"),
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
    assert TOKEN not in repr(repository.from_environment())


def test_requests_are_imported_where_one_is_made() -> None:
    code = (
        "import sys\n"
        "from mlops.github import pull_requests, releases, runs\n"
        "assert not {'requests', 'dvc', 'pandas'} & set(sys.modules)\n"
    )
    source = PROJECT / "src"
    subprocess.run([sys.executable, "-B", "-c", code], cwd=source, check=True, timeout=60)
