"""The recipe as it is shipped, run in place: stage by stage, in a folder, without DVC."""

import importlib
import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from mlops.config import composition, record

from baked import PROJECT

PACKAGE = "shipped_recipe"


def run(folder: Path, *overrides: str) -> None:
    """Run the recipe's stages in an empty folder, with Hydra's overrides of the shipped `conf/`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        shutil.copytree(PROJECT / "conf", "conf")
        shutil.copytree(PROJECT / "src/mlops", "src/mlops")
        shutil.copytree(PROJECT / "src/{{cookiecutter.__package}}", f"src/{PACKAGE}")
        pipeline = named((PROJECT / "dvc.yaml").read_text("utf-8"))
        Path("dvc.yaml").write_text(pipeline, "utf-8")
        card = Path("src", PACKAGE, "MODEL_CARD.md")
        card.write_text(named(card.read_text("utf-8")), "utf-8")
        record.write(composition.compose(overrides=overrides).values, frozenset())
        if PACKAGE not in sys.modules:
            patch.syspath_prepend(str(folder / "src"))
        for stage in yaml.safe_load(pipeline)["stages"].values():
            for module in re.findall(rf"\b{PACKAGE}\.\w+", stage["cmd"]):
                getattr(importlib.import_module(module), module.partition(".")[2])()


def named(text: str) -> str:
    """A file of the template with its placeholders filled in."""
    for answer, value in (
        ("{{ cookiecutter.__package }}", PACKAGE),
        ("{{ cookiecutter.project_name | replace('$', '$$') }}", "Late flights"),
        ("{{ cookiecutter.description | replace('$', '$$') }}", "Which flights arrive late?"),
        ("{{ cookiecutter.description | tojson }}", '"Which flights arrive late?"'),
    ):
        text = text.replace(answer, value)
    assert "{{" not in text
    return text
