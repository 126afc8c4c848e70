"""Measure models on the same rows: every metric with its interval, overall and by segment."""

from typing import TYPE_CHECKING, Any

from mlops.config.schema import Data, Evaluation
from mlops.model import intervals, metrics

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Figures = dict[str, dict[str, float | None]]


def measure(
    table: "pd.DataFrame",
    scores: "dict[str, np.ndarray]",
    data: Data,
    evaluation: Evaluation,
    seed: int,
) -> dict[str, Any]:
    """Measure each score on the rows of `table`, the score named `test` also by segment.

    The result is `{"test": figures, ..., "segments": {column: {value: figures and rows}}}` with
    figures `{metric: {"value", "low", "high"}}`.
    """
    import numpy as np

    unit, units = resampling_units(table, data, evaluation.resample)
    target = table[data.target].to_numpy().astype(float)
    everything = np.arange(units)
    exams = {name: metrics.Rows(target, score, unit, everything) for name, score in scores.items()}
    segments = segment_rows(table, data.segments)
    for (column, value), chosen in segments.items():
        exams[f"{column}={value}"] = exams["test"].subset(chosen)
    sampled = intervals.bootstrap(
        exams, metrics.binary(evaluation.threshold), units, evaluation.rounds, seed
    )
    figures: dict[str, Figures] = {
        name: {
            metric: intervals.interval(values, evaluation.confidence)
            for metric, values in by_metric.items()
        }
        for name, by_metric in sampled.items()
    }
    report: dict[str, Any] = {name: figures[name] for name in scores}
    report["segments"] = {column: {} for column in data.segments}
    for (column, value), chosen in segments.items():
        found = figures[f"{column}={value}"] | {"rows": int(chosen.sum())}
        report["segments"][column][value] = found
    return report


def resampling_units(table: "pd.DataFrame", data: Data, resample: str) -> "tuple[np.ndarray, int]":
    """Number each row's unit, and count the units: rows, days of `data.time`, or `data.group`."""
    import numpy as np

    if resample == "row":
        return np.arange(len(table)), len(table)
    if resample == "day":
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
