"""What stands below the page's figures: data, parameters, times, versions."""

import json
from collections.abc import Mapping
from typing import Any

from mlops.config.schema import FoldSplit
from mlops.model.plot import Plot
from mlops.review.presentation import wording
from mlops.review.presentation.document import Line, Name, Paragraph, Said, Table
from mlops.run.html import Section
from mlops.run.reports import Run

PERIODS = 12  # that are shown, the newest
SHOWN = ("seed", "experiment", "recipe", "split", "model", "evaluation")


def data(run: Run) -> Section:
    """Rows, target and partitions."""
    declared, found = run.config.data, run.validation
    if not found:
        return Section("Data", (Paragraph(("Not here: ", Name("uv run dvc pull"), ".")),))
    line: Line = (f"{found['rows']:,} rows from ", Name(declared.source), "; the target is ")
    told = f"{ends(run)}. {split(run)}"
    blocks: list[Paragraph | Table] = [Paragraph((*line, Name(declared.target), told))]
    if found.get("classes"):
        total = sum(found["classes"].values())
        rows = tuple(
            ((Name(name),), (f"{count:,}",), (wording.percent(round(count / total, 4)),))
            for name, count in found["classes"].items()
        )
        blocks.append(Table("lrr", ("Class", "Rows", "Share"), rows))
    periods = found["partitions"]
    if len(periods) > 1 and declared.start is not None:
        newest = list(periods)[-PERIODS:]
        counts = tuple(((Name(name),), (f"{periods[name]:,}",)) for name in newest)
        head = f"Partition (newest {len(newest)} of {len(periods)})"
        blocks.append(Table("lr", (head, "Rows"), counts))
    return Section("Data", tuple(blocks))


def ends(run: Run) -> str:
    """From which number to which the target goes, where it is one."""
    parts = [part[run.config.data.target] for part in run.validation["columns"].values()]
    found = [part["quantiles"] for part in parts if part.get("quantiles")]
    if run.config.data.task != "regression" or not found:
        return ""
    low, high = min(part[0] for part in found), max(part[-1] for part in found)
    return f", from {wording.short(low)} to {wording.short(high)}"


def split(run: Run) -> str:
    """How the rows were split, in a line."""
    way = run.config.split
    if isinstance(way, FoldSplit):
        return f"Each row was tested by a model of the other {way.folds - 1} of {way.folds} folds."
    return f"Split by {run.values['split.method']}."


def parameters(run: Run) -> list[Section]:
    """Those that decide the model, and all of them, folded."""
    decide = {key: value for key, value in run.values.items() if key.split(".")[0] in SHOWN}
    every = Section("All parameters", (values(run.values),), folded=True)
    return [Section("Parameters", (values(decide),)), every]


def values(found: Mapping[str, Any]) -> Table:
    """Values by their keys."""
    rows = tuple(
        ((Name(key),), (Name(value if isinstance(value, str) else json.dumps(value)),))
        for key, value in found.items()
    )
    return Table("ll", ("Parameter", "Value"), rows)


def times(run: Run) -> Plot | None:
    """How long each stage took when it ran here last."""
    if not run.stages:
        return None
    seconds = [stage.get("seconds") for stage in run.stages.values()]
    points: dict[str, list[Any]] = {"stage": list(run.stages), "seconds": seconds}
    return Plot("Seconds of each stage", "bars", "seconds", "stage", points)


def stages(run: Run) -> Section:
    """When and from which commit each stage ran here last."""
    rows = tuple(
        (
            (name,),
            (str(stage.get("started", ""))[:16].replace("T", " "),),
            (Said(str(stage.get("by") or wording.NOTHING), 40),),
            commit(stage),
            (Said("; ".join(map(str, stage.get("problems", []))) or "done"),),
        )
        for name, stage in run.stages.items()
    )
    head: Line = ("Stage", "Started (UTC)", "By", "Commit", "End")
    return Section("Each stage's run", (Table("lnnnl", head, rows),), folded=True)


def commit(stage: Mapping[str, Any]) -> Line:
    """The commit that a stage ran on, and whether files were edited since."""
    known = stage.get("commit")
    edited = " and edits" if stage.get("edited") else ""
    return (Name(str(known)[:8]), edited) if known else (wording.NOTHING,)


def versions(run: Run) -> Section:
    """What the model was made with."""
    made = run.stages.get("train") or next(iter(run.stages.values()), {})
    found = {"Python": made.get("python", "")}
    for stage in run.stages.values():
        libraries = stage.get("libraries")
        found |= libraries if isinstance(libraries, dict) else {}
    rows = tuple(
        ((Said(str(name), 40),), (Said(str(version), 40),)) for name, version in found.items()
    )
    machine = f"Trained on {made.get('system', '')} with {made.get('cores', '')} cores."
    blocks = (Table("ll", ("Library", "Version"), rows), Paragraph((Said(machine),)))
    return Section("Versions", blocks if made else (), folded=True)
