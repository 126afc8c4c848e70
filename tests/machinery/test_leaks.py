"""A column that tells what it cannot know is named; honest ones are not."""

import numpy as np
import pandas as pd
import pytest
from mlops.config.schema import Column
from mlops.explain import leaks

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


def test_a_tree_that_has_seen_the_rows_proves_nothing() -> None:
    """In a small table each row's number would tell its target, were it tested on what it knew."""
    asked = config("multiclass", number=Column("integer"))
    rows = table("multiclass", 60).assign(number=np.random.default_rng(1).permutation(60))
    assert leaks.find([(rows, rows)], asked)
    fold = np.arange(60) % 4
    exams = [(rows[fold != number], rows[fold == number]) for number in range(4)]
    assert leaks.find(exams, asked) == []
