"""The machinery is tested in place, beside a copy of the template's `conf/`."""

import shutil
from pathlib import Path

import pytest

from baked import PROJECT


@pytest.fixture
def conf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of `conf/` and `params.yaml` in an empty folder, which is the current one."""
    shutil.copytree(PROJECT / "conf", tmp_path / "conf")
    shutil.copy(PROJECT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVC_EXP_NAME", raising=False)
    return tmp_path / "conf"
