"""A stage: the digest of its code, and what it says where a library is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mlops import stage
from mlops.stage import code_digest

from baked import IN_PLACE, environment

PIPELINE = """\
stages:
  ingest:
    cmd: true
    deps: [data/source, src/ingest.py, src/readers]
"""


def test_code_in_folders_counts_and_line_ends_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With each file that the stage depends on, and no other."""
    monkeypatch.chdir(tmp_path)
    for folder in ("data/source", "src/readers"):
        Path(folder).mkdir(parents=True)
    Path("dvc.yaml").write_text(PIPELINE)
    Path("data/source/table.csv").write_text("a\n")
    Path("src/ingest.py").write_bytes(b"one = 1\ntwo = 2\n")
    Path("src/readers/own.py").write_bytes(b"three = 3\n")
    before = code_digest("ingest")
    Path("src/ingest.py").write_bytes(b"one = 1\r\ntwo = 2\r\n")
    Path("data/source/table.csv").write_text("b\n")
    Path("src/train.py").write_bytes(b"four = 4\n")
    assert code_digest("ingest") == before
    Path("src/readers/own.py").write_bytes(b"three = 4\n")
    changed = code_digest("ingest")
    Path("src/readers/another.py").write_bytes(b"")
    assert len({before, changed, code_digest("ingest")}) == 3


def test_a_missing_library_is_a_line_that_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing module of the project itself is a defect, and keeps its traceback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / "src")
    package = Path("src/recipe_of_mine")
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "library.py").write_text("def library():\n    import no_such_library.part\n")
    (package / "module.py").write_text("import recipe_of_mine.gone\n")
    with pytest.raises(SystemExit):
        stage.run("recipe_of_mine.library")
    assert capsys.readouterr().err == (
        "no_such_library is not installed: `uv sync`. Where pyproject.toml does not ask for it, as"
        " after an update of src/mlops, `uv add` its package\n"
    )
    with pytest.raises(ModuleNotFoundError):
        stage.run("recipe_of_mine.module")


def test_ctrl_c_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("def slow():\n    raise KeyboardInterrupt\n")
    path = os.pathsep.join([str(tmp_path), IN_PLACE["PYTHONPATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "mlops.stage", "slow"],
        cwd=tmp_path,
        env=environment() | IN_PLACE | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "slow: interrupted; `uv run dvc repro` goes on from here\n"
    assert done.returncode == 130
