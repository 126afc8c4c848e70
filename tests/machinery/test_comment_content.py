"""Whatever a report holds: the comment shows a report, or says that there is none."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from mlops.review import report
from mlops.review.presentation import markdown

from machinery import hostile_reports, reports
from machinery.commenting import FAILED, NEWER, NO_REPORT, NOTE, OLDER, only, publish
from machinery.github_api import FakeGitHub


@pytest.fixture
def api(api: FakeGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGitHub:
    """A repository with pull request 7 from its branch `topic`; the folder is that of the job."""
    api.pull(7, "topic", NEWER)
    monkeypatch.chdir(tmp_path)
    return api


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
