"""One line for each kind of problem: file, column, first row, value, expected, how many."""

from functools import reduce
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from mlops.config.schema import Column, Data
from mlops.data import checks, tables

DATA = Data(
    name="t",
    task="binary",
    source="data/source",
    start="2013-01",
    through="2013-01",
    target="y",
    time="at",
    key=["id", "at"],
    group=None,
    resample="row",
    segments=[],
    identifiers=["id"],
    columns={
        "y": Column(type="boolean"),
        "at": Column(type="timestamp"),
        "id": Column(type="integer", minimum=1),
        "size": Column(type="number", nullable=True, minimum=0, maximum=10),
        "kind": Column(type="category", categories=["a", "b"]),
    },
)
GOOD: dict[str, list[Any]] = {
    "y": [True, False, True, False],
    "at": list(pd.date_range("2013-01-01", periods=4)),
    "id": [1, 2, 3, 4],
    "size": [0.0, None, 5.5, 10.0],
    "kind": ["a", "b", "a", "b"],
}


def problems(folder: Path, columns: dict[str, list[Any]]) -> list[str]:
    """The lines about one partition in which some columns are replaced."""
    path = folder / "p.parquet"
    tables.write(pd.DataFrame(GOOD | columns), path)
    found = checks.profile(path, DATA)
    whole = checks.whole_problems(found, DATA, "raw")
    return [str(problem).replace(f"{folder}/", "") for problem in found.problems + whole]


def test_good_data_has_no_problem(tmp_path: Path) -> None:
    assert problems(tmp_path, {}) == []


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (
            {"size": [0.0, -1, 11.0, -2]},
            ["row 2: -1.0, expected at least 0 (2 rows)", "row 3: 11.0"],
        ),
        (
            {"kind": ["a", "c", "c", "b"]},
            ["column 'kind', row 2: 'c', expected one of a, b (2 rows)"],
        ),
        (
            {"kind": ["a", None, "a", "b"]},
            ["column 'kind', row 2: null, expected no nulls (1 row)"],
        ),
        ({"y": [True, None, True, False]}, ["'y', row 1: True, expected a boolean (3 rows)"]),
        ({"id": [1, 2, 0, 4]}, ["p.parquet: column 'id', row 3: 0, expected at least 1 (1 row)"]),
        ({"id": [1, 2.5, 3, 4]}, ["column 'id', row 2: 2.5, expected an integer (1 row)"]),
        ({"size": ["1", "x", "y", "2"]}, ["column 'size', row 2: 'x', expected a number (2 rows)"]),
        ({"size": ["1", "2", "3", "4"]}, ["column 'size', row 1: '1', expected a number (4 rows)"]),
        ({"at": ["x", "y", "z", "w"]}, ["column 'at', row 1: 'x', expected a timestamp (4 rows)"]),
        (
            {"y": ["yes", "no", "no", "no"]},
            ["column 'y', row 1: 'yes', expected a boolean (4 rows)"],
        ),
        ({"size": [0, None, float("-inf"), 1]}, ["row 3: -inf, expected a finite", "at least 0"]),
        ({"size": [None] * 4}, ["raw: column 'size': nothing but nulls, expected some values"]),
        ({"y": [True] * 4}, ["raw: column 'y': True in all 4 rows, expected several classes"]),
        ({"y": [False] * 4}, ["raw: column 'y': False in all 4 rows, expected several classes"]),
        (
            {"id": [1, 1, 3, 1], "at": [pd.Timestamp(2013, 1, 1)] * 4},
            ["column 'id, at', row 2: 1, 2013-01-01 00:00:00, expected each key once"],
        ),
    ],
)
def test_each_kind_of_problem(
    tmp_path: Path, columns: dict[str, list[Any]], lines: list[str]
) -> None:
    found = problems(tmp_path, columns)
    assert len(found) == len(lines)
    for line, expected in zip(found, lines, strict=True):
        assert expected in line


@pytest.mark.parametrize("column", ["y", "at", "kind"])
def test_a_missing_column(tmp_path: Path, column: str) -> None:
    path = tmp_path / "p.parquet"
    tables.write(pd.DataFrame(GOOD).drop(columns=column), path)
    (problem,) = checks.profile(path, DATA).problems
    kind = DATA.columns[column].type
    assert str(problem) == f"{path}: column {column!r}: is missing, expected a {kind} column"


def test_no_rows_at_all(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    tables.write(pd.DataFrame(GOOD).head(0), path)
    found = checks.whole_problems(checks.profile(path, DATA), DATA, "raw")
    assert [str(problem) for problem in found] == ["raw: column 'y': no rows at all, expected rows"]


def test_a_column_may_be_null_in_one_partition_but_not_in_all(tmp_path: Path) -> None:
    profiles = []
    for name, size in (("a", [None] * 4), ("b", GOOD["size"])):
        path = tmp_path / f"{name}.parquet"
        tables.write(pd.DataFrame(GOOD | {"size": size}), path)
        profiles.append(checks.profile(path, DATA))
    whole = reduce(checks.Profile.merge, profiles)
    assert checks.whole_problems(whole, DATA, "raw") == []
    assert whole.rows == {"a": 4, "b": 4}
    assert whole.nulls["size"] == 5
    assert checks.target_classes(whole, DATA) == {"False": 4, "True": 4}


def test_merging_is_associative(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    tables.write(pd.DataFrame(GOOD | {"size": [0.0, -1, None, 3]}), path)
    one = checks.profile(path, DATA)
    two, three = (one._replace(rows={name: 4}) for name in ("q", "r"))
    assert one.merge(two).merge(three) == one.merge(two.merge(three))
