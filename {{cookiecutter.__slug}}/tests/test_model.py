"""The trained model: better than guessing, and safe on rows that real life brings."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from mlops.config import params
from mlops.model import persistence

from {{cookiecutter.__package}}.paths import MODEL, PREPARED, REPORTS


def rows() -> pd.DataFrame:
    features = list(params.load().data.features)
    return pd.read_parquet(PREPARED / "test.parquet", columns=features)


def test_it_beats_the_naive_baseline_beyond_doubt(project: Path) -> None:
    report = json.loads((REPORTS / "metrics.json").read_text("utf-8"))
    assert report["test"]["roc_auc"]["low"] > report["baseline"]["roc_auc"]["value"]
    assert report["test"]["log_loss"]["value"] < report["baseline"]["log_loss"]["value"]


def test_every_row_gets_a_probability(project: Path) -> None:
    scores = persistence.load(MODEL).predict_proba(rows())[:, 1]
    assert np.isfinite(scores).all()
    assert ((scores >= 0) & (scores <= 1)).all()


def test_the_saved_model_gives_the_scores_that_were_evaluated(project: Path) -> None:
    evaluated = pd.read_parquet(REPORTS / "predictions.parquet")["score"]
    scores = persistence.load(MODEL).predict_proba(rows())[:, 1]
    np.testing.assert_array_equal(scores, evaluated)


def test_nulls_and_unseen_categories_are_answered(project: Path) -> None:
    columns = params.load().data.features
    table = rows().head(50)
    for name, column in columns.items():
        table[name] = "never seen" if column.type == "category" else table[name]
        if column.nullable:
            table[name] = pd.Series([None] * len(table), table.index, dtype=table[name].dtype)
    scores = persistence.load(MODEL).predict_proba(table)[:, 1]
    assert np.isfinite(scores).all()


def test_segments_add_up(project: Path) -> None:
    report = json.loads((REPORTS / "metrics.json").read_text("utf-8"))
    for by_value in report["segments"].values():
        assert sum(figures["rows"] for figures in by_value.values()) == len(rows())
