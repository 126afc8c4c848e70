"""`mlops doctor`: what a `dvc exp run` leaves that was killed, at point after point."""

import os
import sys
from pathlib import Path

import pytest

from machinery import killing
from machinery.doctoring import Patient, run

STASHED_FIRST = "edits stashed"  # looks as after a `git stash` of the user's


def state(patient: Patient) -> tuple[str, ...]:
    """The branch, the stashes, and the differences from the last commit, staged ones as well."""
    return (
        Path(".git/HEAD").read_text(),
        patient.git("rev-parse", "HEAD"),
        patient.git("stash", "list", "--format=%H"),
        patient.git("diff", "HEAD"),
        patient.git("ls-files", "--others", "--exclude-standard"),
    )


def edit_things(patient: Patient) -> None:
    """An own stash, an edit, a staged edit and a new file."""
    Path("code.py").write_text("print('stashed by me')\n")
    patient.git("stash", "-q", "-m", "mine")
    Path("code.py").write_text("print('edited')\n")
    Path("source.txt").write_text("one\ntwo\nthree\n")
    patient.git("add", "source.txt")
    Path("new.txt").write_text("new\n")


def kill(patient: Patient, point: str, seed: int = 7) -> None:
    """Kill an experiment at a point."""
    script = str(Path(killing.__file__))
    ran = run(patient.path, sys.executable, script, point, "-S", f"seed={seed}", check=False)
    assert ran.code < 0, ran.text


@pytest.mark.parametrize("point", [point for point in killing.POINTS if point != STASHED_FIRST])
def test_branch_and_edits_come_back(patient: Patient, point: str) -> None:
    edit_things(patient)
    before = state(patient), patient.bytes()
    kill(patient, point)
    after = state(patient), patient.bytes()
    well, said = patient.doctor()
    assert not well
    assert "`dvc exp run`" in said
    assert (state(patient), patient.bytes()) == after
    assert patient.doctor(fix=True)[0], said
    assert state(patient) == before[0]
    now = patient.bytes()
    assert {path: now[path] for path in before[1]} == before[1]
    assert patient.doctor() == (True, "all is well\n")


def test_without_edits_too(patient: Patient) -> None:
    before = state(patient), patient.bytes()
    kill(patient, "stages run")
    assert patient.doctor(fix=True)[0]
    assert state(patient) == before[0]
    assert patient.dvc("repro").stages == []
    now = patient.bytes()
    assert {path: now[path] for path in before[1]} == before[1]


def test_the_next_experiment_runs_alone(patient: Patient) -> None:
    kill(patient, "prepared")
    assert patient.doctor(fix=True)[0]
    patient.dvc("exp", "run", "-q", "-n", "next", "-S", "seed=8")
    refs = patient.git("for-each-ref", "refs/exps", "--format=%(refname)").split()
    assert [ref.rpartition("/")[2] for ref in refs if "/exec/" not in ref] == ["next"]


def test_killed_by_its_own_stage(patient: Patient) -> None:
    edit_things(patient)
    before = state(patient), patient.bytes()
    Path("KILL").write_text("")
    assert patient.dvc("exp", "run", "-S", "seed=9", check=False).code != 0
    Path("KILL").unlink()
    assert patient.doctor(fix=True)[0]
    assert state(patient) == before[0]
    now = patient.bytes()
    assert {path: now[path] for path in before[1]} == before[1]


def test_edits_stashed_and_nothing_else_are_only_told(patient: Patient) -> None:
    edit_things(patient)
    kill(patient, STASHED_FIRST)
    after = state(patient)
    well, said = patient.doctor(fix=True)
    assert not well
    assert "git stash pop" in said
    assert state(patient) == after


@pytest.mark.parametrize("point", ["overrides applied", "stages run"])
def test_what_changed_since_the_kill_is_only_told(patient: Patient, point: str) -> None:
    edit_things(patient)
    kill(patient, point)
    patient.git("commit", "-qam", "On no branch")
    after = state(patient)
    well, said = patient.doctor(fix=True)
    assert not well
    assert "git switch" in said
    assert state(patient) == after


def test_edits_made_after_the_kill_stay(patient: Patient) -> None:
    edit_things(patient)
    kill(patient, "stages run")
    Path("code.py").write_text("print('since')\n")
    assert patient.doctor(fix=True)[0]
    assert Path("code.py").read_text() == "print('since')\n"
    assert Path(".git/HEAD").read_text() == "ref: refs/heads/main\n"


def test_a_users_own_stash_and_detached_head_are_none_of_its_business(patient: Patient) -> None:
    edit_things(patient)
    patient.git("stash", "-q")
    patient.git("checkout", "-q", "--detach")
    before = state(patient)
    assert patient.doctor(fix=True) == (True, "all is well\n")
    assert state(patient) == before


def test_a_stash_of_the_same_second_is_the_users_where_it_is_older(patient: Patient) -> None:
    Path("code.py").write_text("print('stashed by me')\n")
    patient.git("stash", "-q", "-m", "mine")
    before = state(patient)
    kill(patient, "overrides applied")
    second = int(patient.git("log", "-1", "--format=%ct", "refs/stash"))
    os.utime(".git/refs/stash", (second + 0.1, second + 0.1))
    os.utime(".dvc/tmp/exps/rwlock", (second + 0.9, second + 0.9))
    assert patient.doctor(fix=True)[0]
    assert state(patient) == before


def test_a_run_that_came_to_its_end_is_none_of_its_business(patient: Patient) -> None:
    patient.dvc("exp", "run", "-q", "-S", "seed=3")
    said = patient.doctor(fix=True)[1]
    assert "`dvc exp run`" not in said
    assert os.path.getsize("params.yaml") > 0
