"""What DVC would run, and of that what is for more than outputs of another run on the disk."""

from pathlib import Path

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


def test_a_file_that_is_not_here_is_told_with_what_brings_it(patient: Patient) -> None:
    Path("source.txt").unlink()
    objects.repository.cache_clear()
    assert pipeline.lost_code() == {"source.txt": "split"}
    assert "`git checkout -- source.txt`" in pipeline.how_to_commit("source.txt")
    assert "`git add new.py`" in pipeline.how_to_commit("new.py")
