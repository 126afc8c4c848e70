"""`mlops doctor`: DVC's own files, params.yaml, temporary files and what was not pushed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mlops.errors import UserError

from machinery.doctoring import Patient, run

KEPT = Path(".dvc/tmp/damaged")


def test_a_healthy_project_needs_one_line(patient: Patient) -> None:
    before = patient.bytes()
    assert patient.doctor() == (True, "all is well\n")
    assert patient.doctor(fix=True) == (True, "all is well\n")
    assert patient.bytes() == before


@pytest.mark.parametrize("content", ["", '{"write": {"data"', '{"write": 3}'])
def test_a_truncated_rwlock_is_moved_away(patient: Patient, content: str) -> None:
    paths = [Path(".dvc/tmp/rwlock"), Path(".dvc/tmp/exps/rwlock")]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    assert patient.dvc("status", check=False).code != 0
    well, said = patient.doctor()
    assert not well
    assert all(str(path) in said and path.read_text() == content for path in paths)
    assert patient.doctor(fix=True)[0]
    assert [path.read_text() for path in KEPT.glob("rwlock*")] == [content, content]
    assert patient.dvc("repro").stages == []


def test_a_list_that_names_a_killed_dvc_is_moved_away(patient: Patient) -> None:
    Path("KILL").touch()
    Path("source.txt").write_text("three\n")
    assert patient.dvc("repro", check=False).code != 0
    Path("KILL").unlink()
    rwlock = Path(".dvc/tmp/rwlock")
    alive = re.sub(r'"pid": \d+', f'"pid": {os.getpid()}', rwlock.read_text("utf-8"))
    rwlock.write_text(alive, "utf-8")  # another process has got its number
    assert "is busy" in patient.dvc("repro", check=False).err
    well, said = patient.doctor()
    assert not well
    assert f"{rwlock} names a killed DVC" in said
    patient.doctor(fix=True)
    assert patient.dvc("repro").stages == ["train"]
    assert patient.doctor() == (True, "all is well\n")


def test_while_dvc_runs_nothing_is_touched(patient: Patient) -> None:
    Path(".dvc/tmp/rwlock").write_text("")
    script = "import sys, time; print('up', flush=True); sys.stdin.read()"
    Path("dvc").write_text(script)
    with subprocess.Popen(
        [sys.executable, "dvc", "repro"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        with pytest.raises(UserError, match=f"process {running.pid}"):
            patient.doctor(fix=True)
        running.communicate(timeout=60)
    assert Path(".dvc/tmp/rwlock").read_text() == ""


def test_while_dvcs_lock_is_held_nothing_is_touched(patient: Patient) -> None:
    hold = "import sys; from zc.lockfile import LockFile; lock = LockFile('.dvc/tmp/lock');"
    with subprocess.Popen(
        [sys.executable, "-c", hold + "print('up', flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        with pytest.raises(UserError, match="holds"):
            patient.doctor(fix=True)
        running.communicate(timeout=60)


def test_an_empty_or_truncated_lock_is_put_back(patient: Patient) -> None:
    lock = Path("dvc.lock")
    whole = lock.read_bytes()
    for content in (b"", whole[: len(whole) // 2], b"schema: '2.0'\nstages: [", b"\0" * 40):
        lock.write_bytes(content)
        well, said = patient.doctor()
        assert not well
        assert "dvc.lock" in said
        assert patient.doctor(fix=True)[0]
        assert lock.read_bytes() == whole
    assert sorted(path.read_bytes() for path in KEPT.glob("dvc.lock*"))[0] == b""
    assert len(list(KEPT.glob("dvc.lock*"))) == 4
    assert patient.dvc("repro").stages == []


def test_an_empty_lock_that_was_never_committed_is_moved_away(patient: Patient) -> None:
    patient.git("rm", "-q", "--cached", "dvc.lock")
    patient.git("commit", "-q", "-m", "No lock")
    Path("dvc.lock").write_bytes(b"")
    patient.doctor(fix=True)
    assert not Path("dvc.lock").exists()
    before = Path("model.bin").read_bytes()
    patient.dvc("repro")
    assert Path("model.bin").read_bytes() == before


def test_merge_marks_are_only_told(patient: Patient) -> None:
    lock = Path("dvc.lock")
    marked = "<<<<<<< HEAD\n" + lock.read_text() + "=======\n>>>>>>> other\n"
    lock.write_text(marked)
    well, said = patient.doctor(fix=True)
    assert not well
    assert "git checkout --theirs dvc.lock" in said
    assert lock.read_text() == marked


@pytest.mark.parametrize("content", ["", "data:\n  - [", "# Composed"])
def test_params_cut_off_are_composed_anew(patient: Patient, content: str) -> None:
    params = Path("params.yaml")
    whole = params.read_bytes()
    params.write_text(content)
    assert not patient.doctor()[0]
    assert patient.doctor(fix=True)[0]
    assert params.read_bytes() == whole
    assert (KEPT / "params.yaml").read_text() == content
    assert patient.dvc("repro").stages == []


def test_params_edited_by_hand_are_only_told(patient: Patient) -> None:
    params = Path("params.yaml")
    edited = params.read_text().replace("seed: ", "seed: 1")
    params.write_text(edited)
    well, said = patient.doctor(fix=True)
    assert not well
    assert "seed" in said
    assert "mlops compose --adopt" in said
    assert params.read_text() == edited


def test_half_written_files_of_dead_processes_are_removed(patient: Patient) -> None:
    dead = dead_process()
    token = "Ab3_-" + "x" * 17
    left = [
        Path(f".params.yaml.{dead}.tmp"),
        Path(f"data/.a.txt.{dead}.tmp"),
        Path(f"data/.{token}.tmp"),
        patient.cache / f"files/md5/aa/.{token}.tmp",
        patient.cache / f"files/md5/aa/{'0' * 30}.{token}.tmp",
    ]
    mine = [
        Path(".notes.tmp"),
        Path(f"data/notes.{dead}.tmp"),
        Path(f".params.yaml.{os.getpid()}.tmp"),
        patient.storage / f"files/md5/aa/.{token}.tmp",  # another machine may be pushing
    ]
    for path in left + mine:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")
    well, said = patient.doctor()
    assert not well
    assert all(path.name in said for path in left)
    assert patient.doctor(fix=True)[0]
    assert not any(path.exists() for path in left)
    assert all(path.exists() for path in mine)
    os.utime(mine[-1], (0, 0))
    assert patient.doctor(fix=True)[0]
    assert not mine[-1].exists()


def test_what_was_not_pushed_is_pushed(patient: Patient, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    config = Path(".dvc/config")
    config.write_text(config.read_text().replace("../../storage", str(shared)))
    patient.git("commit", "-qam", "A shared remote")
    well, said = patient.doctor()
    assert not well
    assert "model.bin" in said
    assert patient.doctor(fix=True)[0]
    assert {path.name for path in patient.objects(shared)} == {
        path.name for path in patient.objects(patient.cache)
    }


def test_commits_ahead_are_only_told(patient: Patient, tmp_path: Path) -> None:
    run(tmp_path, "git", "init", "-q", "--bare", "origin.git")
    patient.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    patient.git("push", "-q", "-u", "origin", "main")
    assert patient.doctor()[0]
    patient.git("commit", "-q", "--allow-empty", "-m", "More")
    well, said = patient.doctor(fix=True)
    assert not well
    assert "1 commit is not pushed" in said


def dead_process() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    return ended.pid


def test_the_locks_of_a_killed_git_are_moved_away(patient: Patient) -> None:
    hook = Path(".git/hooks/reference-transaction")
    hook.write_text('#!/bin/sh\n[ "$1" != prepared ] || kill -9 $PPID\n', "utf-8")
    hook.chmod(0o755)
    tag = ["git", "update-ref", "refs/tags/model@v0.1.0", "HEAD"]
    assert run(patient.path, *tag, check=False).code < 0
    hook.unlink()
    shutil.copy(".git/index", ".git/index.lock")
    assert run(patient.path, *tag, check=False).code == 128
    well, said = patient.doctor()
    assert not well
    assert ".git/index.lock" in said
    assert ".git/refs/tags/model@v0.1.0.lock" in said
    assert patient.doctor(fix=True)[0]
    assert len(list(KEPT.glob("*.lock"))) == 2
    patient.git(*tag[1:])
    patient.git("commit", "-q", "--allow-empty", "-m", "On")


def test_the_locks_of_a_git_at_work_are_its_own(patient: Patient) -> None:
    lock = Path(".git/index.lock")
    lock.touch()
    with subprocess.Popen(["git", "hash-object", "--stdin"], stdin=subprocess.PIPE) as running:
        assert patient.doctor(fix=True) == (True, "all is well\n")
        assert lock.exists()
        running.communicate(b"")
