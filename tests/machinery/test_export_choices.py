"""Estimators that a user may choose are exported too, each as far as it is understood."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from mlops.config.schema import Model
from msgspec.structs import replace

from machinery import exporting
from machinery.test_export import check


class Choice(NamedTuple):
    """An estimator of one's own choice, and what comes of it."""

    task: str
    estimator: str
    encoding: Any
    parameters: dict[str, Any]
    rung: str
    why: str = ""


BOOSTED = "sklearn.ensemble.GradientBoostingClassifier"
HISTOGRAM = "sklearn.ensemble.HistGradientBoostingRegressor"
XGBOOST, LIGHTGBM = "xgboost.XGBClassifier", "lightgbm.LGBMRegressor"
FEW = {"n_estimators": 6}
QUIET = FEW | {"verbosity": -1}
UNREAD = "has no trees that Treelite can read"
CHOICES = {
    "a logarithmic link": Choice(
        "regression", HISTOGRAM, "ordinal", {"loss": "poisson", "max_iter": 6}, "masks"
    ),
    "inputs one-hot": Choice(
        "multiclass", BOOSTED, "one_hot", FEW, "treelite", "masks: its inputs are scaled or one-hot"
    ),
    "several trees a round": Choice(
        "binary", XGBOOST, "ordinal", FEW | {"num_parallel_tree": 2}, "masks"
    ),
    "deep trees": Choice(
        "binary", XGBOOST, "ordinal", FEW | {"max_depth": 9}, "treelite", "masks: a tree has "
    ),
    "no trees": Choice(
        *("binary", XGBOOST, "one_hot", FEW | {"booster": "gblinear"}, "predict"),
        f"masks, treelite: XGBClassifier {UNREAD}",
    ),
    "a line in each leaf": Choice(
        *("regression", LIGHTGBM, "ordinal", QUIET | {"linear_tree": True}, "predict"),
        f"masks, treelite: LGBMRegressor {UNREAD}",
    ),
    "zero as null": Choice(
        *("regression", LIGHTGBM, "ordinal", QUIET | {"zero_as_missing": True}, "predict"),
        "masks, treelite: ",
    ),
    "another linear model": Choice(
        "binary", "sklearn.linear_model.SGDClassifier", "one_hot", {"loss": "log_loss"}, "linear"
    ),
    "another link": Choice(
        *("binary", "sklearn.linear_model.SGDClassifier", "one_hot"),
        *({"loss": "modified_huber"}, "predict", "linear: "),
    ),
}


@pytest.mark.parametrize("name", CHOICES)
def test_each_choice(name: str, tmp_path: Path) -> None:
    task, estimator, encoding, parameters, rung, why = CHOICES[name]
    named: dict[str, Any] = {"regressor" if task == "regression" else "classifier": estimator}
    model = Model(name="own", encoding=encoding, parameters=parameters, **named)
    config = replace(exporting.config(task), model=model)
    frame = exporting.table(task, 1500)
    pipeline = exporting.fitted(config, frame)
    made = exporting.exported(config, frame, pipeline, tmp_path)
    assert made.contract.rung == rung
    assert "; ".join(made.contract.why).startswith(why)
    assert bool(made.contract.why) == bool(why)
    check(made, pipeline, config, 500)
