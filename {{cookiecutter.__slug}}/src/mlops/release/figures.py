"""What a model card tells of the evaluation: metrics, segments, fairness, calibration."""

from typing import Any

from mlops.config.schema import Config
from mlops.model.metrics import LOWER_IS_BETTER
from mlops.release.card import table
from mlops.review.presentation.inert import code
from mlops.review.presentation.wording import number, percent, places_for, short, spread

SEGMENTS = 30  # that are shown of a column, the largest
RATES = ("selection_rate", "error_rate")
UNITS = {"row": "single rows", "day": "whole days", "group": "whole groups"}


def metrics(config: Config, found: dict[str, Any]) -> str:
    """Each metric with its interval, beside the naive baseline's."""
    baseline, rows = found.get("baseline", {}), []
    for name, figure in found["test"].items():
        better = "lower" if name in LOWER_IS_BETTER else "higher"
        shown = code(name) + (" (decides)" if name == config.evaluation.metric else "")
        rows.append((shown, interval(figure), interval(baseline.get(name)), better))
    head = ("Metric", "Model", "Naive baseline", "Better is")
    exam = config.evaluation
    return (
        f"{tested(found)}In brackets: {short(100 * exam.confidence)} % intervals, from"
        f" {exam.rounds:,} resamplings of {UNITS[exam.resample]}. The naive baseline gives every"
        " row the share of positives among the training rows.\n\n" + table("lrrl", head, rows)
    )


def tested(found: dict[str, Any]) -> str:
    """How many rows were tested, and how many of them are positive."""
    bins = found.get("calibration", {}).get("bins", [])
    rows = sum(part["rows"] for part in bins)
    if not rows:
        return ""
    positives = sum(part["rows"] * part["observed"] for part in bins)
    return f"Measured on {rows:,} test rows, {percent(positives / rows)} of them positive. "


def interval(figure: dict[str, float | None] | None) -> str:
    """A figure with its interval."""
    value, low, high = ((figure or {}).get(key) for key in ("value", "low", "high"))
    return spread(value, low, high, places_for(value))


def segments(config: Config, found: dict[str, Any]) -> str:
    """The metric that decides, by segment, a table for each column."""
    metric, parts = config.evaluation.metric, []
    for column, by_value in found.get("segments", {}).items():
        largest = sorted(by_value, key=lambda value: -by_value[value]["rows"])[:SEGMENTS]
        rows = [
            (code(value), f"{by_value[value]['rows']:,}", interval(by_value[value].get(metric)))
            for value in largest
        ]
        more = f"\n\nThe {len(by_value) - SEGMENTS} smallest are not shown."
        parts.append(
            table("lrr", (code(column), "Test rows", code(metric)), rows)
            + (more if len(by_value) > SEGMENTS else "")
        )
    return "\n\n".join(parts) or "No columns are named in `data.segments`."


def fairness(config: Config, found: dict[str, Any]) -> str:
    """How often each protected group is labelled positive, and wrongly."""
    asked = config.gate.fairness
    if not asked.columns:
        return (
            "Not examined: `gate.fairness.columns` names no protected column. Whether the model"
            " treats groups of people differently is not known."
        )
    measured, parts = found.get("fairness", {}), []
    for column in asked.columns:
        rows = [
            (code(value), f"{group['rows']:,}", *(share(group, rate) for rate in RATES))
            for value, group in measured.get(column, {}).items()
        ]
        head = (code(column), "Test rows", "Labelled positive", "Labelled wrongly")
        parts.append(table("lrrr", head, rows) if rows else f"{code(column)}: not measured.")
    return "\n\n".join(parts) + (
        f"\n\nThe gate allows groups of {asked.rows:,} rows or more to be"
        f" {short(100 * asked.selection_rate)} percentage points apart in what is labelled"
        f" positive, and {short(100 * asked.error_rate)} in what is labelled wrongly."
    )


def share(group: dict[str, float | None], rate: str) -> str:
    """A rate of a group."""
    value = group.get(rate)
    return number(None if value is None else 100 * value, 1) + (" %" if value is not None else "")


def calibration(found: dict[str, Any]) -> str:
    """The expected calibration error, and the points that it is made of."""
    measured = found.get("calibration")
    if not measured:
        return "Not measured."
    rows = [
        (f"{part['rows']:,}", number(part["predicted"]), number(part["observed"]))
        for part in measured["bins"]
    ]
    return (
        f"Expected calibration error: **{number(measured['error'])}**. It is the mean distance of"
        f" predicted probability and observed share, here in {len(rows)} bins of equally many rows."
        "\n\n" + table("rrr", ("Test rows", "Predicted", "Observed"), rows)
    )
