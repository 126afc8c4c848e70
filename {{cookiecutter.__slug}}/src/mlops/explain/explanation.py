"""What a model relies on, as `reports/explanation.json` holds it, and its plots."""

from collections.abc import Callable
from typing import Any

from mlops.config.schema import Config
from mlops.explain import dependence, importance, leaks, shap
from mlops.explain.subjects import Subject, sample
from mlops.model.plot import Plot

SHOWN = 20  # features in the plot


def explain(subject: Subject, load: Callable[[], Any], config: Config) -> dict[str, Any]:
    """Importance, dependence, leaks and, where they are asked for, SHAP values of `load()`."""
    asked = config.explanation
    values = shap.measure(subject.rows, load(), config) if asked.shap else None
    found = importance.measure(subject.rows, subject.predict, config)
    leading = [entry["column"] for entry in found[: asked.dependence]]
    few = sample(subject.rows, dependence.ROWS, config.seed)
    return {
        "metric": config.evaluation.metric,
        "rows": len(subject.rows),
        "importance": found,
        "dependence": dependence.measure(few, subject.predict, config, leading),
        "leaks": leaks.find(subject.exams, config),
        "shap": values,
    }


def plots(found: dict[str, Any], config: Config) -> dict[str, Plot]:
    """The leading features with their intervals, and a line of mean scores for each."""
    import pandas as pd

    metric, classes = found["metric"], config.data.task == "multiclass"
    columns = ["column", "value", "low", "high"]
    bars = pd.DataFrame(found["importance"][:SHOWN], columns=columns)
    points = [
        {"column": column, **point}
        for column, line in found["dependence"].items()
        for point in line
    ]
    lines = pd.DataFrame(points, columns=["column", "x", "y", *(["class"] if classes else [])])
    title = f"What {metric} loses when a feature is shuffled"
    drawn = {"importance": Plot(title, "bars", "value", "column", bars)}
    if points:
        title = "Mean score, were a feature the same for all rows"
        drawn["dependence"] = Plot(title, "line", "x", "y", lines, series="column")
    return drawn
