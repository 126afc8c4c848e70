"""The trained model: better than guessing, and safe on rows that real life brings."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlops.config import params
from mlops.config.schema import FoldSplit
from mlops.model import persistence, scores
from mlops.model.tasks import task
from mlops.scoring import frames

from {{cookiecutter.__package}}.paths import MODEL, PREPARED, REPORTS, SCORER


def rows() -> pd.DataFrame:
    features = list(params.load().data.features)
    return pd.read_parquet(PREPARED / "test.parquet", columns=features)


def predict(table: pd.DataFrame) -> np.ndarray:
    return frames.predictor(SCORER, params.load().data.features)(table)


def check(score: np.ndarray) -> None:
    assert np.isfinite(score).all()
    if params.load().data.task != "regression":
        assert ((score >= 0) & (score <= 1)).all()
    if score.ndim == 2:
        np.testing.assert_allclose(score.sum(axis=1), 1, atol=1e-6)


def test_it_beats_the_naive_baseline(project: Path) -> None:
    """The gate asks for confidence, too; a small run is too small for that."""
    config = params.load()
    if config.model.name == "naive":
        pytest.skip("the model is the baseline")
    report = json.loads((REPORTS / "metrics.json").read_text("utf-8"))
    metric = config.evaluation.metric
    test, baseline = (report[of][metric]["value"] for of in ("test", "baseline"))
    assert test < baseline if config.evaluation.lower_is_better(metric) else test > baseline


def test_every_row_gets_a_score(project: Path) -> None:
    score = predict(rows())
    assert len(score) == len(rows())
    check(score)


def test_what_serves_gives_the_scores_of_the_pipeline(project: Path) -> None:
    data = params.load().data
    expected = task.predict(data.task, persistence.load(MODEL), rows(), data.classes)
    np.testing.assert_allclose(predict(rows()), expected, rtol=1e-6, atol=1e-6)


def test_what_serves_gives_the_scores_that_were_evaluated(project: Path) -> None:
    config = params.load()
    if isinstance(config.split, FoldSplit):
        pytest.skip("each row was scored by a model of the other folds")
    table = pd.read_parquet(REPORTS / "predictions.parquet")
    np.testing.assert_array_equal(predict(rows()), scores.read(table, scores.SCORE, config.data))


def test_nulls_and_unseen_categories_are_answered(project: Path) -> None:
    table = rows().head(50)
    for name, column in params.load().data.features.items():
        table[name] = "never seen" if column.type == "category" else table[name]
        if column.nullable:
            table[name] = pd.Series([None] * len(table), table.index, dtype=table[name].dtype)
    check(predict(table))


def test_segments_add_up(project: Path) -> None:
    report = json.loads((REPORTS / "metrics.json").read_text("utf-8"))
    for by_value in report["segments"].values():
        assert sum(figures["rows"] for figures in by_value.values()) == len(rows())
