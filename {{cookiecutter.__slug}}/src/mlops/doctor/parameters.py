"""`params.yaml` out of step with `conf/`, or cut off."""

from pathlib import Path

import yaml
from mlops.config import compose, params
from mlops.doctor.finding import KEPT, Finding, keep_copy
from mlops.errors import UserError


def check_file() -> list[Finding]:
    """An empty or unreadable file stops every DVC command; it is composed anew."""
    problem = unreadable(params.PARAMS)
    remedy = f"kept in {KEPT}/, and written anew from conf/"
    return [Finding(f"{params.PARAMS} {problem}", remedy, compose_anew)] if problem else []


def check_values() -> list[Finding]:
    """Whatever differs in a file that can be read is a person's choice."""
    try:
        compose.check()
    except UserError as error:
        *problems, remedy = error.lines if len(error.lines) > 1 else (*error.lines, "see conf/")
        return [Finding("\n".join(problems), remedy)]
    return []


def unreadable(path: Path) -> str | None:
    """Say in which way a file holds no values; None where it does."""
    try:
        values = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        return "is missing"
    except (yaml.YAMLError, UnicodeDecodeError):
        return "is not YAML"
    return None if isinstance(values, dict) else "is empty or cut off"


def compose_anew() -> None:
    """Keep what is there, and write what `conf/` composes."""
    from contextlib import redirect_stdout
    from io import StringIO

    if params.PARAMS.exists():
        keep_copy(params.PARAMS)
    with redirect_stdout(StringIO()):
        compose.discard()
