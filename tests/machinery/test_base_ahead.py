"""Whether the base branch's model came after production's, and was rolled back."""

import json
from pathlib import Path

import pytest
from mlops.release import facts, registry
from mlops.repository import git
from mlops.review import base_branch
from msgspec.structs import replace

from baked import execute


@pytest.fixture
def main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A branch with three commits, each with a model of its own; the current folder."""
    monkeypatch.delenv("GITHUB_BASE_REF", raising=False)
    monkeypatch.chdir(tmp_path)
    execute("git", "init", "-q", "-b", "main", cwd=tmp_path)
    for model in "abc":
        outs = [{"path": "models/scorer.zip", "md5": model}]
        locked = {"stages": {"export": {"cmd": "export", "outs": outs}}}
        (tmp_path / "dvc.lock").write_text(json.dumps(locked), "utf-8")
        execute("git", "add", "--all", cwd=tmp_path)
        execute("git", "commit", "-q", "-m", f"Model {model}", cwd=tmp_path)
    return tmp_path


def promote(counter: int, commit: str, model: str = "") -> None:
    if model:
        tag(f"model@v0.{counter}.0", facts.message("Register", {"Scorer": model}), commit)
    tag(f"model#production#{counter}", "Assign", commit)


def tag(name: str, text: str, commit: str) -> None:
    execute("git", "tag", "-a", name, "-m", text, commit, cwd=Path.cwd())


def commit(name: str) -> None:
    execute("git", "commit", "-q", "--allow-empty", "-m", name, cwd=Path.cwd())


def base() -> tuple[bool, str]:
    found = base_branch.find(registry.production())
    assert found is not None
    return found.ahead, found.rolled_back


def test_a_merge_that_was_not_promoted(main: Path) -> None:
    assert base() == (True, "")  # nothing is in production
    promote(1, "HEAD~2", "a")
    assert base() == (True, "")
    promote(2, "HEAD", "c")
    assert base() == (False, "")


def test_a_version_that_was_rolled_back(main: Path) -> None:
    promote(1, "HEAD~1", "b")
    promote(2, "HEAD", "c")
    promote(3, "HEAD~1")
    assert base() == (True, "v0.2.0")


def test_a_branch_that_left_main_before_production(main: Path) -> None:
    promote(1, "HEAD", "c")
    execute("git", "switch", "-q", "-c", "change", "HEAD~1", cwd=main)
    assert base() == (False, "")


def test_a_version_that_was_rolled_back_below_a_model_that_was_not_promoted(main: Path) -> None:
    promote(1, "HEAD~2", "a")
    promote(2, "HEAD~1", "b")
    promote(3, "HEAD~2")
    assert base() == (True, "v0.2.0")
    promote(4, "HEAD", "c")
    assert base() == (False, "")


def test_a_merge_that_is_not_committed_counts(main: Path) -> None:
    execute("git", "switch", "-q", "-c", "change", "HEAD~1", cwd=main)
    (main / "notes").touch()
    execute("git", "add", "--all", cwd=main)
    commit("Words")
    execute("git", "merge", "-q", "--no-commit", "--no-ff", "main", cwd=main)
    found = base_branch.find(None)
    assert found is not None
    assert found.commit == git.commit("main")
    assert not found.newer
    commit("Merge main")
    assert base_branch.find(None) == found


def test_a_branch_that_a_run_has_merged_with_newer_commits(
    main: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute("git", "switch", "-q", "-c", "change", "HEAD~1", cwd=main)
    commit("Words")
    execute("git", "switch", "-q", "--detach", "main", cwd=main)
    execute("git", "merge", "-q", "--no-ff", "-m", "Merge change", "change", cwd=main)
    monkeypatch.setenv("GITHUB_REF", "refs/pull/1/merge")
    found = base_branch.find(None)
    assert found is not None
    assert (found.commit, found.newer) == (git.commit("main"), True)


def test_a_branch_that_main_has_left_behind(main: Path) -> None:
    execute("git", "update-ref", "refs/remotes/origin/main", "HEAD~1", cwd=main)
    execute("git", "switch", "-q", "-c", "change", "HEAD~1", cwd=main)
    commit("Words")
    found = base_branch.find(None)
    assert found is not None
    assert not found.moved_on
    execute("git", "update-ref", "refs/remotes/origin/main", "main", cwd=main)
    assert base_branch.find(None) == replace(found, moved_on=True)
