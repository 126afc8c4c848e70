"""The recipe's modules are found by `dvc.yaml`, whatever the package is called."""

from pathlib import Path

import pytest
from mlops import recipe
from mlops.errors import UserError

from baked import PROJECT
from machinery.recipe import PACKAGE, named


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("stage", ["ingest", "train", "evaluate", "card"])
def test_the_module_of_a_stage_is_called_as_the_stage(stage: str) -> None:
    text = named((PROJECT / "dvc.yaml").read_text("utf-8"))
    Path("dvc.yaml").write_text(text, "utf-8")
    assert recipe.module_of(stage) == f"{PACKAGE}.{stage}"


@pytest.mark.parametrize("text", ["stages: {}", "stages: {train: {cmd: python train.py}}", "[1]"])
def test_a_pipeline_without_it_is_a_line(text: str) -> None:
    Path("dvc.yaml").write_text(text, "utf-8")
    with pytest.raises(UserError, match=r"^dvc\.yaml: stages\.train\.cmd names no module train$"):
        recipe.module_of("train")


def test_another_folder_is_a_line() -> None:
    with pytest.raises(UserError, match=r"^dvc\.yaml is missing: run this in the project's folder"):
        recipe.module_of("train")


def test_a_function_that_is_missing_is_a_line() -> None:
    Path("dvc.yaml").write_text("stages: {json: {cmd: python -m json}}", "utf-8")
    assert recipe.function_of("json", "loads", "it reads")("[1]") == [1]
    with pytest.raises(UserError, match=r"^json has no function read\(\): it reads$"):
        recipe.function_of("json", "read", "it reads")
