"""Results that are committed are stale where others are committed; an experiment is at work.

And a failure counts until what failed is mended.
"""

from pathlib import Path

import pytest
from mlops import stage
from mlops.config import compose
from mlops.repository import git, pipeline
from mlops.repository import lock as recorded
from mlops.repository.lock import Lock, Stage
from mlops.review import state

from baked import edit, execute
from machinery.composing import experiment


@pytest.fixture(autouse=True)
def no_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no DVC in these folders: what it would say is given."""
    monkeypatch.setattr(pipeline, "lost_code", dict)
    monkeypatch.setattr(pipeline, "absent_sources", dict)
    monkeypatch.setattr(pipeline, "without_outputs", list)
    monkeypatch.setattr(pipeline, "due", list)


def lock(seed: int) -> Lock:
    return {"train": Stage("train", {}, {}, {"params.yaml": {"seed": seed}})}


def test_what_an_experiment_has_set_is_not_stale(
    committed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment(monkeypatch, "seed=7")
    assert state.stale_stages(["train"]) == []


def test_what_a_run_made_of_a_newer_table_is_not_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "uncommitted", lambda: ["data/source/houses.csv.dvc", "dvc.lock"])
    assert state.stale_stages(["ingest"]) == []


def test_what_a_run_made_of_a_committed_edit_is_stale(committed: Path) -> None:
    edit(committed / "config.yaml", "seed: 1", "seed: 7")
    execute("git", "commit", "-q", "-a", "-m", "Another seed, not run", cwd=committed.parent)
    compose.update()
    assert state.stale_stages(["train"]) == ["train"]


@pytest.mark.parametrize(
    ("waiting", "stale", "uncommitted"), [([], [], True), (["train"], ["train"], False)]
)
def test_what_a_run_made_of_an_edit_is_not_committed(
    waiting: list[str],
    stale: list[str],
    uncommitted: bool,
    committed: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edit(committed / "config.yaml", "seed: 1", "seed: 7")
    monkeypatch.setattr(pipeline, "stages_to_run", lambda: waiting)
    monkeypatch.setattr(recorded, "at", lambda commit: lock(1))
    monkeypatch.setattr(recorded, "read", lambda: lock(7))
    found = state.pipeline_state()
    assert (found.stale, found.uncommitted) == (stale, uncommitted)


def test_what_git_does_not_have_is_not_committed(
    committed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "stages_to_run", list)
    made = {"train": Stage("train", {"src/readers": ""}, {}, {})}
    monkeypatch.setattr(recorded, "at", lambda commit: made)
    monkeypatch.setattr(recorded, "read", lambda: made)
    Path("src").mkdir()
    Path("src/notes.md").touch()  # nothing depends on it
    assert not state.pipeline_state().uncommitted
    Path("src/readers").mkdir()
    Path("src/readers/shop.py").touch()
    found = state.pipeline_state()
    assert (found.stale, found.uncommitted) == ([], True)


def test_a_failure_counts_until_it_is_mended(
    committed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("dvc.yaml").write_text("stages: {compose: {deps: [conf]}}\n")
    edit(committed / "config.yaml", "seed: 1", "seed: one")
    with pytest.raises(SystemExit):
        stage.main("mlops.config.compose")
    failed, said = state.failure(["compose", "train"])
    assert failed == "compose"
    assert "seed" in said[0]
    assert state.failure(["split", "compose"]) == (None, [])  # it would run first, and has not
    edit(committed / "config.yaml", "seed: one", "seed: 1")
    assert state.failure(["compose", "train"]) == (None, [])
