"""Measure models on the same rows: every metric with its interval, overall and by segment."""

from typing import TYPE_CHECKING, Any

from mlops.config.schema import Data, Evaluation
from mlops.model import intervals
from mlops.model.rows import Rows
from mlops.model.tasks import task

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from mlops.model.rows import Metric

Figures = dict[str, dict[str, float | None]]


def measure(
    table: "pd.DataFrame",
    scores: "dict[str, np.ndarray]",
    data: Data,
    evaluation: Evaluation,
    seed: int,
) -> dict[str, Any]:
    """Measure each score on the rows of `table`, the score named `test` also by segment and class.

    The result is `{"test": figures, ..., "segments": {column: {value: figures and rows}},
    "classes": {class: figures and rows}}` with figures `{metric: {"value", "low", "high"}}`.
    """
    import numpy as np

    way = task.of(data.task)
    unit, units = resampling_units(table, data)
    target = way.target(table[data.target], data.classes)
    everything = np.arange(units)
    exams = {
        name: Rows(target, score, unit, everything, evaluation.threshold)
        for name, score in scores.items()
    }
    test = {"test": exams["test"]}
    segments = segment_rows(table, data.segments)
    for (column, value), chosen in segments.items():
        exams[f"{column}={value}"] = exams["test"].subset(chosen)

    def figures(exams: dict[str, Rows], metrics: "dict[str, Metric]") -> dict[str, Figures]:
        sampled = intervals.bootstrap(exams, metrics, units, evaluation.rounds, seed)
        return {
            name: {
                metric: intervals.interval(values, evaluation.confidence)
                for metric, values in by_metric.items()
            }
            for name, by_metric in sampled.items()
        }

    found = figures(exams, task.metrics(data.task, evaluation))
    report: dict[str, Any] = {name: found[name] for name in scores}
    report["segments"] = {column: {} for column in data.segments}
    for (column, value), chosen in segments.items():
        rows = {"rows": int(chosen.sum())}
        report["segments"][column][value] = found[f"{column}={value}"] | rows
    report["classes"] = {
        name: figures(test, metrics)["test"] | {"rows": int((target == number).sum())}
        for number, (name, metrics) in enumerate(way.by_class(data.classes).items())
    }
    return report


def resampling_units(table: "pd.DataFrame", data: Data) -> "tuple[np.ndarray, int]":
    """Number each row's unit, and count the units: rows, days of `data.time`, or `data.group`."""
    import numpy as np

    if data.resample == "row":
        return np.arange(len(table)), len(table)
    if data.resample == "day":
        assert data.time is not None  # compose checks it
        codes, values = table[data.time].dt.floor("D").factorize(use_na_sentinel=False)
    else:
        codes, values = table[data.group].factorize(use_na_sentinel=False)
    return codes, len(values)


def segment_rows(table: "pd.DataFrame", columns: list[str]) -> "dict[tuple[str, str], np.ndarray]":
    """The rows of each segment, by column and value, values in order."""
    found = {}
    for column in columns:
        values = table[column].astype("str").fillna("null")
        for value in sorted(values.unique()):
            found[column, str(value)] = (values == value).to_numpy()
    return found
