"""What a model card tells of the evaluation: metrics, segments, fairness, calibration."""

from typing import Any

from mlops.config.schema import Config
from mlops.config.tasks import LOWER_IS_BETTER, RATES, Rate, Task
from mlops.release.card import table
from mlops.review.presentation.inert import code
from mlops.review.presentation.wording import number, places_for, short, spread

SEGMENTS = 30  # that are shown of a column, the largest
RATE_HEADS: dict[Rate, str] = {
    "selection_rate": "Labelled positive",
    "error_rate": "Labelled wrongly",
    "mean_error": "Mean error",
    "mae": "Mean absolute error",
}
BASELINES: dict[Task, str] = {
    "binary": "the share of positives among the training rows",
    "multiclass": "the shares of the classes among the training rows",
    "regression": "the mean of the training rows",
}
UNITS = {"row": "single rows", "day": "whole days", "group": "whole groups"}


def metrics(config: Config, found: dict[str, Any]) -> str:
    """Each metric with its interval, beside the naive baseline's."""
    baseline, rows = found.get("baseline", {}), []
    for name, figure in found["test"].items():
        better = "lower" if name in LOWER_IS_BETTER else "higher"
        shown = code(name) + (" (decides)" if name == config.evaluation.metric else "")
        rows.append((shown, interval(figure), interval(baseline.get(name)), better))
    head = ("Metric", "Model", "Naive baseline", "Better is")
    exam, units = config.evaluation, UNITS[config.data.resample]
    return (
        f"{tested(found)}In brackets: {short(100 * exam.confidence)} % intervals, from"
        f" {exam.rounds:,} resamplings of {units}. The naive baseline gives every row"
        f" {BASELINES[config.data.task]}.\n\n" + table("lrrl", head, rows)
    )


def tested(found: dict[str, Any]) -> str:
    """How many rows were tested."""
    rows = sum(part["rows"] for part in found.get("calibration", {}).get("bins", []))
    return f"Measured on {rows:,} test rows. " if rows else ""


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
    measured, rates, parts = found.get("fairness", {}), RATES[config.data.task], []
    shares = config.data.task != "regression"
    for column in asked.columns:
        rows = [
            (code(value), f"{group['rows']:,}", *(rate_of(group, rate, shares) for rate in rates))
            for value, group in measured.get(column, {}).items()
        ]
        head = (code(column), "Test rows", *(RATE_HEADS[rate] for rate in rates))
        align = "lr" + "r" * len(rates)
        parts.append(table(align, head, rows) if rows else f"{code(column)}: not measured.")
    return "\n\n".join(parts) + allowed(config, shares)


def allowed(config: Config, shares: bool) -> str:
    """How far apart the gate allows groups to be."""
    asked = config.gate.fairness
    if not asked.limits:
        return "\n\nThe gate sets no limit."
    unit, factor = (" percentage points", 100) if shares else ("", 1)
    limits = ", ".join(
        f"{short(factor * limit)}{unit} in {code(rate)}" for rate, limit in asked.limits.items()
    )
    return f"\n\nThe gate allows groups of {asked.rows:,} rows or more to be apart by {limits}."


def rate_of(group: dict[str, float | None], rate: Rate, shares: bool) -> str:
    """A rate of a group, as a percentage where it is a share."""
    value = group.get(rate)
    if value is None or not shares:
        return number(value)
    return number(100 * value, 1) + " %"


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
        f"Calibration error: **{number(measured['error'])}**. It is the mean distance of"
        f" what was predicted and what came, here in {len(rows)} bins of equally many rows."
        "\n\n" + table("rrr", ("Test rows", "Predicted", "Observed"), rows)
    )
