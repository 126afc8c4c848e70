"""What the tests of composition share."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.utils.hydra import compose_and_dump
from mlops.config import compose, composition, params
from mlops.config.schema import Column, Config
from mlops.errors import UserError
from msgspec.structs import replace

from baked import PROJECT

TREES = "model/hist_gradient_boosting.yaml"
DATA = {"binary": "flights", "multiclass": "wine", "regression": "diabetes"}


def values() -> Any:
    return yaml.safe_load(Path("params.yaml").read_text("utf-8"))


def experiment(monkeypatch: pytest.MonkeyPatch, *overrides: str) -> None:
    """Do to `params.yaml` what `dvc exp run -S ...` does, up to the end of the compose stage."""
    compose_and_dump("params.yaml", os.path.abspath("conf"), None, "config", "", list(overrides))
    with monkeypatch.context() as patch:
        patch.setenv("DVC_EXP_NAME", "some-name")
        compose.compose()


def refusal() -> str:
    with pytest.raises(UserError) as error:
        compose.update()
    return str(error.value)


def config_of(*overrides: str) -> Config:
    """The configuration that the template ships, with Hydra's overrides."""
    return params.typed(composition.compose(PROJECT / "conf", overrides).values, "conf")


def on_columns(base: Config, target: Column, columns: dict[str, Column]) -> Config:
    """A configuration on another target and other columns, of rows without a time."""
    data = replace(
        base.data,
        target="target",
        time=None,
        start=None,
        through=None,
        key=["row"],
        resample="row",
        segments=[],
        identifiers=["row"],
        columns={"target": target, "row": Column("integer"), **columns},
    )
    return replace(base, data=data)
