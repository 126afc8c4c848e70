"""Intervals by the bootstrap: draw whole units (rows, days, groups) again and again."""

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from mlops.model.rows import Metric, Rows

Exam = TypeVar("Exam")
CELLS = 4_000_000  # rounds times rows held at once, so that memory does not grow with the rounds


def draws(units: int, rows: int, rounds: int, seed: int) -> "Iterator[np.ndarray]":
    """Yield how often each unit is drawn, in chunks of rounds, shape (some rounds, units).

    The first round of all draws each unit once. A round draws as many units as there are.
    """
    import numpy as np

    generator = np.random.default_rng(seed)
    chunk = max(1, CELLS // max(units, rows))
    yield np.ones((1, units))
    for start in range(0, rounds, chunk):
        chosen = [
            np.bincount(generator.integers(units, size=units), minlength=units)
            for _ in range(start, min(start + chunk, rounds))
        ]
        yield np.array(chosen, float)


def bootstrap(
    exams: "Mapping[Exam, Rows]",
    metrics: "Mapping[str, Metric]",
    units: int,
    rounds: int,
    seed: int,
) -> "dict[Exam, dict[str, np.ndarray]]":
    """Evaluate each metric on each exam for the same draws, so that exams can be paired.

    The result has shape (1 + rounds,) for each exam and metric; its first value is the metric
    itself. A round that draws no row of an exam gives NaN, and so do all rounds where the exam has
    one unit only: one day says nothing about how days differ.
    """
    import numpy as np

    rows = max(len(exam.unit) for exam in exams.values())
    found: dict[Exam, dict[str, list[np.ndarray]]] = {
        name: {metric: [] for metric in metrics} for name in exams
    }
    for chunk, drawn in enumerate(draws(units, rows, rounds, seed)):
        for name, exam in exams.items():
            weights = drawn[:, exam.units]
            empty = ~weights.any(axis=1) | (chunk > 0 and len(exam.units) < 2)
            for metric, function in metrics.items():
                found[name][metric].append(np.where(empty, np.nan, function(exam, weights)))
    return {
        name: {metric: np.concatenate(parts) for metric, parts in by_metric.items()}
        for name, by_metric in found.items()
    }


def interval(values: "np.ndarray", confidence: float) -> dict[str, float | None]:
    """The first value with the percentiles of the others, to 6 digits; None where undefined."""
    import numpy as np

    sampled = values[1:][np.isfinite(values[1:])]
    low, high = math.nan, math.nan
    if len(sampled):
        low, high = np.quantile(sampled, [(1 - confidence) / 2, (1 + confidence) / 2])
    return {"value": rounded(values[0]), "low": rounded(low), "high": rounded(high)}


def rounded(number: float) -> float | None:
    """Six digits after the point, never minus zero; None for what is not a number."""
    return round(float(number), 6) + 0.0 if math.isfinite(number) else None
