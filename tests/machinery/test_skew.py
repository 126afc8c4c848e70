"""Skew against the reference: what moved is said in a line, what did not is passed over."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlops.data import skew
from mlops.data.summaries import Summary

from machinery.skewing import ROWS, config, judged, said, table, taken

TASKS = ("binary", "multiclass", "regression")
Change = Callable[[pd.DataFrame], object]
AGAINST = "against data/reference.json, expected at most"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def setting(column: str, cells: Any, rows: slice = slice(None)) -> Change:
    """Put something into some rows of a column."""

    def change(frame: pd.DataFrame) -> None:
        chosen = np.zeros(len(frame), bool)
        chosen[rows] = True
        frame[column] = frame[column].mask(chosen, cells)

    return change


CASES: dict[str, tuple[Change, list[str]]] = {
    "a number that moved": (
        lambda frame: frame.__setitem__("size", frame["size"] + 1),
        [f"column 'size': PSI 0.695 {AGAINST} 0.25", f"column 'size': KS 0.358 {AGAINST} 0.3"],
    ),
    "a number that is spread wider": (
        lambda frame: frame.__setitem__("size", frame["size"] * 3),
        [f"column 'size': PSI 0.998 {AGAINST} 0.25"],
    ),
    "whole numbers that are counted otherwise": (
        lambda frame: frame.__setitem__("count", frame["count"] * 3),
        [f"column 'count': PSI 4.72 {AGAINST} 0.25", f"column 'count': KS 0.74 {AGAINST} 0.3"],
    ),
    "nulls": (
        setting("size", np.nan, slice(99, 400)),
        [
            "column 'size', row 56: null in 33 % of the rows, 4.4 % in the reference, expected a"
            " difference of at most 10 % (330 rows)",
            f"column 'size': PSI 0.703 {AGAINST} 0.25",
        ],
    ),
    "all zero": (
        setting("size", 0.0),
        [f"column 'size': PSI 8.33 {AGAINST} 0.25", f"column 'size': KS 0.521 {AGAINST} 0.3"],
    ),
    "a category that is new": (
        setting("kind", "zz", slice(6, 18)),
        [
            "column 'kind', row 7: 'zz', which is not in the reference, expected a category that"
            " it has (12 rows)"
        ],
    ),
    "categories in other shares": (
        setting("kind", "k", slice(0, 700)),
        [f"column 'kind': PSI 0.992 {AGAINST} 0.25"],
    ),
    "a flag that is always up": (setting("flag", True), [f"column 'flag': PSI 4.32 {AGAINST}"]),
    "identifiers, which always move": (setting("id", np.arange(ROWS) + 1_000_000), []),
    "times, which always move": (
        lambda frame: frame.__setitem__("at", frame["at"] + pd.Timedelta(days=365)),
        [],
    ),
    "cells in another order": (
        lambda frame: frame.__setitem__("kind", frame["kind"].tolist()[::-1]),
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_kind_of_skew(name: str) -> None:
    change, expected = CASES[name]
    asked = config()
    known = taken(asked, all=table())
    moved = table(seed=1)
    change(moved)
    lines = said(judged(asked, known, all=moved))
    assert len(lines) == len(expected), lines
    for line, start in zip(lines, expected, strict=True):
        assert line.startswith(f"raw/all.parquet: {start}")


@pytest.mark.parametrize("task", TASKS)
def test_the_same_kind_of_rows_is_no_skew(task: str) -> None:
    asked = config(task)
    found = judged(asked, taken(asked, all=table(task)), all=table(task, seed=1))
    assert said(found) == []
    assert found["skew"]["all"]["size"]["psi"] < 0.1
    assert found["skew"]["all"]["y"]["target"] < 0.1


@pytest.mark.parametrize(
    ("task", "change", "line"),
    [
        (
            "binary",
            setting("y", True, slice(0, 300)),
            "'y': True in 50.7 % of the rows, 27.7 % in the reference, expected a difference of",
        ),
        (
            "multiclass",
            setting("y", "c", slice(0, 200)),
            "'y': c in 34.6 % of the rows, 20 % in the reference, expected a difference of at",
        ),
        (
            "regression",
            lambda frame: frame.__setitem__("y", frame["y"] + 5),
            "'y': above 98.7225 in 74.8 % of the rows, 50 % in the reference, expected a diff",
        ),
    ],
)
def test_the_targets_rate(task: str, change: Change, line: str) -> None:
    asked = config(task)
    known = taken(asked, all=table(task))
    moved = table(task, seed=1)
    change(moved)
    found = judged(asked, known, all=moved)
    assert [entry["skew"] for entry in found["warnings"] if entry["skew"] == "target"] == ["target"]
    assert any(line in text for text in said(found)), said(found)


def test_rows_of_a_table_without_months_are_counted_together() -> None:
    asked = config()
    parts = {"part-0001": table(), "part-0002": table(seed=5, rows=300)}
    known = taken(asked, **parts)
    assert said(judged(asked, known, **parts)) == []
    assert said(judged(asked, known, **{**parts, "part-0002": table(seed=5, rows=400)})) == []
    (line,) = said(judged(asked, known, **{"part-0002": parts["part-0002"]}))
    assert line == ("raw: 300 rows, 1,300 in the reference, expected a difference of at most 50 %")


def test_months_are_compared_one_by_one_and_only_where_they_changed() -> None:
    asked = config(months=True)
    months = {f"2013-0{place}": table(seed=place) for place in (1, 2)}
    known = taken(asked, **months)
    shifted = table(seed=3).assign(size=table(seed=3)["size"] + 2)
    found = judged(asked, known, **months, **{"2013-03": shifted.head(200)})
    assert list(found["skew"]) == ["2013-03"]
    lines = said(found)
    assert lines[0] == (
        "raw/2013-03.parquet: 200 rows, 1,000 in the reference, expected a difference of at most"
        " 50 %"
    )
    assert all(line.startswith("raw/2013-03.parquet: column 'size'") for line in lines[1:])
    changed = judged(asked, known, **{**months, "2013-01": table(seed=4)})
    assert list(changed["skew"]) == ["2013-01"]


def test_errors_and_warnings_are_told_apart() -> None:
    limits = {"psi": {"warning": 0.1, "error": 0.5}, "ks": {"warning": None, "error": None}}
    asked = config(limits=limits)
    known = taken(asked, all=table())
    for shift, expected in ((0.0, (0, 0)), (0.5, (0, 1)), (2.0, (1, 0))):
        moved = table(seed=1)
        moved["size"] += shift
        found = judged(asked, known, all=moved)
        assert (len(found["problems"]), len(found["warnings"])) == expected


def test_few_rows_are_apart_by_chance() -> None:
    asked = config(limits={"rows": {"warning": None, "error": None}})
    known = taken(asked, all=table())
    few = table(seed=1, rows=60)
    few["size"] += 3
    assert said(judged(asked, known, all=few)) == []


def test_nothing_is_compared_with_an_empty_reference_or_another_table() -> None:
    asked = config()
    other = taken(asked, all=table())
    moved = table(seed=1).assign(size=9.0)
    for known in (None, type(other)("another", other.partitions, other.columns)):
        found = judged(asked, known, all=moved)
        assert (found["skew"], said(found)) == ({}, [])


def test_a_column_that_the_reference_lacks_is_passed_over() -> None:
    asked = config()
    known = taken(asked, all=table())
    del known.columns["kind"]
    found = judged(asked, known, all=table(seed=1))
    assert "kind" not in found["skew"]["all"]
    assert said(judged(asked, known, all=table())) == []


def test_truth_values_that_became_categories_are_not_compared() -> None:
    before: Summary = {"rows": 200, "nulls": 0, "counts": {"False": 90, "True": 110}}
    for names, kinds in ((["no", "yes"], {"nulls"}), (["False", "other"], {"nulls", "psi"})):
        now: Summary = {"rows": 200, "nulls": 0, "counts": dict.fromkeys(names, 100)}
        assert kinds <= set(skew.skews("kind", before, now, config().data))
        assert ("psi" in kinds) == ("psi" in skew.skews("kind", before, now, config().data))
