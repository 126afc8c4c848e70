"""A target of one value has nothing to learn: found for every task, over all partitions."""

from functools import reduce
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from mlops.config.schema import Column, Data
from mlops.data import checks, tables
from msgspec.structs import replace

from machinery.composing import config_of

WINE = config_of("data=wine").data
TARGETS = {
    "binary": Column(type="boolean"),
    "multiclass": Column(type="category", categories=["a", "b", "c"]),
    "regression": Column(type="number"),
}


def data_of(task: Any) -> Data:
    columns = {"row": Column(type="integer"), "size": Column(type="number"), "y": TARGETS[task]}
    return replace(WINE, task=task, target="y", columns=columns)


def whole(folder: Path, data: Data, *parts: list[Any]) -> checks.Profile:
    """The profile of partitions with these targets."""
    profiles = []
    for number, target in enumerate(parts):
        path = folder / f"{number}.parquet"
        rows = range(4 * number, 4 * number + len(target))
        tables.write(pd.DataFrame({"row": rows, "size": [1.0, 2.0] * 2, "y": target}), path)
        profiles.append(checks.profile(path, data))
    return reduce(checks.Profile.merge, profiles)


@pytest.mark.parametrize(
    ("task", "parts", "line"),
    [
        ("binary", [[True] * 4, [True] * 4], "True in all 8 rows, expected several classes"),
        ("multiclass", [["b"] * 4], "b in all 4 rows, expected several classes"),
        ("regression", [[7.5] * 4, [7.5] * 4], "7.5 in all 8 rows, expected different values"),
    ],
)
def test_one_value_is_refused(tmp_path: Path, task: str, parts: list[list[Any]], line: str) -> None:
    data = data_of(task)
    found = checks.whole_problems(whole(tmp_path, data, *parts), data, "data/raw")
    assert [str(problem) for problem in found] == [f"data/raw: column 'y': {line}"]


@pytest.mark.parametrize(
    ("task", "parts", "classes"),
    [
        ("binary", [[True] * 4, [False] * 4], {"True": 4, "False": 4}),
        ("multiclass", [["b", "a", "b", "b"], ["c"] * 4], {"a": 1, "b": 3, "c": 4}),
        ("regression", [[7.5] * 4, [8.5] * 4], {}),
    ],
)
def test_values_of_different_partitions_are_several(
    tmp_path: Path, task: str, parts: list[list[Any]], classes: dict[str, int]
) -> None:
    data = data_of(task)
    found = whole(tmp_path, data, *parts)
    assert checks.whole_problems(found, data, "data/raw") == []
    assert checks.target_classes(found, data) == classes


def test_a_class_that_is_not_declared_is_a_problem_of_its_row(tmp_path: Path) -> None:
    data = data_of("multiclass")
    (problem,) = whole(tmp_path, data, ["a", "b", "d", "d"]).problems
    assert "row 3: 'd', expected one of a, b, c (2 rows)" in str(problem)
