"""A corrupted copy of a table is caught: each type of column, in each way that it goes wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from machinery.skewing import config, judged, said, table, taken

TASKS = ("binary", "multiclass", "regression")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def texts(cells: "pd.Series[Any]") -> Any:
    return cells.astype(str)


def first(value: Any) -> Callable[["pd.Series[Any]"], Any]:
    """Put a value into the third row."""
    return lambda cells: [*cells[:2], value, *cells[3:]]


# By column, how it is corrupted, and what is said of it.
CORRUPTED: list[tuple[str, Callable[["pd.Series[Any]"], Any], str]] = [
    ("size", texts, "expected a number (956 rows)"),
    ("size", first(np.inf), "row 3: inf, expected a finite number (1 row)"),
    ("size", first(-51), "row 3: -51.0, expected at least -50 (1 row)"),
    ("size", lambda cells: cells * 1_000, "expected at least -50 ("),
    ("size", lambda cells: cells * np.nan, "nothing but nulls, expected some values"),
    (
        "size",
        lambda cells: cells.where(cells > 0),
        "row 1: null in 50.1 % of the rows, 4.4 % in the",
    ),
    ("size", lambda cells: cells + 2, "PSI "),
    ("count", lambda cells: cells + 0.5, "expected an integer (1,000 rows)"),
    ("count", first(None), "row 3: null, expected no nulls (1 row)"),
    ("count", first(51), "row 3: 51, expected at most 50 (1 row)"),
    ("count", texts, "expected an integer (1,000 rows)"),
    ("count", lambda cells: cells > 2, "expected an integer (1,000 rows)"),
    ("count", lambda cells: cells * 0, "PSI "),
    ("kind", first(None), "row 3: null, expected no nulls (1 row)"),
    ("kind", first("k "), "row 3: 'k ', which is not in the reference, expected a category"),
    ("kind", lambda cells: cells.str.upper(), "row 1: 'K', which is not in the reference"),
    ("kind", lambda cells: range(len(cells)), "row 1: 0, expected a category (1,000 rows)"),
    ("shade", first("dark\N{NO-BREAK SPACE}"), "expected one of dark, light (1 row)"),
    ("shade", lambda cells: cells.str.title(), "expected one of dark, light (1,000 rows)"),
    ("shade", lambda cells: "dark", "PSI "),
    ("flag", first(None), "expected a boolean (999 rows)"),
    ("flag", lambda cells: cells.astype(int), "row 1: 1, expected a boolean (1,000 rows)"),
    ("flag", lambda cells: cells.map({True: "yes", False: "no"}), "row 1: 'yes', expected a bool"),
    ("flag", lambda cells: False, "PSI "),
    ("at", texts, "row 1: '2013-01-01 00:00:00', expected a timestamp (1,000 rows)"),
    ("at", first(pd.NaT), "row 3: null, expected no nulls (1 row)"),
    ("at", lambda cells: cells.astype("int64"), "expected a timestamp (1,000 rows)"),
    ("id", lambda cells: cells * 0, "row 2: 0, expected each key once (data.key) (999 rows)"),
    ("id", first(-1), "row 3: -1, expected at least 0 (1 row)"),
]


@pytest.mark.parametrize(("column", "corrupt", "line"), CORRUPTED)
def test_each_type_of_column(column: str, corrupt: Callable[[Any], Any], line: str) -> None:
    asked = config()
    known = taken(asked, all=table())
    copy = table()
    copy[column] = corrupt(copy[column])
    lines = said(judged(asked, known, all=copy))
    assert any(f"column {column!r}" in text and line in text for text in lines), lines


@pytest.mark.parametrize("column", table().columns)
@pytest.mark.parametrize("task", TASKS)
def test_a_missing_column(task: str, column: str) -> None:
    asked = config(task)
    lines = said(judged(asked, None, all=table(task).drop(columns=column)))
    assert any(f"column {column!r}: is missing, expected a" in line for line in lines)


def test_a_column_that_no_partition_has_is_said_once() -> None:
    parts = {f"2013-0{month}": table(seed=month).drop(columns="size") for month in (1, 2, 3)}
    assert said(judged(config(months=True), None, **parts)) == [
        "raw: column 'size': is missing, expected a number column"
    ]
    parts["2013-02"] = table(seed=2)
    assert [line.split(":")[0] for line in said(judged(config(months=True), None, **parts))] == [
        "raw/2013-01.parquet",
        "raw/2013-03.parquet",
    ]


@pytest.mark.parametrize(
    ("task", "corrupt", "line"),
    [
        ("binary", lambda cells: True, "True in all 1,000 rows, expected several classes"),
        ("binary", lambda cells: ~cells, "True in 72.3 % of the rows, 27.7 % in the reference"),
        ("multiclass", first("d"), "row 3: 'd', expected one of a, b, c (1 row)"),
        ("multiclass", lambda cells: "a", "a in all 1,000 rows, expected several classes"),
        ("multiclass", first(None), "row 3: null, expected no nulls (1 row)"),
        ("regression", lambda cells: 100.0, "100 in all 1,000 rows, expected different values"),
        ("regression", lambda cells: -cells, "% of the rows, 50 % in the reference"),
        ("regression", first(np.nan), "row 3: null, expected no nulls (1 row)"),
    ],
)
def test_the_target_of_each_task(task: str, corrupt: Callable[[Any], Any], line: str) -> None:
    asked = config(task)
    known = taken(asked, all=table(task))
    copy = table(task)
    copy["y"] = corrupt(copy["y"])
    lines = said(judged(asked, known, all=copy))
    assert any("column 'y'" in text and line in text for text in lines), lines


def test_unique_values() -> None:
    asked = config()
    asked.data.columns["size"] = type(asked.data.columns["size"])("number", True, unique=True)
    assert said(judged(asked, None, all=table())) == []
    copy = table()
    copy["size"] = [*copy["size"][:5], copy["size"][2], *copy["size"][6:]]
    (line,) = said(judged(asked, None, all=copy))
    assert line.startswith("raw/all.parquet: column 'size', row 6: ")
    assert line.endswith("expected each value once (1 row)")
