"""The candidate against other models on the same test rows, and how sure each difference is.

A difference's interval comes from the paired bootstrap: in each round both models are examined on
the same drawn units. Its standard error is widened by n / (n - 1) and multiplied by Student's t
with n - 1 degrees of freedom, n being the units (T. Hesterberg, What Teachers Should Know About the
Bootstrap, 2015): with 30 days, plain percentiles would be too narrow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from mlops.config.schema import Config, Evaluation
from mlops.model import intervals
from mlops.model.evaluation import resampling_units, segment_rows
from mlops.model.rows import Rows
from mlops.model.tasks import task
from mlops.review.report import Difference, Metric, Segment, clip

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

POWER = 0.8

Sampled = dict[str, "dict[str, np.ndarray]"]  # by model and metric; the first value is the metric


@dataclass(frozen=True)
class Comparison:
    """What the exam found. `detectable` belongs to the main metric against production."""

    rows: int
    units: int
    metrics: list[Metric]
    segments: list[Segment]
    from_baseline: Difference | None
    detectable: float | None


def compare(
    table: "pd.DataFrame",
    scores: "dict[str, np.ndarray]",
    config: Config,
    thresholds: Mapping[str, float | None],
) -> Comparison:
    """Compare `scores["candidate"]` with those of production, base and baseline, where given.

    `table` holds the target, the unit and the segments of the rows; a score has shape (rows,), or
    (rows, classes). Each model's answers are those at its own of `thresholds`, the baseline's at
    the candidate's.
    """
    import numpy as np

    data, evaluation, way = config.data, config.evaluation, task.of(config.data.task)
    unit, units = resampling_units(table, data)
    target = way.target(table[data.target], data.classes)
    everything = np.arange(units)
    exams = {
        name: Rows(target, score, unit, everything, thresholds.get(name, evaluation.threshold))
        for name, score in scores.items()
    }
    known = task.metrics(data.task, evaluation)
    twins = {name: twin(name, exams) for name in exams}
    once = {name: exams[name] for name in dict.fromkeys(twins.values())}
    drawn = intervals.bootstrap(once, known, units, evaluation.rounds, config.seed)
    sampled = {name: drawn[other] for name, other in twins.items()}
    main = evaluation.metric
    return Comparison(
        rows=len(table),
        units=units,
        metrics=[
            metric(name, sampled, units, evaluation)
            for name in sorted(known, key=lambda name: name != main)
        ],
        segments=segments(table, exams, units, config),
        from_baseline=against("baseline", main, sampled, units, evaluation),
        detectable=detectable(main, sampled, units, evaluation.confidence),
    )


def twin(name: str, exams: dict[str, Rows]) -> str:
    """The first model with the same scores and threshold, which are examined only once."""
    import numpy as np

    own = exams[name]
    return next(
        other
        for other, rows in exams.items()
        if rows.threshold == own.threshold and np.array_equal(rows.score, own.score)
    )


def metric(name: str, sampled: Sampled, units: int, evaluation: Evaluation) -> Metric:
    """One metric of all models."""
    own = intervals.interval(sampled["candidate"][name], evaluation.confidence)
    values = {model: intervals.rounded(by_metric[name][0]) for model, by_metric in sampled.items()}
    return Metric(
        name=name,
        lower_is_better=evaluation.lower_is_better(name),
        candidate=own["value"],
        low=own["low"],
        high=own["high"],
        production=values.get("production"),
        base=values.get("base"),
        baseline=values.get("baseline"),
        from_production=against("production", name, sampled, units, evaluation),
        from_base=against("base", name, sampled, units, evaluation),
    )


def segments(
    table: "pd.DataFrame", exams: "dict[str, Rows]", units: int, config: Config
) -> list[Segment]:
    """The main metric on each segment that has enough rows, intervals widened for all of them."""
    import numpy as np

    evaluation, least = config.evaluation, config.gate.segments.rows if config.gate.segments else 1
    chosen = segment_rows(table, config.data.segments)
    parts = {
        (model, key): exams[model].subset(rows)
        for model in ("production", "candidate")
        for key, rows in chosen.items()
        if model in exams and rows.sum() >= least
    }
    if not parts:
        return []
    name: str = evaluation.metric
    function = task.metrics(config.data.task, evaluation)[name]
    sampled = intervals.bootstrap(parts, {name: function}, units, evaluation.rounds, config.seed)
    values = {key: by_metric[name] for key, by_metric in sampled.items()}
    defined = [
        key for model, key in values if model == "candidate" and np.isfinite(values[model, key][0])
    ]
    found = []
    for key in defined:
        candidate, production = values["candidate", key], values.get(("production", key))
        apart = None
        if production is not None:
            own_units = len(parts["candidate", key].units)
            lower = evaluation.lower_is_better(name)
            own, looks = candidate - production, len(defined)
            apart = difference(own, own_units, evaluation.confidence, lower, looks)
        found.append(
            Segment(
                column=clip(key[0]),
                value=clip(key[1]),
                rows=int(chosen[key].sum()),
                candidate=intervals.rounded(candidate[0]),
                production=None if production is None else intervals.rounded(production[0]),
                difference=apart,
            )
        )
    return found


def against(
    rival: str, name: str, sampled: Sampled, units: int, evaluation: Evaluation
) -> Difference | None:
    """The candidate's difference from another model; None where that was not examined."""
    if rival not in sampled:
        return None
    values = sampled["candidate"][name] - sampled[rival][name]
    return difference(values, units, evaluation.confidence, evaluation.lower_is_better(name))


def difference(
    values: "np.ndarray", units: int, confidence: float, lower_is_better: bool, looks: int = 1
) -> Difference | None:
    """Read paired differences, the first the difference itself, the others one a round.

    `looks` differences that are looked at together get a common confidence (Bonferroni).
    """
    from scipy.special import stdtrit

    value, error = intervals.rounded(values[0]), standard_error(values, units)
    if value is None:
        return None
    if error is None:
        return Difference(value, None, None, None)
    reach = float(stdtrit(units - 1, 1 - (1 - confidence) / (2 * looks))) * error
    low, high = intervals.rounded(values[0] - reach), intervals.rounded(values[0] + reach)
    assert low is not None
    assert high is not None
    if low <= 0 <= high:
        return Difference(value, low, high, "no_difference")
    return Difference(value, low, high, "better" if (low > 0) != lower_is_better else "worse")


def standard_error(values: "np.ndarray", units: int) -> float | None:
    """The standard error of a paired difference; None where too few rounds define it."""
    import numpy as np

    sampled = values[1:][np.isfinite(values[1:])]
    if units < 2 or 2 * len(sampled) < len(values):
        return None
    return float(np.std(sampled, ddof=1)) * sqrt(units / (units - 1))


def detectable(name: str, sampled: Sampled, units: int, confidence: float) -> float | None:
    """The smallest difference from production that such an exam finds in 8 of 10 cases."""
    from scipy.special import stdtrit

    if "production" not in sampled:
        return None
    error = standard_error(sampled["candidate"][name] - sampled["production"][name], units)
    if not error:
        return None
    quantiles = stdtrit(units - 1, 1 - (1 - confidence) / 2) + stdtrit(units - 1, POWER)
    return intervals.rounded(float(quantiles) * error)
