"""The branch of retraining: ours is renewed, what somebody else has pushed is not touched."""

from pathlib import Path

import pytest
from mlops.errors import UserError
from mlops.monitor import retrain
from mlops.repository import git

from baked import execute


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of a bare origin whose main has data through June; the current folder."""
    execute("git", "init", "-q", "--bare", "--initial-branch=main", "origin.git", cwd=tmp_path)
    ours = tmp_path / "ours"
    execute("git", "clone", "-q", "origin.git", str(ours), cwd=tmp_path)
    monkeypatch.chdir(ours)
    commit("Start", "2013-06")
    execute("git", "push", "-q", "origin", "HEAD:main", cwd=ours)
    return ours


def commit(message: str, through: str) -> str:
    Path("params.yaml").write_text(f"data: {{through: {through}}}\n# {message}\n", "utf-8")
    git.git("add", "--all")
    execute("git", "commit", "-q", "-m", message, cwd=Path.cwd())
    return git.git("rev-parse", "HEAD").strip()


def push_branch() -> None:
    execute("git", "push", "-q", "-f", "origin", "HEAD:retrain", cwd=Path.cwd())


def test_our_own_branch_is_known_by_its_base_and_period(clone: Path) -> None:
    base = git.git("rev-parse", "HEAD").strip()
    assert not retrain.is_there(base, "2013-07")
    commit("Data through 2013-07", "2013-07")
    push_branch()
    assert retrain.is_there(base, "2013-07")
    assert not retrain.is_there(base, "2013-08")
    git.git("switch", "-q", "-c", "later", base)
    later = commit("Main has moved on", "2013-06")
    assert not retrain.is_there(later, "2013-07")


def test_what_somebody_else_pushed_is_refused(clone: Path) -> None:
    base = git.git("rev-parse", "HEAD").strip()
    commit("Data through 2013-07", "2013-07")
    commit("A mended column", "2013-07")
    push_branch()
    with pytest.raises(UserError, match="branch retrain at origin holds commits of others"):
        retrain.is_there(base, "2013-08")


def test_a_branch_that_was_merged_and_deleted_is_forgotten(clone: Path) -> None:
    base = git.git("rev-parse", "HEAD").strip()
    commit("Data through 2013-07", "2013-07")
    push_branch()
    assert retrain.is_there(base, "2013-07")
    execute("git", "push", "-q", "origin", "--delete", "retrain", cwd=clone.parent / "ours")
    git.git("update-ref", retrain.there(), base)  # as a clone that fetched it may still say
    assert not retrain.is_there(base, "2013-07")
    assert git.commit(retrain.there()) is None
