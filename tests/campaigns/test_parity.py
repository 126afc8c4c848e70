"""The service, `mlops predict` and scikit-learn give the same rows the same scores and labels."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from mlops.data import tables
from mlops.model.tasks import task as tasks
from mlops.predict.predict import predict
from mlops.scoring import scorer
from mlops.scoring.scorer import Scorer
from mlops.serve import answers
from mlops.serve.model import Model

from campaigns.portion import WHOLE
from machinery import exporting
from machinery.fitting import VARIANTS
from machinery.test_export import fresh

ROWS = 100_000 if WHOLE else 20_000
REQUEST = 2000  # rows of one
CHOSEN = (
    VARIANTS
    if WHOLE
    else [
        ("hist_gradient_boosting", "multiclass", "balanced", "sigmoid"),
        ("xgboost", "binary", None, None),
        ("random_forest", "regression", None, None),
    ]
)


@pytest.mark.parametrize(("model", "task", "weight", "calibration"), CHOSEN)
def test_parity(
    model: str,
    task: str,
    weight: str | None,
    calibration: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    chosen = {"class_weight": weight, "calibration": calibration}
    overrides = [f"+model.{key}={value}" for key, value in chosen.items() if value]
    config = exporting.config(task, model, *exporting.few_trees(model, 30), *overrides)
    train, rows, features = exporting.table(task), fresh(task, ROWS), config.data.features
    pipeline = exporting.fitted(config, train)
    made = exporting.exported(config, train, pipeline, tmp_path)
    arrow = tables.arrow(rows, features)

    given = tasks.predict(task, pipeline, rows[list(features)], config.data.classes).astype(float)
    labels = np.array(scorer.labels(made.contract, given))
    for name, scores in (("batch", batch(made, arrow)), ("served", served(made, arrow))):
        assert scores.shape == given.shape, name
        np.testing.assert_allclose(scores, given, rtol=1e-6, atol=1e-6, err_msg=name)
        np.testing.assert_array_equal(scorer.labels(made.contract, scores), labels, err_msg=name)


def batch(made: Scorer, rows: Any) -> np.ndarray:
    """What `mlops predict` writes."""
    pq.write_table(rows, "rows.parquet")
    predict("rows.parquet", "scores.parquet", made, "")
    contract, found = made.contract, pd.read_parquet("scores.parquet")
    if contract.task == "multiclass":
        return found[[f"score.{name}" for name in contract.classes]].to_numpy()
    return found["predicted" if contract.task == "regression" else "score"].to_numpy()


def served(made: Scorer, rows: Any) -> np.ndarray:
    """What a service answers: in turns to lists of records and to columns."""
    model = Model(made, None, None, REQUEST)
    found: list[Any] = []
    for start in range(0, len(rows), REQUEST):
        part = rows.slice(start, REQUEST)
        asked = part.to_pylist() if start % (2 * REQUEST) else {"columns": part.to_pydict()}
        scores = made.score(model.rows.read(msgspec.json.encode(asked)))
        said = msgspec.json.encode(answers.predictions(made.contract, scores))
        found += map(number, msgspec.json.decode(said))
    return np.array(found)


def number(prediction: dict[str, Any]) -> Any:
    """The score in an answer."""
    if "probabilities" in prediction:
        return list(prediction["probabilities"].values())
    return prediction.get("probability", prediction.get("value"))
