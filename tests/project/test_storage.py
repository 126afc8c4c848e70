"""Data and models travel through DVC's storage; without an account, a folder beside the project."""

from pathlib import Path

from baked import BakedProject


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
