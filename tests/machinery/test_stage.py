"""The digest of a stage's code changes with each file that the stage depends on, and no other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mlops import stage
from mlops.stage import code_digest

PIPELINE = """\
stages:
  ingest:
    cmd: true
    deps: [data/source, src/ingest.py, src/readers]
"""


def test_code_in_folders_counts_and_line_ends_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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


def test_ctrl_c_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("def slow():\n    raise KeyboardInterrupt\n")
    environment = {name: text for name, text in os.environ.items() if name != "DVC_STAGE"}
    path = os.pathsep.join([str(tmp_path), str(Path(stage.__file__).parents[1])])
    done = subprocess.run(
        [sys.executable, "-m", "mlops.stage", "slow"],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "slow: interrupted; `uv run dvc repro` goes on from here\n"
    assert done.returncode == 130
