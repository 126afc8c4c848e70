"""The gate's checks of the candidate, each a function from the exam to a line of the gate."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops.config.schema import Config, FoldSplit
from mlops.model import calibration as measured_calibration
from mlops.model import fairness as measured_fairness
from mlops.model import intervals
from mlops.model.tasks import task
from mlops.review.comparison import Comparison
from mlops.review.exam import Result
from mlops.review.report import Difference, GateLine, Outcome, Rival, clip
from msgspec.structs import replace

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def outcome(passed: bool) -> Outcome:
    """The outcome of a check that blocks."""
    return "pass" if passed else "fail"


def required(config: Config, comparison: Comparison) -> Iterator[GateLine]:
    """Each metric that the business requires."""
    figures = {metric.name: metric for metric in comparison.metrics}
    for name, threshold in config.gate.required.items():
        figure = figures[name]
        lower = figure.lower_is_better
        value = figure.candidate
        passed = value is not None and (value <= threshold if lower else value >= threshold)
        yield GateLine(
            check="required",
            what=name,
            outcome=outcome(passed),
            value=value,
            low=figure.low,
            high=figure.high,
            relation="at most" if lower else "at least",
            threshold=threshold,
            remedy="" if passed else "a better model, or another gate.required",
        )


def baseline(config: Config, comparison: Comparison) -> Iterator[GateLine]:
    """The candidate beats the naive baseline by a margin, with confidence."""
    margin, found = config.gate.baseline, comparison.from_baseline
    if margin is not None:
        lower = config.evaluation.lower_is_better(config.evaluation.metric)
        what = f"{config.evaluation.metric} against the naive baseline"
        ways = ("features that tell more", "another gate.baseline")
        yield with_confidence("baseline", what, found, margin, lower, ways)


def production(config: Config, result: Result) -> Iterator[GateLine]:
    """The candidate is not worse than production by more than the margin, or better than it."""
    way, rival = config.gate.production, result.production
    if way == "off" or rival is None or result.comparison is None:
        return
    what = clip(f"{config.evaluation.metric} against production {rival.name}")
    if rival.problem:
        yield cannot_compare(what, rival)
        return
    main = result.comparison.metrics[0]
    wider = "a wider gate.margin" if way == "non_inferior" else "gate.production: non_inferior"
    ways = ("a better model", wider)
    margin = -config.gate.margin if way == "non_inferior" else 0.0
    line = with_confidence(
        "production", what, main.from_production, margin, main.lower_is_better, ways
    )
    found = main.from_production
    if way == "superior" and line.outcome == "pass" and not (found and found.reading == "better"):
        remedy = f"{ways[0]}, more test rows, or {ways[1]}"
        line = replace(line, outcome="fail", remedy=remedy)  # as good is not better
    yield line


def cannot_compare(what: str, rival: Rival) -> GateLine:
    """Production's model could not be examined: nobody knows whether the candidate is better."""
    return GateLine(
        check="production",
        what=what,
        outcome="fail",
        remedy=clip(
            f"{rival.problem}; where that stays so, waive it with a reason in"
            " gate.waivers.production"
        ),
    )


def with_confidence(
    check: str,
    what: str,
    found: Difference | None,
    margin: float,
    lower: bool,
    ways: tuple[str, str],
) -> GateLine:
    """The whole interval of a difference has to be on the right side of a margin.

    `ways`: what makes it so, and how less can be asked.
    """
    threshold = -margin if lower else margin
    ends = (found.low, found.high) if found else (None, None)
    reached = [
        end is not None and (end <= threshold if lower else end >= threshold) for end in ends
    ]
    passed = reached[lower]
    remedy = f"{ways[0]}, more test rows, or {ways[1]}"
    if None not in ends and not any(reached):
        remedy = f"{ways[0]}: all of the interval falls short, and more test rows would not help"
    return GateLine(
        check=check,
        what=what,
        outcome=outcome(passed),
        value=found.value if found else None,
        low=found.low if found else None,
        high=found.high if found else None,
        relation="at most" if lower else "at least",
        threshold=threshold,
        remedy="" if passed else remedy,
    )


def segments(config: Config, comparison: Comparison) -> Iterator[GateLine]:
    """No segment gets measurably worse by more than the allowed drop."""
    limit = config.gate.segments
    looked_at = [segment for segment in comparison.segments if segment.difference]
    if limit is None or not looked_at:
        return
    lower = comparison.metrics[0].lower_is_better
    drops = {
        f"{segment.column}={segment.value}": found.value if lower else -found.value
        for segment in looked_at
        if (found := segment.difference) and found.reading == "worse"
    }
    worst = max(drops, key=lambda name: drops[name], default=None)
    value = drops[worst] if worst else 0.0
    remedy = "look at that segment's rows, or waive it with a reason in gate.waivers.segments"
    yield GateLine(
        check="segments",
        what=clip(f"largest drop in a segment{f': {worst}' if worst else ''}"),
        outcome=outcome(value <= limit.drop),
        value=intervals.rounded(value),
        relation="at most",
        threshold=limit.drop,
        remedy="" if value <= limit.drop else remedy,
    )


def calibration(config: Config, table: "pd.DataFrame", score: "np.ndarray") -> Iterator[GateLine]:
    """Predicted probabilities are close to observed shares, in bins of equally many rows."""
    limit, data = config.gate.calibration, config.data
    if limit is None:
        return
    way = task.of(data.task)
    expected = way.expectation(way.target(table[data.target], data.classes), score)
    value = measured_calibration.measure(*expected)["error"]
    yield GateLine(
        check="calibration",
        what="calibration error",
        outcome=outcome(value <= limit),
        value=value,
        relation="at most",
        threshold=limit,
        remedy="" if value <= limit else calibrate(config),
    )


def calibrate(config: Config) -> str:
    """What helps against probabilities that are off; to calibrate needs validation rows."""
    if isinstance(config.split, FoldSplit):
        split = "group" if config.data.group else "hash"
        return (
            "try a smaller model, or set model.calibration, and the split to"
            f" {split}, which keeps validation rows for it"
        )
    way = config.model.calibration
    newer = "train on newer rows, or " if config.data.time else ""
    if way is None:
        return f"{newer}try a smaller model, or set model.calibration"
    other = "isotonic" if way == "sigmoid" else "sigmoid"
    return f"{newer}try model.calibration: {other}, as {way} does not help, or more test rows"


def fairness(config: Config, table: "pd.DataFrame", score: "np.ndarray") -> Iterator[GateLine]:
    """The groups of each protected column are treated about alike."""
    asked = config.gate.fairness
    for column, groups in measured_fairness.measure(table, score, config).items():
        for rate, limit in asked.limits.items():
            value = measured_fairness.apart(groups, rate, asked.rows)
            what = rate.replace("_", " ")
            yield GateLine(
                check="fairness",
                what=clip(f"{what}: largest difference between groups of {column}"),
                outcome=outcome(value <= limit),
                value=intervals.rounded(value),
                relation="at most",
                threshold=limit,
                remedy="" if value <= limit else f"look at the groups of {clip(column, 60)}",
            )


def artefact(config: Config, result: Result) -> Iterator[GateLine]:
    """The scorer is small enough, and one row is quick enough."""
    if config.gate.size is not None and result.size is not None:
        value = result.size / 1e6
        yield GateLine(
            check="size",
            what="scorer file",
            outcome=outcome(value <= config.gate.size),
            value=round(value, 2) or float(f"{value:.1g}"),
            relation="at most",
            threshold=config.gate.size,
            unit="MB",
            remedy="" if value <= config.gate.size else "fewer or smaller trees",
        )
    limit = config.gate.latency
    if limit and result.latency is not None:
        passed = result.latency <= limit.milliseconds
        yield GateLine(
            check="latency",
            what="time of one row",
            outcome="pass" if passed else "fail" if limit.fails else "warning",
            value=float(f"{result.latency:.2g}"),
            relation="at most",
            threshold=limit.milliseconds,
            unit="ms",
            remedy="" if passed else "a smaller model",
        )
