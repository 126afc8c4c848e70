"""What a branch changes, each change told once."""

from pathlib import Path

import pytest
from mlops.config import compose
from mlops.review import base_branch, changes

from baked import edit, execute


@pytest.fixture(autouse=True)
def unvalidated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without data nothing was found in it."""
    monkeypatch.setattr(changes, "validated", dict)


def told() -> tuple[list[str], list[str]]:
    """The keys of changed parameters, and the changed files."""
    found = changes.changes("HEAD")
    return [entry.key for entry in found.parameters], [entry.path for entry in found.files]


def test_the_base_is_named_as_a_branch(committed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_BASE_REF", raising=False)
    execute("git", "branch", "-M", "trunk", cwd=committed.parent)
    execute("git", "clone", "-q", ".", "clone", cwd=committed.parent)
    monkeypatch.chdir(committed.parent / "clone")
    base = base_branch.find(None)
    assert base is not None
    assert base.name == "trunk"


def test_what_the_parameters_tell_is_not_told_by_its_file_too(committed: Path) -> None:
    edit(committed / "config.yaml", "seed: 1", "seed: 7")
    edit(committed / "gate/binary.yaml", "size: 100", "size: 50")
    compose.update()
    assert told() == (["seed", "gate.size"], [])


def test_what_the_parameters_tell_is_not_told_by_the_experiment_too(committed: Path) -> None:
    edit(committed / "config.yaml", "- experiment: null", "- experiment: quick")
    edit(committed / "experiment/quick.yaml", "rounds: 100", "rounds: 200")
    compose.update()
    keys, files = told()
    assert "evaluation.rounds" in keys
    assert files == []


def test_a_file_of_conf_that_changes_no_parameter_is_told(committed: Path) -> None:
    edit(committed / "gate/binary.yaml", "size: 100", "size: 50")
    edit(committed / "gate/regression.yaml", "size: 100", "size: 50")  # of another task
    edit(committed / "split/time.yaml", "# Train on the past", "# Learn from the past")
    compose.update()
    assert told() == (["gate.size"], ["conf/gate/regression.yaml", "conf/split/time.yaml"])


def test_an_edit_that_was_not_run_is_told_by_its_file(committed: Path) -> None:
    edit(committed / "config.yaml", "seed: 1", "seed: 7")
    compose.update()
    edit(committed / "config.yaml", "seed: 7", "seed: 8")
    found = changes.changes("HEAD", composed=False)
    assert [entry.new for entry in found.parameters] == ["7"]
    assert [entry.path for entry in found.files] == ["conf/config.yaml"]


def test_a_file_that_git_does_not_have_yet_is_told(committed: Path) -> None:
    Path("src").mkdir()
    Path("src/features.py").write_text("one\ntwo\n")
    assert [(each.path, each.added, each.removed) for each in changes.changes("HEAD").files] == [
        ("src/features.py", 2, 0)
    ]
