"""`mlops doctor` in a real project: all is as before, byte for byte, and nothing runs again."""

import os
import signal
import subprocess
import time
from pathlib import Path

from baked import BakedProject, environment
from machinery.doctoring import flip

STORED = ("data", "models", "reports", "conf", "src", ".dvc/cache/files", "../late-flights-storage")


def stored(project: BakedProject) -> dict[str, bytes]:
    """The bytes of the workspace, the cache and the remote, but for what was set aside."""
    folders = [project.path / name for name in STORED]
    return {
        os.path.relpath(path, project.path): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.name not in {"run.json", "report.html"}
        and not {"__pycache__", "damaged"} & set(path.parts)
    } | {name: (project.path / name).read_bytes() for name in ("dvc.lock", "params.yaml")}


def objects(store: Path) -> list[Path]:
    return sorted(path for path in (store / "files/md5").rglob("*") if path.is_file())


def test_every_flipped_object_is_named_and_mended(project: BakedProject) -> None:
    before = stored(project)
    cache = objects(project.path / ".dvc/cache")
    remote = objects(project.path.parent / "late-flights-storage")
    assert len(cache) >= len(remote) >= 10
    for path in cache + remote:
        flip(path)
    (project.path / ".dvc/tmp/rwlock").write_text("")
    (project.path / "dvc.lock").write_text("")

    found = project.run("mlops", "doctor", check=False)
    assert found.code == 1
    assert "dvc.lock is empty" in found.out

    fixed = project.run("mlops", "doctor", "--fix", check=False)
    lines = fixed.out.splitlines()
    for store, paths in (("cache", cache), ("late-flights-storage", remote)):
        for path in paths:
            name = f"{store}/files/md5/{path.parent.name}/{path.name}"
            assert [name in line for line in lines].count(True) == 1, name
    assert fixed.code == 0, fixed.out
    assert stored(project) == before
    assert project.run("dvc", "repro").stages == []
    assert project.git("status", "--porcelain") == ""
    assert project.run("mlops", "doctor").out == "all is well\n"


def test_a_killed_experiment_leaves_no_trace(project: BakedProject) -> None:
    project.edit("README.md", "## The daily loop", "## My daily loop")
    before = stored(project), project.git("diff"), project.git("branch", "--show-current")
    with subprocess.Popen(
        ["uv", "run", "dvc", "exp", "run", "-S", "model=linear"],
        cwd=project.path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if "Running stage 'train'" in line:
                time.sleep(1)
                break
        os.killpg(running.pid, signal.SIGKILL)
    assert project.git("branch", "--show-current") == ""

    found = project.run("mlops", "doctor", check=False)
    assert found.code == 1
    assert "HEAD is off main" in found.out
    assert project.git("branch", "--show-current") == ""

    project.run("mlops", "doctor", "--fix")
    assert (project.git("diff"), project.git("branch", "--show-current")) == before[1:]
    assert project.run("dvc", "repro").stages == []
    now = stored(project)
    assert {name: now[name] for name in before[0]} == before[0]
