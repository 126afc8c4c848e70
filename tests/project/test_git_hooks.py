"""With the hooks installed: a commit, a push, and the machinery beside them."""

import shutil
from pathlib import Path

import pytest

from baked import BakedProject, execute

RETRAIN = """
from mlops.repository.git import git
git("push", "--quiet", "origin", "HEAD:refs/heads/retrain")
"""


def test_git_keeps_code_and_data_together(
    project: BakedProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "store"))
    execute("git", "init", "-q", "--bare", "origin.git", cwd=tmp_path)
    project.git("remote", "add", "origin", "../origin.git")
    project.run("pre-commit", "install")
    project.run("pre-commit", "run", "--all-files")
    assert project.git("status", "--porcelain") == ""

    storage = tmp_path / "late-flights-storage"
    shutil.rmtree(storage)
    project.git("push", "-q", "-u", "origin", "main")
    assert [path for path in storage.rglob("*") if path.is_file()]

    project.git("switch", "-q", "-c", "quicker")
    model = "conf/model/hist_gradient_boosting.yaml"
    project.edit(model, "learning_rate: 0.1", "learning_rate: 0.2")
    project.git("commit", "-q", "--allow-empty", "-m", "Nothing of the edit")
    project.git("push", "-q", "-u", "origin", "quicker")
    assert project.git("diff", "--name-only") == f"{model}\n"

    project.commit("An edit that was not run yet")
    with pytest.raises(AssertionError, match="conf/ has changed: `uv run dvc repro`"):
        project.git("push", "-q")
    assert project.git("log", "--format=%s", "@{upstream}..") == "An edit that was not run yet\n"
    project.run("python", "-c", RETRAIN)
    assert "retrain" in execute("git", "branch", cwd=tmp_path / "origin.git").out
