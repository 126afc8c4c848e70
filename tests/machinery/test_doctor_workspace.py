"""`mlops doctor`: files that are gone from the workspace, or not those of the lock."""

import shutil
from pathlib import Path

import pytest

from machinery.doctoring import Patient, run

WELL = (True, "all is well\n")


def remove(name: str) -> None:
    path = Path(name)
    shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("name", ["model.bin", "data/a.txt", "data"])
def test_an_output_that_is_gone_is_checked_out_again(patient: Patient, name: str) -> None:
    before = patient.bytes()
    remove(name)
    well, said = patient.doctor()
    assert not well
    assert f"gone from the workspace: {name}\n" in said
    assert patient.doctor(fix=True)[0]
    assert patient.bytes() == before


@pytest.mark.parametrize("name", ["source.txt", "metrics.json", "conf/gate/regression.yaml"])
def test_a_file_of_the_pipeline_that_git_has_is_told(patient: Patient, name: str) -> None:
    before = patient.bytes()
    remove(name)
    well, said = patient.doctor(fix=True)
    assert not well
    assert f"{name} is gone, and Git has it\n" in said
    assert not Path(name).exists()
    run(patient.path, "sh", "-c", said.split("`")[1])
    assert patient.bytes() == before
    assert patient.doctor() == WELL


def test_a_file_that_was_let_go_is_not_told(patient: Patient) -> None:
    patient.git("rm", "-q", "conf/gate/regression.yaml")
    Path("code.py").unlink()
    assert "is gone" not in patient.doctor()[1]


def test_an_edited_output_is_told_and_the_users_own(patient: Patient) -> None:
    before = patient.bytes()
    for name in ("data/a.txt", "model.bin"):
        Path(name).write_text("mine")
    well, said = patient.doctor(fix=True)
    assert not well
    assert "data/a.txt is not the one of dvc.lock\n" in said
    assert "model.bin is not the one of dvc.lock\n" in said
    assert Path("data/a.txt").read_text() == Path("model.bin").read_text() == "mine"
    for command in said.split("`")[1::2]:
        patient.dvc(*command.replace("'", "").removeprefix("uv run dvc ").split())
    assert patient.bytes() == before
    assert patient.doctor() == WELL


def test_in_a_clone_nothing_is_gone_before_it_is_pulled(patient: Patient) -> None:
    patient.git("clone", "-q", ".", "../clone")
    clone = Patient(patient.path.parent / "clone", patient.capsys)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(clone.path)
        empty = (True, "all is well; data and models are not here yet: `uv run dvc pull`\n")
        assert clone.doctor() == empty
        clone.dvc("fetch", "-q", "model.bin")
        assert clone.doctor() == empty
        clone.dvc("pull", "-q", "data/a.txt")
        Path("data/a.txt").unlink()
        assert "gone from the workspace: data/a.txt, model.bin\n" in clone.doctor()[1]


def test_what_is_of_another_commit_is_told(patient: Patient) -> None:
    Path("source.txt").write_text("three\n")
    patient.dvc("repro", "-q")
    patient.git("checkout", "-q", "dvc.lock")
    well, said = patient.doctor(fix=True)
    assert not well
    assert said.startswith("of another run than dvc.lock: ")
    assert said.splitlines()[1] == "    to do: `uv run dvc pull`"
    patient.dvc("pull", "-q")
    assert patient.doctor() == WELL


def test_a_source_that_was_edited_is_left_to_the_next_run(patient: Patient) -> None:
    Path("table.csv").write_text("1")
    patient.dvc("add", "-q", "table.csv")
    Path("table.csv").write_text("2")
    assert patient.doctor() == WELL
