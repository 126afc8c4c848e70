"""With the hooks installed: a commit, a push, a checkout, and the machinery beside them."""

import shutil
from pathlib import Path

import pytest

from baked import BakedProject, execute

ASIDE = """
from mlops.repository.aside import checkout
with checkout("HEAD") as here:
    print(here.git("status", "--porcelain") or "clean", (here.path / ".venv").exists())
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

    scorer = project.path / "models" / "scorer.zip"
    scorer.unlink()
    project.git("switch", "-q", "-c", "slower")
    assert scorer.is_file()

    project.edit(
        "conf/model/hist_gradient_boosting.yaml", "learning_rate: 0.1", "learning_rate: 0.2"
    )
    project.commit("An edit that was not run yet")
    with pytest.raises(AssertionError, match="conf/ has changed: `uv run dvc repro`"):
        project.git("push", "-q", "origin", "slower")
    assert "slower" not in execute("git", "branch", cwd=tmp_path / "origin.git").out

    assert project.run("python", "-c", ASIDE).out == "clean False\n"
