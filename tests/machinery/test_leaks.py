"""A column that tells what it cannot know is named; honest ones are not."""

import numpy as np
import pandas as pd
import pytest
from mlops.config.schema import Column
from mlops.explain import alone, leaks
from sklearn.tree import DecisionTreeRegressor

from machinery.explaining import config, table

TASKS = ("binary", "multiclass", "regression")


def numeric(frame: pd.DataFrame, seed: int) -> "pd.Series[float]":
    """The target as a number, with a little noise and some nulls."""
    values = frame["target"]
    codes = values if values.dtype.kind == "f" else values.astype("str").factorize(sort=True)[0]
    noise = np.random.default_rng(seed).normal(scale=0.05, size=len(frame))
    return pd.Series(np.asarray(codes, float) + noise, frame.index)


@pytest.mark.parametrize("task", TASKS)
def test_a_number_that_follows_from_the_target_is_named(task: str) -> None:
    asked = config(task, leak=Column("number"))
    train, test = (table(task, rows, rows) for rows in (2000, 700))
    exam = (train.assign(leak=numeric(train, 1)), test.assign(leak=numeric(test, 2)))
    (found,) = leaks.find([exam], asked)
    assert found["column"] == "leak"
    assert found["metric"] == leaks.LIMITS[asked.data.task][0]
    assert found["value"] >= 0.99
    words = leaks.warning(found, "target")
    assert words.startswith("warning: column 'leak' alone predicts 'target' nearly perfectly")


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_a_category_that_names_the_class_is_named(task: str) -> None:
    asked = config(task, status=Column("category"))
    train, test = (table(task, rows, rows) for rows in (2000, 700))
    exam = tuple(rows.assign(status="is " + rows["target"].astype("str")) for rows in (train, test))
    (found,) = leaks.find([(exam[0], exam[1])], asked)
    assert (found["column"], found["value"]) == ("status", 1)


@pytest.mark.parametrize("task", TASKS)
def test_honest_columns_and_identifiers_are_not_named(task: str) -> None:
    """`id` is another text in each row; `number` counts the rows of each side."""
    asked = config(task, number=Column("integer"), empty=Column("number", nullable=True))
    train, test = (
        table(task, rows, rows).assign(number=range(rows), empty=np.nan) for rows in (2000, 700)
    )
    assert leaks.find([(train, test)], asked) == []


def test_the_tree_is_that_of_scikit_learn() -> None:
    draw = np.random.default_rng(3)
    values = draw.normal(size=2000).round(2)
    outcomes = np.stack([values > 0.3, draw.random(2000) < 0.5], axis=1).astype(float)
    asked = np.linspace(-4, 4, 500)
    own = alone.predict(pd.Series(values), outcomes, pd.Series(asked), is_category=False)
    tree = DecisionTreeRegressor(max_leaf_nodes=alone.LEAVES).fit(values[:, None], outcomes)
    np.testing.assert_allclose(own, tree.predict(asked[:, None]), atol=1e-9)


def test_nulls_rare_and_unseen_categories_are_told_apart() -> None:
    known = pd.Series(["a"] * 30 + ["b"] * 30 + ["c"] * 5 + [None] * 10)
    outcomes = np.repeat([1.0, 2, 3, 4], [30, 30, 5, 10])[:, None]
    asked = pd.Series(["a", "b", "c", None, "never seen"])
    told = alone.predict(known, outcomes, asked, is_category=True)[:, 0]
    np.testing.assert_allclose(told, [1, 2, 3, 4, 4])


def test_a_tree_that_has_seen_the_rows_proves_nothing() -> None:
    """In a small table each row's number would tell its target, were it tested on what it knew."""
    asked = config("multiclass", number=Column("integer"))
    rows = table("multiclass", 60).assign(number=np.random.default_rng(1).permutation(60))
    assert leaks.find([(rows, rows)], asked)
    fold = np.arange(60) % 4
    exams = [(rows[fold != number], rows[fold == number]) for number in range(4)]
    assert leaks.find(exams, asked) == []
