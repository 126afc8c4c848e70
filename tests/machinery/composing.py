"""What the tests of composition share."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.utils.hydra import compose_and_dump
from mlops.config import compose
from mlops.errors import UserError

TREES = "model/hist_gradient_boosting.yaml"


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
