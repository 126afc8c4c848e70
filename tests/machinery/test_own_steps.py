"""Mistakes in the steps of `features.py` are told as that, and before anything is fitted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from mlops.config.schema import Column, Model
from mlops.errors import UserError
from mlops.model import estimators, preprocessing
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

WHERE = "src/churn/features.py: "
TABLE = pd.DataFrame({"age": range(20, 60), "fee": [9.5, 20.0] * 20})
TARGET = pd.Series([True, False] * 20)
DECLARED = {"age": Column("integer"), "fee": Column("number")}
FLOAT: Any = "float"  # as pandas says it; nothing checks it before the recipe runs
MODEL = Model("logistic", "one_hot", {}, "sklearn.linear_model.LogisticRegression")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "src/churn").mkdir(parents=True)
    (tmp_path / "src/churn/__init__.py").touch()
    monkeypatch.chdir(tmp_path)


def fit(step: Callable[[pd.DataFrame], Any], **added: Column) -> Any:
    """Fit a pipeline with a step of one's own."""
    parts = [
        ("mine", FunctionTransformer(step)),
        ("preprocessing", preprocessing.make(DECLARED | added, "one_hot")),
        ("estimator", LogisticRegression()),
    ]
    return estimators.fit(Pipeline(parts), TABLE, TARGET, MODEL)


def add_ratio(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(ratio=table["fee"] / table["age"])


def test_an_infinity_is_told_as_the_steps() -> None:
    with pytest.raises(UserError) as error:
        fit(lambda table: table.assign(rate=1 / (table["age"] - 30)), rate=Column("number"))
    (line,) = error.value.lines
    assert line.startswith(f"{WHERE}'rate' is infinite in 1 of 40 rows")


def test_a_declared_column_is_learnt_from() -> None:
    made = fit(add_ratio, ratio=Column("number"))
    assert "ratio" in made.named_steps["preprocessing"].get_feature_names_out()


@pytest.mark.parametrize(
    ("step", "added", "line"),
    [
        (add_ratio, [], "ADDED: 'ratio' is not in it, so the model would not see that column"),
        (add_ratio, ["ratio", "ration"], "ADDED: no step gives 'ration'; did you mean ratio?"),
        (lambda table: None, [], "step 'mine' gives NoneType, expected a table"),
        (lambda table: table["id"], [], "step 'mine': no column 'id'; it sees age, fee"),
    ],
)
def test_a_mistake_is_told_as_the_steps(
    step: Callable[[pd.DataFrame], Any], added: list[str], line: str
) -> None:
    with pytest.raises(UserError) as caught:
        fit(step, **{name: Column("number") for name in added})
    assert str(caught.value).startswith(WHERE + line)


@pytest.mark.parametrize(
    ("declared", "said"),
    [(Column(type=FLOAT), "'float'"), ({"type": "number"}, "a dict")],
)
def test_a_type_that_no_feature_has_is_named(declared: Any, said: str) -> None:
    with pytest.raises(UserError, match=f"ADDED: 'ratio': its type is {said}, expected Column"):
        fit(add_ratio, ratio=declared)


def test_a_mistake_within_a_step_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        fit(lambda table: 1 / 0)
