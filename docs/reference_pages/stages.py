"""The page of the stages, from dvc.yaml."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

TITLE = """\
# Stages

The pipeline of a generated project, as `dvc.yaml` has it; `uv run dvc dag` draws it. `uv run dvc
repro` runs the stages whose parameters or dependencies have changed.
"""
KINDS = {"params": "Reads of `params.yaml`", "deps": "Depends on"}
GIVES = ("outs", "metrics", "plots")


def page(project: Path) -> str:
    """The page; `project` is the template's folder of the generated project."""
    text = (project / "dvc.yaml").read_text("utf-8")
    text = text.replace("{{ cookiecutter.__package }}", "PACKAGE")
    text = re.sub(r"\{\{.*?\}\}", '""', text)  # the project's description
    parts = [TITLE]
    for name, stage in yaml.safe_load(text)["stages"].items():
        parts += section(name, stage)
    return "\n\n".join(parts) + "\n"


def section(name: str, stage: dict[str, Any]) -> Iterator[str]:
    """One stage."""
    yield f"## {name}"
    yield f"{stage['desc'][0].upper()}{stage['desc'][1:]}."
    yield f"```text\n{stage['cmd']}\n```"
    given = [place(entry) for kind in GIVES for entry in stage.get(kind, [])]
    yield "Gives\n" + "\n".join(f": {line}" for line in given)
    for kind, title in KINDS.items():
        if named := stage.get(kind):
            yield f"{title}\n: " + ", ".join(f"`{one}`" for one in named)


def place(entry: Any) -> str:
    """An output, and who keeps it."""
    if isinstance(entry, str):
        return f"`{entry}`, in DVC"
    ((path, options),) = entry.items()
    return f"`{path}`, in {'DVC' if options.get('cache', True) else 'Git'}"
