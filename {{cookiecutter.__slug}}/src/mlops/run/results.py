"""The page's figures: the metric that decides, all metrics, classes and segments."""

from typing import Any

from mlops.config.schema import Evaluation
from mlops.model.plot import Plot
from mlops.review.presentation import wording
from mlops.review.presentation.document import Line, Name, Paragraph, Said, Table
from mlops.run.html import Section
from mlops.run.reports import Run

KEPT = "\N{NO-BREAK SPACE}"
SHORT = 8  # rows of a table that is not folded
UNITS = {"row": "rows", "day": "whole days", "group": "whole groups"}

Figures = dict[str, dict[str, float | None]]


def headline(run: Run) -> Plot:
    """The metric that decides, of the model and of the naive baseline, with their intervals."""
    name = run.config.evaluation.metric
    found = [run.metrics[who][name] for who in ("test", "baseline")]
    confidence = wording.percent(run.config.evaluation.confidence)
    better = "lower" if run.config.evaluation.lower_is_better(name) else "higher"
    points: dict[str, list[Any]] = {"who": ["model", "naive baseline"]}
    points |= {key: [figure[key] for figure in found] for key in ("value", "low", "high")}
    points[f"{name}, {better} is better"] = points.pop("value")
    return Plot(
        f"With {confidence} intervals", "bars", f"{name}, {better} is better", "who", points
    )


def summary(run: Run) -> tuple[Line, ...]:
    """What was made from what, and how good it is."""
    config, model = run.config, run.config.model
    estimator = model.regressor if config.data.task == "regression" else model.classifier
    rows = f"{run.validation['rows']:,} rows of " if run.validation else ""
    tested = sum(part["rows"] for part in run.metrics.get("calibration", {}).get("bins", []))
    name = config.evaluation.metric
    test, naive = (spread(run.metrics[who][name]) for who in ("test", "baseline"))
    return (
        (Said(name), f" {test}"),
        (f"on {tested:,} test rows; the naive baseline has {naive}",),
        (Name(estimator or model.name), f" on {rows}", Name(config.data.name), f", {kind(run)}"),
    )


def kind(run: Run) -> str:
    """The task in words."""
    task = run.config.data.task
    return task if task == "regression" else f"{task} classification"


def spread(figure: dict[str, float | None] | None) -> str:
    """A figure with its interval."""
    value, low, high = ((figure or {}).get(key) for key in ("value", "low", "high"))
    text = wording.spread(value, low, high, wording.places_for(value))
    return text.replace(" to ", f"{KEPT}to{KEPT}")


def metrics(run: Run) -> Section:
    """All metrics beside the naive baseline's."""
    exam, baseline = run.config.evaluation, run.metrics["baseline"]
    rows = tuple(
        (marked(name, exam), (spread(figure),), (spread(baseline.get(name)),))
        for name, figure in run.metrics["test"].items()
    )
    told = (
        f"In brackets: {wording.percent(exam.confidence)} intervals, from {exam.rounds:,}"
        f" resamplings of {UNITS[run.config.data.resample]}. ↓ lower is better."
    )
    table = Table("lrr", ("Metric", "Model", "Naive baseline"), rows)
    return Section("Metrics", (table, Paragraph((told,))))


def marked(name: str, exam: Evaluation) -> Line:
    """A metric's name, marked where lower is better."""
    return (Said(name, 40), " ↓") if exam.lower_is_better(name) else (Said(name, 40),)


def classes(run: Run) -> Section:
    """Precision, recall and F1 of each class."""
    return by_part("By class", "Class", run.metrics.get("classes", {}))


def segments(run: Run) -> list[Section]:
    """Every metric of each segment, a table for each column."""
    found = run.metrics.get("segments", {})
    return [by_part(f"By {column}", column, largest(parts)) for column, parts in found.items()]


def largest(parts: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The parts with most rows first."""
    order = sorted(parts, key=lambda part: (-parts[part]["rows"], part))
    return {part: parts[part] for part in order}


def by_part(title: str, head: str, parts: dict[str, dict[str, Any]]) -> Section:
    """A table of metrics for each of some parts, folded where it is long."""
    if not parts:
        return Section("", ())
    names = [name for name in next(iter(parts.values())) if name != "rows"]
    rows = tuple(part_row(part, found, names) for part, found in parts.items())
    heads: Line = (Said(head, 40), "Rows", *(Said(name, 40) for name in names))
    blocks = (Table("lr" + "r" * len(names), heads, rows),)
    count = f" ({len(rows):,})" if len(rows) > SHORT else ""
    return Section(f"{title}{count}", blocks, folded=len(rows) > SHORT)


def part_row(part: str, found: dict[str, Any], names: list[str]) -> tuple[Line, ...]:
    """The figures of a class or segment."""
    figures: list[Line] = [(spread(found.get(name)),) for name in names]
    return ((Name(part),), (f"{found['rows']:,}",), *figures)
