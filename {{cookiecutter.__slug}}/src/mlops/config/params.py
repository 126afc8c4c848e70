"""Read `params.yaml`, the composed configuration, as typed objects."""

from pathlib import Path
from typing import Any

import msgspec
import yaml
from mlops.config.explain import explain
from mlops.config.schema import Config
from mlops.errors import UserError

PARAMS = Path("params.yaml")
REWRITE = "`uv run mlops compose --discard` writes it again from conf/"


def load(path: Path = PARAMS) -> Config:
    """Read and check the composed configuration. Raise `UserError` where it is not usable."""
    return typed(read(path), str(path))


def read(path: Path = PARAMS) -> dict[str, Any]:
    """Read the file as plain values, unchecked."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise UserError(f"{path} is missing: {REWRITE}") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text at byte {error.start}: {REWRITE}") from None
    return parse(text, str(path), REWRITE)


def parse(text: str, where: str, remedy: str) -> dict[str, Any]:
    """Parse YAML text that has to be a mapping."""
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "unreadable"
        raise UserError(f"{where}{line}: not valid YAML ({problem}): {remedy}") from None
    if not isinstance(values, dict):
        raise UserError(f"{where}: expected keys with values, found {kind(values)}: {remedy}")
    return values


def typed(values: dict[str, Any], where: str) -> Config:
    """Turn plain values into a `Config`, or raise `UserError` naming the first wrong key."""
    try:
        return msgspec.convert(values, Config)
    except msgspec.ValidationError as error:
        raise UserError(f"{where}: {explain(str(error), values)}") from None


def kind(value: object) -> str:
    """Name the type of a plain value, for a message."""
    return "nothing" if value is None else type(value).__name__
