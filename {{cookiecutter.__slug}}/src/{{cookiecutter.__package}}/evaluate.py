"""Evaluate: metrics with intervals, by segment and against the naive baseline, and plots."""

from typing import TYPE_CHECKING

from mlops.config import params
from mlops.config.schema import Config
from mlops.data import tables
from mlops.files import write_json, write_text
from mlops.model import calibration, curves, fairness, persistence
from mlops.model.evaluation import measure

from .paths import MODEL, PREPARED, REPORTS

if TYPE_CHECKING:
    import numpy as np


def evaluate() -> None:
    """Score the test rows once, with the model and with the baseline, and write the reports."""
    config = params.load()
    table = tables.read(PREPARED / "test.parquet", list(config.data.columns))
    target = table[config.data.target].to_numpy()
    model = persistence.load(MODEL)
    score = model.predict_proba(table[list(config.data.features)])[:, 1]
    scores = {"test": score, "baseline": baseline(config, len(table))}
    report = measure(table, scores, config.data, config.evaluation, config.seed)
    report["calibration"] = calibration.measure(target, score)
    report["fairness"] = fairness.measure(table, score, config)
    write_json(REPORTS / "metrics.json", report)
    write_json(REPORTS / "summary.json", {key: m["value"] for key, m in report["test"].items()})
    scored = table.assign(score=score, baseline_score=scores["baseline"])
    tables.write(scored, REPORTS / "predictions.parquet")
    write_plots(target, score, config.evaluation.threshold)
    for name in scores:
        figure = report[name][config.evaluation.metric]
        interval = f"{figure['low']} to {figure['high']}"
        print(f"{name} {config.evaluation.metric} {figure['value']} ({interval})")


def baseline(config: Config, rows: int) -> "np.ndarray":
    """The naive forecast: for each row, the share of positives in training."""
    import numpy as np

    target = config.data.target
    rate = tables.read(PREPARED / "train.parquet", [target])[target].mean()
    return np.full(rows, float(rate))


def write_plots(target: "np.ndarray", score: "np.ndarray", threshold: float) -> None:
    """Write the points of each plot; `dvc.yaml` says how they are drawn."""
    plots = {
        "roc": curves.roc(target, score),
        "precision_recall": curves.precision_recall(target, score),
        "calibration": curves.calibration(target, score),
        "confusion": curves.confusion(target, score, threshold),
    }
    for name, points in plots.items():
        text = points.to_csv(index=False, float_format="%.6f", lineterminator="\n")
        write_text(REPORTS / "plots" / f"{name}.csv", text)
