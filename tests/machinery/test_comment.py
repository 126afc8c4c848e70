"""One comment on the right pull request, whatever GitHub does."""

from pathlib import Path
from typing import Any

import pytest
from mlops.errors import UserError
from mlops.github import transport
from mlops.review.publication import comment

from machinery import reports
from machinery.commenting import FAILED, NEWER, NO_REPORT, NOTE, OLDER, only, publish
from machinery.github_api import BOT, TOKEN, FakeGitHub, Fault, complaint


@pytest.fixture
def api(api: FakeGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGitHub:
    """A repository with pull request 7 from its branch `topic`; the folder is that of the job."""
    api.pull(7, "topic", NEWER)
    monkeypatch.chdir(tmp_path)
    return api


def test_the_first_comment(api: FakeGitHub) -> None:
    assert publish(reports.better()) == "pull request 7: commented"
    shown = only(api)
    assert shown.startswith("✅ **Better than production v1.2.0**")
    assert shown.endswith(NOTE)
    assert api.asked() == ["GET /pulls", "GET /issues/7/comments", "POST /issues/7/comments"]


def test_the_commit_is_the_events(api: FakeGitHub) -> None:
    claimed = reports.better()
    publish(claimed)
    assert NEWER[:7] in only(api)
    assert claimed.commit[:7] not in only(api)


def test_the_comment_is_updated(api: FakeGitHub) -> None:
    publish(reports.better())
    api.comment(7, "a person's words", "person")
    assert (
        publish(reports.worse(), conclusion="failure") == "pull request 7: the comment is updated"
    )
    assert only(api).startswith("❌ **Worse than production v1.2.0")
    assert only(api).endswith(FAILED)
    assert api.bodies(7, "person") == ["a person's words"]
    assert len(api.asked("POST")) == len(api.asked("PATCH")) == 1


def test_nothing_is_written_where_nothing_changed(api: FakeGitHub) -> None:
    publish(reports.better())
    assert publish(reports.better()) == "pull request 7: the comment says so already"
    assert len(api.asked("POST")) == 1
    assert api.asked("PATCH") == []


def test_an_older_run_does_not_overwrite_a_newer_one(api: FakeGitHub) -> None:
    publish(reports.worse(), NEWER)
    said = publish(reports.better(), OLDER)
    assert said == "pull request 7: a newer commit is being examined"
    assert only(api).startswith("❌ **Worse")
    assert len(api.asked("POST")) == 1
    assert api.asked("PATCH") == []


def test_a_comment_that_was_deleted_is_made_anew(api: FakeGitHub) -> None:
    publish(reports.worse())
    api.comments.clear()
    assert publish(reports.better()) == "pull request 7: commented"
    assert only(api).startswith("✅ **Better")


def test_a_comment_that_is_deleted_meanwhile_is_made_anew(api: FakeGitHub) -> None:
    """GitHub's list may show a comment for a while after it is gone."""
    publish(reports.worse())
    api.faults = [Fault("PATCH", complaint(404, "Not Found"))]
    assert publish(reports.better()) == "pull request 7: commented"
    assert "✅ **Better" in api.bodies(7)[-1]
    assert [line.partition(" ")[0] for line in api.asked()[-4:]] == ["GET", "PATCH", "GET", "POST"]


@pytest.mark.parametrize(
    ("login", "body"),
    [
        ("person", f"{comment.MARKER}\n✅ **Better**"),
        ("github-actions", f"{comment.MARKER}\n✅ **Better**"),
        (BOT, f"> {comment.MARKER}\nanother workflow's words"),
        (BOT, f"another workflow's words\n{comment.MARKER}"),
    ],
)
def test_what_is_not_ours_is_left_alone(api: FakeGitHub, login: str, body: str) -> None:
    api.comment(7, body, login)
    assert publish(reports.worse()) == "pull request 7: commented"
    assert api.comments[0]["body"] == body
    assert api.bodies(7)[-1].startswith(f"{comment.MARKER}\n❌ **Worse")
    assert api.asked("PATCH") == []


def test_ours_is_found_on_the_last_page(api: FakeGitHub) -> None:
    for number in range(150):
        api.comment(7, f"words {number}", "person")
    publish(reports.better())
    publish(reports.worse())
    assert only(api).startswith("❌ **Worse")
    assert api.asked("GET").count("GET /issues/7/comments") == 4


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", drop=True, done=True),
        Fault("POST", delay=0.5),
        Fault("POST", complaint(502, "Server Error"), done=True),
    ],
    ids=["dropped", "slow", "502"],
)
def test_a_comment_whose_answer_is_lost_is_made_once(api: FakeGitHub, fault: Fault) -> None:
    api.faults = [fault]
    assert publish(reports.better()) == "pull request 7: the comment says so already"
    assert only(api).startswith("✅ **Better")
    assert len(api.asked("POST")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", drop=True),
        Fault("POST", complaint(502, "Server Error"), times=2),
        Fault("POST", complaint(403, "You have exceeded a secondary rate limit", Retry_After="0")),
        Fault(".", complaint(429, "Too many requests", Retry_After="0"), times=3),
        Fault("GET", complaint(503, "Unavailable"), times=3),
    ],
    ids=["dropped", "502", "403", "429", "503"],
)
def test_a_bad_moment_is_overcome(api: FakeGitHub, fault: Fault) -> None:
    api.faults = [fault]
    assert publish(reports.better()) == "pull request 7: commented"
    assert only(api).startswith("✅ **Better")


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (
            Fault("POST", complaint(403, "Resource not accessible by integration")),
            "comment on pull request 7: GitHub answered 403 (Resource not accessible",
        ),
        (
            Fault("POST", complaint(404, "Not Found")),
            "comment on pull request 7: GitHub answered 404 (Not Found); check the name",
        ),
        (
            Fault("POST", complaint(422, "Validation Failed")),
            "comment on pull request 7: GitHub answered 422 (Validation Failed); GitHub does not",
        ),
        (
            Fault("POST", complaint(500, "Server Error"), times=99),
            "comment on pull request 7: GitHub answered 500 (Server Error)",
        ),
        (
            Fault("pulls", complaint(500, "Server Error"), times=99),
            "find the pull request of owner:topic: GitHub answered 500 (Server Error); try again",
        ),
    ],
    ids=["403", "404", "422", "500", "500 at once"],
)
def test_what_stays_wrong_is_one_line(api: FakeGitHub, fault: Fault, line: str) -> None:
    api.faults = [fault]
    with pytest.raises(UserError) as error:
        publish(reports.better())
    assert str(error.value).startswith(line)
    assert "\n" not in str(error.value)
    assert TOKEN not in str(error.value)
    assert api.comments == []
    assert len(api.asked("POST")) <= transport.LOOKS


def test_a_comment_that_somebody_keeps_deleting(api: FakeGitHub) -> None:
    for _ in range(9):
        api.comment(7, comment.MARKER)
    api.faults = [Fault("PATCH", complaint(404, "Not Found"), times=99)]
    with pytest.raises(UserError, match=r"^pull request 7: its comments are deleted faster than"):
        publish(reports.better())


def test_a_fork(api: FakeGitHub) -> None:
    api.pull(8, "topic", NEWER, "visitor/flights")
    assert publish(reports.better(), repository="visitor/flights") == "pull request 8: commented"
    shown = only(api, 8)
    assert shown.startswith("✅ **Better")
    assert shown.endswith(
        f"{NOTE}  \nThe fork's own code computed these figures; merging gates them again."
    )
    assert api.bodies(7) == []


def test_a_fork_without_a_report(api: FakeGitHub) -> None:
    api.pull(8, "topic", NEWER, "visitor/flights")
    publish(b"{}", repository="visitor/flights", conclusion="failure")
    assert only(api, 8) == NO_REPORT + FAILED


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            {"branch": "closed"},
            "owner/flights has no open pull request from closed: nothing to report on",
        ),
        (
            {"repository": "visitor/flights"},
            "visitor/flights has no open pull request from topic: nothing to report on",
        ),
        ({"repository": None}, "the run's branch is gone: nothing to report on"),
        ({"branch": None}, "the run's branch is gone: nothing to report on"),
    ],
    ids=["closed", "none", "fork deleted", "branch deleted"],
)
def test_no_open_pull_request(api: FakeGitHub, given: dict[str, Any], line: str) -> None:
    api.pull(9, "closed", NEWER)
    api.pulls[0]["state"] = "closed"
    assert publish(reports.better(), **given) == line
    assert api.comments == []


@pytest.mark.parametrize("text", [None, "", "{}", '{"workflow_run": {"head_sha": 1}}', "\xff"])
def test_an_event_of_another_kind(api: FakeGitHub, tmp_path: Path, text: str | None) -> None:
    event = tmp_path / "event.json"
    if text is not None:
        event.write_text(text, "latin-1")
    with pytest.raises(UserError, match=r"event\.json: not the event of a finished workflow run"):
        comment.publish(Path("pull-request.json"), event)
    assert api.requests == []
