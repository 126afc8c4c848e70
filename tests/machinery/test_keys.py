"""A key that two partitions share is found, and where it is for the second time."""

from functools import reduce
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from mlops.config.schema import Column, Data
from mlops.data import checks, tables

from machinery.reading import data

Parts = dict[str, dict[str, list[Any]]]

MAY = pd.Timestamp(2013, 5, 1)
CODE = Column(type="category", nullable=True, unique=True)


def problems(declared: Data, **parts: dict[str, list[Any]]) -> list[str]:
    """What is said of partitions in which some columns are replaced."""
    profiles = []
    for name, columns in parts.items():
        usual = {"size": [None, 1], "kind": ["a", "b"], "sold": [True, False], "at": [MAY, MAY]}
        path = Path("data/raw", f"{name}.parquet")
        tables.write(pd.DataFrame(usual | columns), path)
        profiles.append(checks.profile(path, declared))
    whole = reduce(checks.Profile.merge, profiles)
    return [
        str(problem)
        for problem in whole.problems + checks.whole_problems(whole, declared, "data/raw")
    ]


@pytest.mark.parametrize(
    ("third", "expected"),
    [
        ([5, 6], []),
        ([5, 2], ["data/raw/c.parquet: column 'id', row 2: 2, expected each key once in all pa"]),
        ([3, 2], ["data/raw/c.parquet: column 'id', row 1: 3, expected each key once in all pa"]),
        ([6, 6], ["data/raw/c.parquet: column 'id', row 2: 6, expected each key once (data.key"]),
    ],
)
def test_a_key_in_two_partitions(source: Path, third: list[int], expected: list[str]) -> None:
    found = problems(data(source), a={"id": [1, 2]}, b={"id": [3, 4]}, c={"id": third})
    assert [line[: len(start)] for line, start in zip(found, expected, strict=True)] == expected


def test_months_are_not_compared_where_the_time_is_part_of_the_key(source: Path) -> None:
    months: Parts = {"2013-05": {"id": [1, 2]}, "2013-06": {"id": [1, 2]}}
    window: dict[str, Any] = {"start": "2013-05", "through": "2013-06", "time": "at"}
    assert problems(data(source, key=["id", "at"], **window), **months) == []
    assert len(problems(data(source, key=["id"], **window), **months)) == 1
    assert len(problems(data(source, key=["id", "at"]), **months)) == 1


def test_a_unique_column_has_no_value_twice_but_null(source: Path) -> None:
    columns = data(source).columns | {"code": CODE}
    parts: Parts = {
        "a": {"id": [1, 2], "code": ["x", None]},
        "b": {"id": [3, 4], "code": [None, "y"]},
    }
    parts["b"]["code"] = [None, "y"]
    assert problems(data(source, columns=columns), **parts) == []
    parts["b"]["code"] = [None, "x"]
    (line,) = problems(data(source, columns=columns), **parts)
    assert line.startswith("data/raw/b.parquet: column 'code', row 2: x, expected each key once")


def test_whole_numbers_are_the_same_where_nulls_make_them_floating(source: Path) -> None:
    columns = data(source).columns | {"code": Column(type="integer", nullable=True, unique=True)}
    parts: Parts = {"a": {"id": [1, 2], "code": [7, 8]}, "b": {"id": [3, 4], "code": [None, 8]}}
    (line,) = problems(data(source, columns=columns), **parts)
    assert "column 'code', row 2: 8.0, expected each key once in all partitions (1 row)" in line
