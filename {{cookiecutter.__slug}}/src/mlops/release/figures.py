"""What a model card tells of the evaluation: metrics, segments, fairness, calibration."""

from typing import Any

from mlops.config.schema import Config, FoldSplit
from mlops.config.tasks import RATES, Rate, Task
from mlops.release.card import table
from mlops.review.presentation.inert import code
from mlops.review.presentation.wording import number, percent, places_for, short, spread

SEGMENTS = 30  # that are shown of a column, the largest
RATE_HEADS: dict[Rate, str] = {
    "selection_rate": "Labelled positive",
    "error_rate": "Labelled wrongly",
    "mean_error": "Mean of predicted minus actual",
    "mae": "Mean absolute error",
}
BASELINES: dict[Task, str] = {
    "binary": "the share of positives among the training rows",
    "multiclass": "the shares of the classes among the training rows",
    "regression": "the mean of the training rows",
}
BINS: dict[Task, tuple[str, str, str]] = {  # what is compared, and the heads of its columns
    "binary": ("the predicted probability and the share that came true", "Predicted", "Observed"),
    "multiclass": (
        "the likeliest class's probability and how often that class is right",
        "Predicted",
        "Right",
    ),
    "regression": ("the predicted and the actual mean", "Predicted", "Actual"),
}
UNITS = {"row": "single rows", "day": "whole days", "group": "whole groups"}


def metrics(config: Config, found: dict[str, Any]) -> str:
    """Each metric with its interval, beside the naive baseline's."""
    baseline, rows = found.get("baseline", {}), []
    for name, figure in found["test"].items():
        better = "lower" if config.evaluation.lower_is_better(name) else "higher"
        shown = code(name) + (" (decides)" if name == config.evaluation.metric else "")
        rows.append((shown, interval(figure), interval(baseline.get(name)), better))
    head = ("Metric", "Model", "Naive baseline", "Better is")
    exam, units = config.evaluation, UNITS[config.data.resample]
    return (
        f"{tested(config, found)}In brackets: {short(100 * exam.confidence)} % intervals, from"
        f" {exam.rounds:,} resamplings of {units}. The naive baseline gives every row"
        f" {BASELINES[config.data.task]}.{unit(config)}\n\n"
        + table("lrrl", head, rows)
        + classes(found)
    )


def unit(config: Config) -> str:
    """What the errors of a regression are in."""
    if config.data.task != "regression":
        return ""
    return f" Errors are in the unit of {code(config.data.target)}."


def tested(config: Config, found: dict[str, Any]) -> str:
    """How many rows were tested."""
    bins = found.get("calibration", {}).get("bins", [])
    rows = sum(part["rows"] for part in bins)
    if not rows:
        return ""
    which = ", each by a model that learnt from the other folds"
    if not isinstance(config.split, FoldSplit):
        which = ""
    if config.data.task == "binary":
        positives = sum(part["rows"] * part["observed"] for part in bins)
        which += f", {percent(round(positives / rows, 4))} of them positive"
    return f"Measured on {rows:,} test rows{which}. "


def interval(figure: dict[str, float | None] | None) -> str:
    """A figure with its interval."""
    value, low, high = ((figure or {}).get(key) for key in ("value", "low", "high"))
    return spread(value, low, high, places_for(value))


def classes(found: dict[str, Any]) -> str:
    """The metrics of each class, where there are several."""
    by_class = found.get("classes", {})
    if not by_class:
        return ""
    names = [name for name in next(iter(by_class.values())) if name != "rows"]
    rows = [
        (code(value), f"{figures['rows']:,}", *(interval(figures[name]) for name in names))
        for value, figures in by_class.items()
    ]
    head = ("Class", "Test rows", *map(code, names))
    return "\n\n" + table("lr" + "r" * len(names), head, rows)


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
    """What is averaged over each protected group, such as how often it is labelled wrongly."""
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
        return number(value, places_for(value))
    return number(100 * value, 1) + " %"


def calibration(config: Config, found: dict[str, Any]) -> str:
    """The calibration error, of probabilities the expected one, and what it is made of."""
    measured = found.get("calibration")
    if not measured:
        return "Not measured."
    what, *heads = BINS[config.data.task]
    places = 3
    if config.data.task == "regression":
        places = places_for(*(part["observed"] for part in measured["bins"]))
    rows = [
        (f"{part['rows']:,}", number(part["predicted"], places), number(part["observed"], places))
        for part in measured["bins"]
    ]
    error = number(measured["error"], places_for(measured["error"]))
    return (
        f"Calibration error: **{error}**. It is the mean distance between {what}, here in"
        f" {len(rows)} bins of equally many rows.\n\n" + table("rrr", ("Test rows", *heads), rows)
    )
