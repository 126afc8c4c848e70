"""The machinery is tested in place, beside a copy of the template's `conf/`."""

import shutil
from pathlib import Path

import pytest

from baked import IDENTITY, PROJECT
from machinery.doctoring import Patient, project_in


@pytest.fixture
def conf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of `conf/` and `params.yaml` in an empty folder, which is the current one."""
    shutil.copytree(PROJECT / "conf", tmp_path / "conf")
    shutil.copy(PROJECT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVC_EXP_NAME", raising=False)
    return tmp_path / "conf"


@pytest.fixture(scope="session")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project that ran, in a folder with its remote; not to be changed."""
    folder = tmp_path_factory.mktemp("healthy")
    (folder / "project").mkdir()
    project_in(folder / "project")
    return folder


@pytest.fixture
def patient(
    healthy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Patient:
    """A copy of the small project, to do anything with; it is the current folder."""
    shutil.copytree(healthy, tmp_path / "copy", symlinks=True)
    monkeypatch.chdir(tmp_path / "copy/project")
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DVC_EXP_NAME", raising=False)
    return Patient(tmp_path / "copy/project", capsys)
