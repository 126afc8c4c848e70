"""Find the recipe's modules: the machinery knows them by `dvc.yaml` alone, never by name."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from mlops.errors import UserError


def module_of(stage: str) -> str:
    """The module that `dvc.yaml` names as a stage's. Raise `UserError` where it names none."""
    try:
        stages = yaml.safe_load(Path("dvc.yaml").read_text("utf-8"))["stages"]
        words = str(stages[stage]["cmd"]).split()
        return next(word for word in words if word.rpartition(".")[2] == stage)
    except FileNotFoundError:
        raise UserError("dvc.yaml is missing: run this in the project's folder") from None
    except (KeyError, TypeError, StopIteration):
        raise UserError(f"dvc.yaml: stages.{stage}.cmd names no module {stage}") from None


def function_of(stage: str, name: str, purpose: str) -> Callable[..., Any]:
    """A function of a stage's module; `purpose` says what it does, where it is missing."""
    module = module_of(stage)
    found: Callable[..., Any] | None = getattr(importlib.import_module(module), name, None)
    if found is None:
        raise UserError(f"{module} has no function {name}(): {purpose}")
    return found
