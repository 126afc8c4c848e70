"""The model that a merged pull request's run handed over: the right one, or none and why."""

import stat
from pathlib import Path
from typing import Any

import pytest
from mlops.errors import UserError
from mlops.github import runs
from mlops.github.runs import Handover, reviewed

from machinery.github_api import TOKEN, FakeGitHub, Fault, complaint
from machinery.zips import zipped

HEAD, MERGED = "b" * 40, "e" * 40
MODEL = zipped({"dvc.lock": b"schema: '2.0'", "models/model.skops": bytes(range(256)) * 99})
FROM_PULL = "taken from the run of pull request 7"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "model"


@pytest.fixture
def merged(api: FakeGitHub, storage: FakeGitHub) -> FakeGitHub:
    """A repository whose pull request 7 is merged, with neither a run nor a model."""
    api.pull(7, "topic", HEAD)
    api.merge(7, MERGED)
    return api


def contents(folder: Path) -> dict[str, int]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def nothing(folder: Path, commit: str = MERGED) -> str:
    found = reviewed(commit, folder)
    assert found.folder is None
    assert not folder.exists()
    assert "\n" not in found.note
    assert TOKEN not in found.note
    return found.note


def refused(folder: Path) -> str:
    with pytest.raises(UserError) as error:
        reviewed(MERGED, folder)
    assert list(folder.parent.iterdir()) == []
    assert "\n" not in str(error.value)
    assert TOKEN not in str(error.value)
    return str(error.value)


def test_what_the_run_of_the_merged_head_handed_over(
    merged: FakeGitHub, storage: FakeGitHub, folder: Path
) -> None:
    merged.artifact(merged.run(HEAD), MODEL)
    assert reviewed(MERGED, folder) == Handover(folder, FROM_PULL)
    assert contents(folder) == {"dvc.lock": 13, "models/model.skops": 25_344}
    assert [str(seen) for seen in merged.requests] == [
        f"GET /commits/{MERGED}/pulls",
        "GET /actions/workflows/pull-request.yaml/runs",
        "GET /actions/workflows/pull-request.yaml/runs",
        "GET /actions/runs/500/artifacts",
        "GET /actions/artifacts/900/zip",
    ]
    assert {seen.headers["authorization"] for seen in merged.requests} == {f"Bearer {TOKEN}"}
    assert len(storage.requests) == 1
    assert TOKEN not in str(storage.requests[0].headers)


def test_the_merge_queue_has_examined_the_commit_itself(merged: FakeGitHub, folder: Path) -> None:
    merged.artifact(merged.run(HEAD), b"another")
    merged.artifact(merged.run(MERGED, "merge_group"), MODEL)
    merged.run(MERGED, "push")
    note = f"taken from the merge queue's run for {MERGED[:8]}"
    assert reviewed(MERGED, folder) == Handover(folder, note)


def test_a_fork_stays_one_in_the_merge_queue(
    api: FakeGitHub, storage: FakeGitHub, folder: Path
) -> None:
    api.pull(7, "topic", HEAD, "visitor/flights")
    api.merge(7, MERGED)
    api.artifact(api.run(MERGED, "merge_group"), MODEL)
    assert "comes from a fork" in nothing(folder)


@pytest.mark.parametrize("event", ["pull_request", "workflow_dispatch", "merge_group"])
def test_the_last_success_counts(merged: FakeGitHub, folder: Path, event: str) -> None:
    merged.artifact(merged.run(HEAD), b"an older one")
    run = merged.run(HEAD, event)
    merged.artifact(run, b"of an earlier attempt")
    merged.artifact(run, MODEL)
    merged.artifact(run, b"a report", name="report")
    others: list[dict[str, Any]] = [
        {"conclusion": "failure"},
        {"status": "in_progress", "conclusion": None},
        {"event": "push"},
        {"event": "schedule"},
        {"workflow": "other.yaml"},
        {"head_repository": {"full_name": "visitor/flights"}},
        {"head_repository": None},
    ]
    for changes in others:
        merged.artifact(merged.run(HEAD, **changes), b"not this")
    merged.artifact(merged.run("f" * 40), b"of another commit")
    assert reviewed(MERGED, folder) == Handover(folder, FROM_PULL)


def test_runs_and_artifacts_come_in_pages(merged: FakeGitHub, folder: Path) -> None:
    run = merged.run(HEAD)
    merged.artifact(run, MODEL)
    for _ in range(150):
        merged.run(HEAD, "pull_request", conclusion="cancelled")
    for number in range(250):
        merged.pull(100 + number, "other", "a" * 40)["holds"] = MERGED
    assert reviewed(MERGED, folder) == Handover(folder, FROM_PULL)


def test_the_pull_request_that_made_the_commit(merged: FakeGitHub, folder: Path) -> None:
    """An earlier one may hold the commit as well, and a later one may have merged its branch."""
    for number, at in ((6, "2026-11-20T08:00:00Z"), (8, "2026-11-22T08:00:00Z")):
        merged.pull(number, "other", "a" * 40)["holds"] = MERGED
        merged.merge(number, "d" * 40, at)
    merged.artifact(merged.run("a" * 40), b"another")
    merged.artifact(merged.run(HEAD), MODEL)
    assert reviewed(MERGED, folder).note == FROM_PULL


def test_a_commit_that_was_pushed(merged: FakeGitHub, folder: Path) -> None:
    merged.pull(8, "open", "a" * 40)["holds"] = "f" * 40
    assert nothing(folder, "f" * 40) == "ffffffff comes from no merged pull request"


@pytest.mark.parametrize("source", ["visitor/flights", None], ids=["fork", "deleted fork"])
def test_a_forks_model_is_never_taken(api: FakeGitHub, folder: Path, source: str | None) -> None:
    api.pull(7, "topic", HEAD, source)
    api.merge(7, MERGED)
    api.artifact(api.run(HEAD), MODEL)
    assert nothing(folder) == "pull request 7 comes from a fork, whose model is never taken"
    assert not [line for line in api.asked() if "artifacts" in line]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"expired": True}, "what the run of pull request 7 handed over has expired"),
        ({"name": "report"}, "the run of pull request 7 handed no model over"),
    ],
)
def test_nothing_is_there(
    merged: FakeGitHub, folder: Path, changes: dict[str, Any], line: str
) -> None:
    merged.artifact(merged.run(HEAD), MODEL, **changes)
    assert nothing(folder) == line
    assert not [asked for asked in merged.asked() if asked.endswith("zip")]


def test_no_run_succeeded(merged: FakeGitHub, folder: Path) -> None:
    merged.artifact(merged.run(HEAD, "pull_request", conclusion="failure"), MODEL)
    assert nothing(folder) == (
        "pull request 7 has no successful run of pull-request.yaml for what was merged"
    )


def test_it_expires_at_this_moment(merged: FakeGitHub, folder: Path) -> None:
    merged.artifact(merged.run(HEAD), MODEL)
    merged.faults = [Fault("zip", complaint(410, "Artifact has expired"))]
    assert nothing(folder) == "what the run of pull request 7 handed over has expired"


@pytest.mark.parametrize(
    "fault",
    [
        Fault("zip", cut=1000),
        Fault("zip", drop=True),
        Fault("zip", delay=0.5),
        Fault("zip", complaint(503, "busy"), times=3),
        Fault("zip", complaint(429, "Too many", Retry_After="0")),
    ],
    ids=["cut", "dropped", "slow", "503", "429"],
)
@pytest.mark.parametrize("where", ["api", "storage"])
def test_a_bad_moment_is_overcome(
    merged: FakeGitHub, storage: FakeGitHub, folder: Path, fault: Fault, where: str
) -> None:
    merged.artifact(merged.run(HEAD), MODEL)
    (merged if where == "api" else storage).faults = [Fault(**vars(fault))]
    assert reviewed(MERGED, folder) == Handover(folder, FROM_PULL)
    assert contents(folder) == {"dvc.lock": 13, "models/model.skops": 25_344}


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (
            Fault("runs$", complaint(403, f"Resource not accessible {TOKEN}"), times=9),
            f"find the runs for {MERGED[:8]}: GitHub answered 403 (Resource not accessible ***); ",
        ),
        (
            Fault("pulls", complaint(422, f"No commit found for SHA: {MERGED}")),
            f"find the pull request of {MERGED[:8]}: GitHub answered 422 (No commit found for ",
        ),
        (
            Fault("zip", complaint(500, "Server Error"), times=9),
            "fetch what the run of pull request 7 handed over: GitHub answered 500 (Server Error)",
        ),
        (
            Fault("artifacts$", cut=9, times=9),
            "find the artifacts of run 500: no answer from 127.0.0.1:",
        ),
    ],
    ids=["403", "422", "500", "cut"],
)
def test_what_stays_wrong_is_one_line(
    merged: FakeGitHub, folder: Path, fault: Fault, line: str
) -> None:
    merged.artifact(merged.run(HEAD), MODEL)
    merged.faults = [fault]
    assert refused(folder).startswith(line)


@pytest.mark.parametrize("told", [len(MODEL), 1], ids=["as told", "not as told"])
def test_an_archive_that_is_too_large(
    merged: FakeGitHub, folder: Path, monkeypatch: pytest.MonkeyPatch, told: int
) -> None:
    monkeypatch.setattr(runs, "LARGEST", 100)
    merged.artifact(merged.run(HEAD), MODEL, size_in_bytes=told)
    line = "fetch what the run of pull request 7 handed over: it has more than 100 bytes: refused"
    assert refused(folder) == line


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"<html>", "it cannot be unpacked (BadZipFile: File is not a zip file)"),
        (zipped({"../x": b""}), "it holds a file named '../x': refused"),
        (zipped({"x": b"/etc"}, stat.S_IFLNK), "x is not a regular file: refused"),
    ],
)
def test_a_hostile_archive(merged: FakeGitHub, folder: Path, content: bytes, line: str) -> None:
    merged.artifact(merged.run(HEAD), content)
    assert refused(folder) == f"fetch what the run of pull request 7 handed over: {line}"
