"""After a failure a stage's earlier outputs are there again, in whatever clone."""

from pathlib import Path

from baked import edit, execute
from machinery.doctoring import Patient, run

TRAIN = """\
from pathlib import Path


def trainer() -> None:
    rows = Path("rows.txt").read_text()
    if "bad" in rows:
        raise OSError("bad rows")
    Path("model.bin").write_text(rows)
    Path("metrics.json").write_text("3")
"""
STAGE = """
  trainer:
    cmd: PYTHONPATH=.:$PYTHONPATH python -m mlops.stage trainer
    deps: [rows.txt]
    outs:
      - model.bin
      - metrics.json: {cache: false}
"""


def test_the_outputs_of_before_are_there_after_a_failure(patient: Patient) -> None:
    text = Path("dvc.yaml").read_text().partition("  train:")[0]
    Path("dvc.yaml").write_text(text.rstrip() + STAGE)
    Path("trainer.py").write_text(TRAIN)
    Path("rows.txt").write_text("one\n")
    patient.dvc("repro", "-q")
    patient.git("add", "--all")
    patient.git("commit", "-q", "-m", "Trainer")
    patient.dvc("push", "-q")
    fails_and_keeps(patient.path, "model.bin", "metrics.json")

    clone = patient.path.parent / "clone"
    execute("git", "clone", "-q", str(patient.path), str(clone), cwd=patient.path)
    fails_and_keeps(clone, "metrics.json")
    edit(clone / "rows.txt", "bad\n", "")
    run(clone, "dvc", "pull", "-q")
    fails_and_keeps(clone, "model.bin", "metrics.json")


def fails_and_keeps(folder: Path, *kept: str) -> None:
    """Let the stage fail there; it says why, and nothing else, and these outputs stay."""
    before = {name: (folder / name).read_bytes() for name in kept}
    (folder / "rows.txt").write_text("one\nbad\n")
    ran = run(folder, "dvc", "repro", "-q", check=False)
    assert ran.code != 0
    assert "OSError: bad rows" in ran.err
    assert "not put back" not in ran.err
    assert {name: (folder / name).read_bytes() for name in kept} == before
    assert run(folder, "git", "status", "--porcelain").out == " M rows.txt\n"
