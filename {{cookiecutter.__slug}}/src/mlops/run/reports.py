"""What a run left, as the page shows it: configuration, figures, pictures, and how it went."""

import csv
import json
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from mlops import layout
from mlops.config import params
from mlops.config.schema import Config
from mlops.errors import UserError
from mlops.model.plot import Plot
from mlops.run import html, metadata

REPORTS = Path("reports")
WATCHED = REPORTS / "training/plots/metrics"
EXPLANATION = REPORTS / "explanation.json"


class Run(NamedTuple):
    """A run; `metrics` is there always, the other reports are empty where they are missing."""

    project: str
    said: str  # what the project is, in a line
    config: Config
    values: dict[str, Any]  # params.yaml, by dotted keys
    metrics: dict[str, Any]
    validation: dict[str, Any]
    explanation: dict[str, Any]
    stages: dict[str, dict[str, Any]]
    plots: list[str]


def read() -> Run:
    """Read the reports of the project here. Raise `UserError` where there are none."""
    metrics = loaded(layout.METRICS)
    if not metrics:
        raise UserError(f"{layout.METRICS} is missing: `uv run dvc repro` writes it")
    project = declared()
    return Run(
        project.get("name", ""),
        project.get("description", ""),
        params.load(),
        flat(params.read()),
        metrics,
        loaded(layout.VALIDATION),
        loaded(EXPLANATION),
        dict(sorted(metadata.read().items(), key=lambda run: str(run[1].get("started")))),
        [*drawn(REPORTS / "plots"), *training()],
    )


def loaded(path: Path) -> dict[str, Any]:
    """The mapping in a JSON file; empty where there is none."""
    try:
        values = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def declared() -> dict[str, str]:
    """The project's name and description."""
    try:
        project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
    except (OSError, ValueError, KeyError):
        return {}
    return {key: value for key, value in project.items() if isinstance(value, str)}


def flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Values by their dotted keys, without the schema of the data."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        if f"{prefix}{key}" == "data.columns":
            continue
        nested = isinstance(value, dict) and value
        found |= flat(value, f"{prefix}{key}.") if nested else {f"{prefix}{key}": value}
    return found


def drawn(folder: Path) -> list[str]:
    """The pictures in a folder, in the order of their names, for a page that has their style."""
    paths = sorted(folder.glob("*.svg"))
    return [html.inline(path.read_text("utf-8")) for path in paths]


def training() -> list[str]:
    """How the loss fell, as DVCLive logged it; the log is another format than the other plots."""
    pictures = []
    for path in sorted(WATCHED.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        name = path.stem
        if len(rows) > 1:
            points = {
                "step": [float(row["step"]) for row in rows],
                name: [float(row[name]) for row in rows],
            }
            plot = Plot("Loss, iteration by iteration", "line", "step", name, points)
            pictures.append(html.drawn(plot))
    return pictures
