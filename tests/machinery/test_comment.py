"""One comment on the right pull request, whatever the report and GitHub do."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from mlops.errors import UserError
from mlops.review import report
from mlops.review.presentation import markdown
from mlops.review.publication import comment, transport

from machinery import hostile_reports, reports
from machinery.github_api import BOT, REPOSITORY, TOKEN, FakeGitHub, Fault, complaint, serving

OLDER, NEWER = "a" * 40, "b" * 40
RUN = f"https://github.com/{REPOSITORY}/actions/runs/1"
NOTE = f"[The run]({RUN}) ended with **success**."
FAILED = f"[The run]({RUN}) ended with **failure**."
NO_REPORT = "❌ **No report.** The run ended without a valid report of its results.\n\n"


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    """A repository with pull request 7 from its branch `topic`; the folder is that of the job."""
    with serving(FakeGitHub()) as fake:
        fake.pull(7, "topic", NEWER)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("GITHUB_API_URL", fake.url)
        monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.setenv("NO_PROXY", "*")
        monkeypatch.setattr(transport, "PAUSE", 0.01)
        monkeypatch.setattr(transport, "TIMEOUT", (0.5, 0.2))
        yield fake


def publish(
    content: report.Report | bytes | None = None,
    sha: str = NEWER,
    repository: str | None = REPOSITORY,
    branch: str | None = "topic",
    conclusion: str = "success",
) -> str:
    """Publish a report as the workflow would for a run; the token shows nowhere in what is said."""
    path, event = Path("incoming/pull-request.json"), Path("event.json")
    path.parent.mkdir(exist_ok=True)
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else report.dumps(content).encode())
    source = repository and {
        "full_name": repository,
        "owner": {"login": repository.partition("/")[0]},
    }
    run = {
        "id": 1,
        "event": "pull_request",
        "head_sha": sha,
        "head_branch": branch,
        "head_repository": source,
        "html_url": RUN,
        "conclusion": conclusion,
        "pull_requests": [],
    }
    event.write_text(json.dumps({"action": "completed", "workflow_run": run}), "utf-8")
    said = comment.publish(path, event)
    assert TOKEN not in said
    assert "\n" not in said
    return said


def only(api: FakeGitHub, number: int = 7) -> str:
    """The one comment of ours on a pull request, as GitHub was given it."""
    (body,) = api.bodies(number)
    marker, _, shown = body.partition("\n")
    assert marker == comment.MARKER
    assert TOKEN not in body
    return shown


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
    assert len(api.asked("POST")) <= comment.LOOKS


def test_a_comment_that_somebody_keeps_deleting(api: FakeGitHub) -> None:
    for _ in range(9):
        api.comment(7, comment.MARKER)
    api.faults = [Fault("PATCH", complaint(404, "Not Found"), times=99)]
    with pytest.raises(UserError, match=r"^pull request 7: its comments are deleted faster than"):
        publish(reports.better())


def deep(levels: int) -> bytes:
    return b'{"gate":' + b"[" * levels + b"]" * levels + b"}"


def other(**changes: Any) -> bytes:
    """A report with other values in its JSON."""
    return json.dumps(json.loads(report.dumps(reports.better())) | changes).encode()


HOSTILE = {
    "empty": b"",
    "no JSON": b"<script>alert(1)</script>",
    "a megabyte": b" " * (report.LARGEST + 1),
    "deep": deep(100_000),
    "deep in an unknown key": b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a list": b"[]",
    "another pull request": other(pull_request=1, number=1),
    "wrong types": other(promotes="true"),
    "unknown verdict": other(verdict="@everyone ![x](https://example.org/x.png)"),
    "another schema": other(schema=2),
    "NaN": other(timeline=[{"x": "2013-06-01", "candidate": float("nan")}]),
    "infinity": other(timeline=[{"x": "2013-06-01", "candidate": 1e400}]),
    "invalid UTF-8": report.dumps(reports.better()).encode().replace(b"roc_auc", b"\xff\xfe"),
    "half a character": report.dumps(reports.better()).encode().replace(b"roc_auc", b"\\ud800"),
    "long text": other(gate=[{"check": "x" * 401, "what": "x", "outcome": "pass"}]),
    "many lines": other(gate=[{"check": "x", "what": "x", "outcome": "pass"}] * 61),
    "two files": report.dumps(reports.better()).encode() * 2,
    "log commands": b'{"::error::x ##[error]y\\n::set-env name=x::y": 1}',
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_report_is_said_in_our_own_words(api: FakeGitHub, content: bytes) -> None:
    api.pull(1, "other", OLDER)
    said = publish(content, conclusion="failure")
    assert only(api) == NO_REPORT + FAILED
    assert api.bodies(1) == []
    assert said.startswith("pull request 7: commented (the report ")
    assert not set("[]#<>@!") & set(said)


def test_an_older_comment_does_not_outlive_a_broken_report(
    api: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def render(_: report.Report) -> str:
        raise ZeroDivisionError("::error::@everyone")

    publish(reports.better())
    monkeypatch.setattr(markdown, "render", render)
    said = publish(reports.better())
    assert said.endswith("updated (the report cannot be rendered: ZeroDivisionError)")
    assert only(api).startswith(NO_REPORT)


def test_the_last_of_duplicate_keys_counts_and_the_rest_is_nothing(api: FakeGitHub) -> None:
    text = report.dumps(reports.better()).replace("{", '{"verdict": "<b>@everyone</b>",', 1)
    publish(text.encode())
    assert "everyone" not in only(api)


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "<!-- mlops report -->",
        "@everyone and @owner/team",
        "[a link](https://example.org/x)",
        "![a picture](https://example.org/x.png)",
        "https://example.org/x",
        "fixes #1, owner/other#2",
        "</details></summary>",
        "| a | b |\n## heading\n```",
        "`code` $math$ :tada:",
    ],
)
def test_a_valid_report_with_hostile_text(api: FakeGitHub, text: str) -> None:
    """Only code spans hold it: outside of them nothing of it is left."""
    publish(hostile_reports.filled(text))
    plain = "".join(without_code(only(api)))
    assert NOTE in plain
    for piece in ("<img", "<!--", "@", "](", "![", "#1", "#2", "## h", "$math$", ":tada:"):
        assert piece not in plain.replace(NOTE, "")
    assert "example.org" not in plain
    assert plain.count("<details>") == plain.count("</details>")


def without_code(text: str) -> Iterator[str]:
    """The parts of Markdown outside of fences and code spans."""
    fence = ""
    for line in text.split("\n"):
        if fence:
            fence = "" if line == fence else fence
        elif line.startswith("```"):
            fence = line.rstrip("abcdefghijklmnopqrstuvwxyz")
        else:
            parts = line.split("`")
            assert len(parts) % 2 == 1, line
            yield " ".join(parts[::2]) + "\n"


def test_the_largest_report_fits(api: FakeGitHub) -> None:
    largest = msgspec.structs.replace(hostile_reports.enormous(), changes=report.Changes())
    assert 0.8 < len(report.dumps(largest)) / report.LARGEST <= 1
    publish(largest)
    (body,) = api.bodies(7)
    assert 30_000 < len(body) <= 65_536
    assert body.endswith(NOTE)


def test_a_rendering_that_is_too_long_is_cut(
    api: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(markdown, "render", lambda _: "✅ " + "x" * 70_000)
    publish(reports.better())
    (body,) = api.bodies(7)
    assert len(body) == 65_536
    assert body.endswith(f"x\n\n{NOTE}")


def test_no_report_at_all(api: FakeGitHub) -> None:
    said = publish(None, conclusion="timed_out")
    assert said == "pull request 7: commented (there is no file pull-request.json)"
    assert only(api).endswith("ended with **timed_out**.")


@pytest.mark.parametrize("kind", ["directory", "link", "dangling link", "pipe"])
def test_only_a_file_is_read(api: FakeGitHub, kind: str) -> None:
    """A link could show a file of the runner, and a pipe would never end."""
    path = Path("incoming/pull-request.json")
    path.parent.mkdir()
    Path("secret.json").write_text(report.dumps(reports.better()), "utf-8")
    make = {
        "directory": lambda: path.mkdir(),
        "link": lambda: path.symlink_to(Path("secret.json").absolute()),
        "dangling link": lambda: path.symlink_to("nothing"),
        "pipe": lambda: os.mkfifo(path),
    }
    make[kind]()
    said = publish(None)
    assert said == "pull request 7: commented (there is no file pull-request.json)"
    assert only(api).startswith(NO_REPORT)


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
