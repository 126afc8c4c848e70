"""Evaluate: metrics with intervals, by segment and against the naive baseline, and plots."""

from typing import TYPE_CHECKING

from mlops.config import params
from mlops.config.schema import Config, FoldSplit
from mlops.data import splits, tables
from mlops.files import write_json
from mlops.model import calibration, estimators, fairness, scores
from mlops.model.evaluation import measure
from mlops.model.plots import write_plots
from mlops.model.tasks import task
from mlops.scoring import frames

from .paths import PREPARED, REPORTS, SCORER
from .train import fit

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def evaluate() -> None:
    """Score the test rows once, with the model and with the baseline, and write the reports."""
    config = params.load()
    data, way = config.data, task.of(config.data.task)
    table = tables.read(PREPARED / "test.parquet", list(data.columns))
    target = way.target(table[data.target], data.classes)
    score = predict(config, table)
    found = {"test": score, "baseline": baseline(config, len(table))}
    report = measure(table, found, data, config.evaluation, config.seed)
    report["calibration"] = calibration.measure(*way.expectation(target, score))
    report["fairness"] = fairness.measure(table, score, config)
    write_json(REPORTS / "metrics.json", report)
    write_json(REPORTS / "summary.json", {key: m["value"] for key, m in report["test"].items()})
    scored = scores.add(table, scores.SCORE, score, data)
    scored = scores.add(scored, scores.BASELINE, found["baseline"], data)
    tables.write(scored, REPORTS / "predictions.parquet")
    write_plots(way.plots(target, score, data.classes, config.evaluation), REPORTS)
    for name in found:
        figure = report[name][config.evaluation.metric]
        interval = f"{figure['low']} to {figure['high']}"
        print(f"{name} {config.evaluation.metric} {figure['value']} ({interval})")


def predict(config: Config, table: "pd.DataFrame") -> "np.ndarray":
    """The scores of what serves; in cross-validation, of models that had not seen the row."""
    data = config.data
    if not isinstance(config.split, FoldSplit):
        return frames.predictor(SCORER, data.features)(table)
    fold = splits.folds(table[data.kept_together], config.split.folds)
    return estimators.out_of_fold(fit, config, table, fold)


def baseline(config: Config, rows: int) -> "np.ndarray":
    """The naive forecast, from the training rows' target, for each row."""
    import numpy as np

    data, way = config.data, task.of(config.data.task)
    cells = tables.read(PREPARED / "train.parquet", [data.target])[data.target]
    forecast = way.baseline(way.target(cells, data.classes), data.classes)
    return np.broadcast_to(forecast, (rows, *forecast.shape))
