"""The scorer of every shipped model gives the scores and labels of scikit-learn's pipeline."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from mlops.config.schema import Column, Config
from mlops.export import contract as contracts
from mlops.model.tasks import task as tasks
from mlops.scoring import scorer
from mlops.scoring.scorer import Scorer

from machinery import exporting
from machinery.fitting import VARIANTS

RUNGS = {"linear": "linear", "naive": "constant", "random_forest": "treelite"}  # else masks
ROWS = 5000


def fresh(task: str, rows: int = ROWS) -> pd.DataFrame:
    """Rows that no model was trained on, with more nulls, and categories that none has seen."""
    frame = exporting.table(task, rows, seed=1)
    draw = np.random.default_rng(2)
    for name in ("number", "count", "kind"):
        frame.loc[draw.random(rows) < 0.2, name] = None
    for name in ("kind", "place"):
        frame.loc[draw.random(rows) < 0.1, name] = "never seen"
    return frame


def check(made: Scorer, pipeline: Any, config: Config, rows: int = ROWS) -> None:
    """The same scores by lists, by Arrow arrays and row by row, and the same labels."""
    task, classes, features = config.data.task, config.data.classes, list(config.data.features)
    frame = fresh(task, rows)
    expected = tasks.predict(task, pipeline, frame[features], classes).astype(float)
    table = exporting.arrow(frame, config)
    lists = scorer.as_columns(table.to_pylist(), features)
    arrays = {name: table[name] for name in features}
    encoded = arrays | {"place": pa.chunked_array(halves(table["place"].combine_chunks()))}
    for columns in (lists, arrays, encoded):
        scores = made.score(columns)
        assert scores.dtype == np.float64
        np.testing.assert_allclose(scores, expected, rtol=1e-6, atol=1e-6)
        labels, wanted = (scorer.labels(made.contract, each) for each in (scores, expected))
        np.testing.assert_array_equal(labels, wanted)
    alone = [made.score({name: [lists[name][row]] for name in features}) for row in range(50)]
    np.testing.assert_allclose(np.concatenate(alone), expected[:50], rtol=1e-6, atol=1e-6)


def halves(values: pa.Array) -> list[pa.Array]:
    """Two dictionaries that number the same texts differently."""
    half = len(values) // 2
    return [values[:half].dictionary_encode(), values[half:][::-1].dictionary_encode()[::-1]]


@pytest.mark.parametrize(("model", "task", "weight", "calibration"), VARIANTS)
def test_every_model_is_exported_and_scores_as_before(
    model: str, task: str, weight: str | None, calibration: str | None, tmp_path: Path
) -> None:
    chosen = {"class_weight": weight, "calibration": calibration}
    overrides = [f"+model.{key}={value}" for key, value in chosen.items() if value]
    config = exporting.config(task, model, *exporting.few_trees(model), *overrides)
    frame = exporting.table(task)
    pipeline = exporting.fitted(config, frame)
    made = exporting.exported(config, frame, pipeline, tmp_path)
    check(made, pipeline, config)
    contract = made.contract
    if (model, calibration) != ("linear", "isotonic"):  # whose steps make much of a last digit
        assert contract.rung == RUNGS.get(model, "masks")
    assert list(contract.features) == list(exporting.COLUMNS)
    assert contract.ignored == ["target", "row"]


@pytest.mark.parametrize(
    ("column", "cells", "typical"),
    [
        (Column("number", nullable=True), [1.0, 4.0, 9.0, None], 4.0),
        (Column("number", nullable=True), [1.0, None, None, None], None),
        (Column("category", nullable=True), ["b", "a", "a", None], "a"),
        (Column("category", nullable=True), ["a", None, None, None], None),
        (Column("boolean"), [True, True, False, True], True),
    ],
)
def test_what_is_typical_of_a_column(column: Column, cells: list[Any], typical: Any) -> None:
    assert contracts.feature(column, pd.Series(cells)).typical == typical
