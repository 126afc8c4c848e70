"""Data and models travel through DVC's storage; without an account, a folder beside the project."""

import hashlib
from pathlib import Path

from baked import BakedProject
from project.rehearsal import Rehearsal


def test_a_second_clone_pulls_and_has_nothing_to_run(project: BakedProject, tmp_path: Path) -> None:
    clone = project.clone(tmp_path / "second clone")
    assert not (clone.path / "data" / "raw").exists()
    clone.run("dvc", "pull")
    products = ("data/raw", "data/prepared", "models", "reports")
    assert clone.snapshot(*products) == project.snapshot(*products)
    ran = clone.run("dvc", "repro")
    assert ran.stages == []
    assert clone.git("status", "--porcelain") == ""


def test_the_artifact_is_declared_and_can_be_fetched(
    evaluated: BakedProject, tmp_path: Path
) -> None:
    artifact = evaluated.yaml("dvc.yaml")["artifacts"]["model"]
    assert (artifact["path"], artifact["type"]) == ("models/model.skops", "model")
    target = tmp_path / "model.skops"
    evaluated.run("dvc", "get", ".", artifact["path"], "--rev", "HEAD", "-o", str(target))
    assert target.read_bytes() == (evaluated.path / "models/model.skops").read_bytes()


def test_a_version_is_got_as_what_serves_or_as_the_pipeline(
    rehearsal: Rehearsal,
) -> None:
    project = rehearsal.project
    there = {path.name: path.read_bytes() for path in (project.path / "models").iterdir()}
    for options, name in (((), "scorer.zip"), (("-o", "got.skops"), "got.skops")):
        ran = project.run("mlops", "get", "production", *options)
        assert ran.out == f"model v0.1.0: {name}\n"
        of = "model.skops" if name.endswith(".skops") else name
        assert (project.path / name).read_bytes() == there[of]
    for name in ("models/scorer.zip", "models/model.skops"):
        digest = hashlib.md5((project.path / name).read_bytes()).hexdigest()
        assert f"{name}, md5 {digest}" in project.run("mlops", "show", "production").out
