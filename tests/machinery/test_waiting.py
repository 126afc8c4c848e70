"""What DVC would run, and of that what is for more than outputs of another run on the disk."""

import shutil
from pathlib import Path

import pytest
from mlops.errors import UserError
from mlops.repository import objects, pipeline

from machinery.doctoring import Patient


def waiting() -> tuple[list[str], list[str]]:
    """What DVC would run now, and what of that is due."""
    objects.repository.cache_clear()
    found = pipeline.stages_to_run()
    return found, pipeline.due(found)


def test_outputs_of_another_commit_make_no_stage_due(patient: Patient) -> None:
    Path("source.txt").write_text("three\n")
    patient.dvc("repro", "-q")
    patient.git("commit", "-q", "-a", "-m", "Three")
    patient.git("checkout", "-q", "HEAD~1")
    found, due = waiting()
    assert found
    assert due == []


def test_a_stage_whose_inputs_are_new_is_due(patient: Patient) -> None:
    Path("source.txt").write_text("three\n")
    assert waiting() == (["split"], ["split"])
    patient.dvc("repro", "-q", "split")
    assert waiting() == (["train"], ["train"])


def test_stages_are_told_from_the_first_on_where_no_data_is_here(patient: Patient) -> None:
    assert pipeline.without_outputs() == []
    for folder in (Path("data"), patient.cache):
        shutil.rmtree(folder)
    Path("model.bin").unlink()
    assert waiting() == ([], [])
    assert pipeline.without_outputs() == ["split", "train"]
    Path("source.txt").write_text("three\n")
    assert waiting()[1] == ["split"]


def test_a_table_that_dvc_tracks_and_that_is_not_here_is_told_with_what_brings_it(
    patient: Patient,
) -> None:
    patient.git("rm", "-q", "--cached", "source.txt")
    Path("source.txt").write_text("nobody has pushed it\n")
    patient.dvc("add", "-q", "source.txt")
    patient.dvc("repro", "-q")
    objects.repository.cache_clear()
    assert pipeline.absent_sources() == {}
    Path("source.txt").unlink()
    assert pipeline.absent_sources() == {"source.txt": "split"}
    with pytest.raises(UserError, match=r"^source\.txt is not here"):
        pipeline.stages_to_run()
    assert ", nor in the remote: `uv run dvc push`" in pipeline.how_to_get("source.txt")
    patient.dvc("checkout", "-q")
    patient.dvc("push", "-q")
    assert pipeline.how_to_get("source.txt").endswith(": `uv run dvc pull source.txt`")
    patient.dvc("remote", "modify", "storage", "url", "../moved")
    assert "--local storage url FOLDER`" in pipeline.how_to_get("source.txt")


def test_a_file_that_is_not_here_is_told_with_what_brings_it(patient: Patient) -> None:
    Path("source.txt").unlink()
    objects.repository.cache_clear()
    assert pipeline.lost_code() == {"source.txt": "split"}
    assert "`git checkout -- source.txt`" in pipeline.how_to_commit("source.txt")
    assert "`git add new.py`" in pipeline.how_to_commit("new.py")
