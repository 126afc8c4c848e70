"""How figures are worded: for Markdown, terminal and page alike."""

from math import floor, isfinite, log10
from typing import NamedTuple

from mlops.config.tasks import Task
from mlops.review.report import Difference, GateLine, Metric, Reading, Report

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"
READINGS: dict[Reading, str] = {
    "better": "better",
    "worse": "worse",
    "no_difference": "no measurable difference",
}


class Calibration(NamedTuple):
    """The names of what was predicted and of what came, and how a chart shows them."""

    predicted: str
    observed: str
    explained: str


CALIBRATION: dict[Task, Calibration] = {
    "binary": Calibration(
        "predicted probability",
        "observed share",
        "what happened as bars, what was predicted as a line",
    ),
    "multiclass": Calibration(
        "probability of the likeliest class",
        "how often it is right",
        "how often the likeliest class is right as bars, its probability as a line",
    ),
    "regression": Calibration(
        "predicted",
        "actual mean",
        "the mean of what came in blue, what was predicted in grey",
    ),
}
MARKS = {"pass": "✅", "fail": "❌", "warning": "⚠️", "waived": "waived"}


def main_metric(report: Report) -> Metric | None:
    """The metric that decides."""
    wanted = report.exam.metric if report.exam else None
    chosen = [metric for metric in report.metrics if metric.name == wanted] or report.metrics
    return chosen[0] if chosen else None


def number(value: float | None, places: int = 3, sign: bool = False) -> str:
    """A figure with a real minus sign, never as minus zero."""
    if value is None or not isfinite(value):
        return NOTHING
    text = f"{abs(value):,.{places}f}"
    if not text.strip("0.,"):
        return text
    return (MINUS if value < 0 else "+" if sign else "") + text


def short(value: float) -> str:
    """A figure with no more decimals than it needs."""
    text = number(value, 6)
    return text.rstrip("0").rstrip(".") if "." in text else text


def places_for(*values: float | None) -> int:
    """Decimals that show three digits of the largest value and more than zero of each.

    A small value beside a large one does not stretch that over six digits.
    """
    sizes = [abs(value) for value in values if value and isfinite(value)]
    if not sizes:
        return 3
    size = floor(log10(max(sizes))) if max(sizes) != 1 else -1  # a whole share is still a share
    places = min(max(2 - size, 0), 3)
    while places < min(5 - size, 5) and round(min(sizes), places) == 0:
        places += 1
    return places


def metric_places(metric: Metric) -> int:
    """Decimals for all figures of a metric."""
    found = [metric.candidate, metric.production, metric.base]
    for other in (metric.from_production, metric.from_base):
        found += [other.value, other.low, other.high] if other else []
    return places_for(*found)


def spread(
    value: float | None, low: float | None, high: float | None, places: int, sign: bool = False
) -> str:
    """A figure with its interval, where it has one."""
    text = number(value, places, sign)
    if value is None or low is None or high is None:
        return text
    return f"{text} ({number(low, places)} to {number(high, places)})"


def difference(found: Difference | None, places: int) -> str:
    """A difference with its interval."""
    if found is None:
        return NOTHING
    return spread(found.value, found.low, found.high, places, sign=True)


def reading(found: Difference | None) -> str:
    """What a difference means."""
    return READINGS[found.reading] if found and found.reading else NOTHING


def measured(line: GateLine) -> str:
    """What a check of the gate found; with a sign where it is a difference."""
    if line.value is None:
        return NOTHING
    if line.low is None and line.high is None:
        return short(round(line.value, min(places_for(line.value) + 1, 4))) + unit(line)
    places = places_apart(line)
    return spread(line.value, line.low, line.high, places, is_difference(line)) + unit(line)


def places_apart(line: GateLine) -> int:
    """Decimals that also tell a figure from the threshold, where it is another."""
    figures = [figure for figure in (line.value, line.low, line.high) if figure is not None]
    places, threshold = places_for(*figures), line.threshold
    others = [figure for figure in figures if threshold is not None and figure != threshold]
    while places < 6 and number(threshold, places) in {number(each, places) for each in others}:
        places += 1
    return places


def required(line: GateLine) -> str:
    """What a check of the gate asks for: of a difference, the whole interval has to be there."""
    if line.relation is None or line.threshold is None:
        return NOTHING
    of_all = "interval " if is_difference(line) else ""
    return f"{of_all}{line.relation} {short(line.threshold)}{unit(line)}"


def is_difference(line: GateLine) -> bool:
    """Tell whether a check is of a difference between two models."""
    return line.check in {"production", "baseline"}


def unit(line: GateLine) -> str:
    """The unit of a check's figures."""
    return {"": "", "MB": " MB", "ms": " ms"}[line.unit]


def duration(seconds: float) -> str:
    """A stage's time."""
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:,.0f} s"


def percent(share: float) -> str:
    """A share as a percentage."""
    return f"{short(round(100 * share, 2))} %"
