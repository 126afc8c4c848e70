"""`mlops schema`: says where data and `conf/` differ, and proposes the edit as a diff."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from mlops import layout
from mlops.cli import main
from mlops.config import compose
from mlops.data import reference, tables
from mlops.repository import pipeline

from baked import PROJECT, edit

FILE = Path("conf/data/diabetes.yaml")
Change = Callable[[pd.DataFrame], object]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project whose data is the patients', in two partitions."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(PROJECT / "conf", "conf")
    edit(Path("conf/config.yaml"), "- data: flights", "- data: diabetes")
    edit(FILE, "sex: {type: category", "sex: {nullable: false, type: category")
    edit(FILE, "age: {type: number, minimum: 0}", "age: {type: integer, minimum: 18, maximum: 80}")
    edit(FILE, "bp: {type: number, minimum: 0}", "bp: {type: number, unique: true, minimum: 0}")
    monkeypatch.setattr(pipeline, "stages_to_run", list)
    compose.discard()
    put({})


def put(changes: dict[str, Any]) -> None:
    """Write the partitions, with some columns replaced in the second one."""
    draw = np.random.default_rng(0)
    rows = 150
    columns = {
        name: draw.uniform(1, 50, rows) for name in ("bmi", "bp", *(f"s{n}" for n in range(1, 7)))
    }
    frame = pd.DataFrame(columns).assign(
        progression=draw.normal(150, 20, rows),
        age=draw.integers(18, 81, rows),
        sex=draw.choice(["1", "2"], rows),
        row=np.arange(1, rows + 1),
    )
    tables.write(frame, layout.RAW / "part-0001.parquet")
    later = frame.assign(row=frame["row"] + rows, bp=frame["bp"] + 50).assign(**changes)
    tables.write(later, layout.RAW / "part-0002.parquet")


def run(*arguments: str) -> Result:
    """Run `mlops schema`."""
    return CliRunner().invoke(main, ["schema", *arguments], catch_exceptions=False)


def changed(before: str) -> list[str]:
    """The lines of the file that were not there before."""
    return [line for line in FILE.read_text("utf-8").splitlines() if line not in before]


def spoiled(name: str, value: Any) -> list[Any]:
    """A column with an odd cell."""
    cells = tables.read(layout.RAW / "part-0001.parquet")[name].tolist()
    return [*cells[:9], value, *cells[10:]]


# What the data has, the line that is said of it, and the line of conf/data/ that would do.
WIDENED: list[tuple[str, Any, str, str]] = [
    (
        "age",
        91,
        "row 10: 91, expected at most 80 (1 row)",
        "  age: {type: integer, minimum: 18, maximum: 91} # years",
    ),
    (
        "age",
        -3,
        "row 10: -3, expected at least 18",
        "  age: {type: integer, minimum: -3, maximum: 80} # years",
    ),
    (
        "age",
        44.5,
        "row 10: 44.5, expected an integer",
        "  age: {type: number, minimum: 18, maximum: 80} # years",
    ),
    (
        "bmi",
        -0.123,
        "row 10: -0.123, expected at least 0",
        "  bmi: {type: number, minimum: -1} # body mass index",
    ),
    (
        "bmi",
        None,
        "row 10: null, expected no nulls",
        "  bmi: {type: number, minimum: 0, nullable: true} # body mass index",
    ),
    (
        "sex",
        "no",
        "row 10: 'no', expected one of 1, 2 (1 row)",
        "  sex: {nullable: false, type: category, categories: ['1', '2', \"no\"]}",
    ),
    (
        "sex",
        None,
        "row 10: null, expected no nulls",
        "  sex: {nullable: true, type: category, categories: ['1', '2']}",
    ),
]


@pytest.mark.parametrize(("column", "value", "said", "line"), WIDENED)
def test_what_the_data_says_is_proposed(column: str, value: Any, said: str, line: str) -> None:
    put({column: spoiled(column, value)})
    before = FILE.read_text("utf-8")
    plain = run()
    assert plain.exit_code == 1
    assert f"data/raw/part-0002.parquet: column {column!r}, {said}" in plain.output
    assert "`uv run mlops schema --update --dry-run`" in plain.output
    tried = run("--update", "--dry-run")
    assert tried.exit_code == 0
    assert f"--- a/{FILE}\n+++ b/{FILE}\n" in tried.output
    assert f"+{line}\n" in tried.output
    assert (FILE.read_text("utf-8"), reference.read()) == (before, None)
    done = run("--update")
    nothing, next_step = "nothing was written: leave out --dry-run\n", "next: uv run dvc repro\n"
    assert done.output == tried.output.replace(nothing, next_step)
    assert changed(before) == [line]
    assert run().exit_code == 0


def test_values_that_are_no_longer_unique() -> None:
    put({"bp": [*spoiled("bp", 7.0)[:-1], 7.0]})
    assert "row 150: 7.0, expected each value once (1 row)" in run().output
    assert "+  bp: {type: number, minimum: 0} # mean blood pressure\n" in run("--update").output
    assert run().exit_code == 0


TAKEN = "data/reference.json: 300 rows in 2 partitions\nnext: uv run dvc repro\n"


def test_data_as_declared_becomes_the_reference() -> None:
    before = FILE.read_bytes()
    assert run().output == "300 rows in data/raw are as conf/data/ declares them\n"
    assert run("--update").output == TAKEN
    known = reference.read()
    assert known is not None
    assert (known.name, list(known.partitions)) == ("diabetes", ["part-0001", "part-0002"])
    assert known.columns["age"]["rows"] == 300
    written = reference.PATH.read_bytes()
    assert run("--update").output == "data/reference.json: 300 rows in 2 partitions, as it is\n"
    put({"bmi": 3.0})
    assert "; it was 300 in 2\n" in run("--update", "--dry-run").output
    assert (reference.PATH.read_bytes(), FILE.read_bytes()) == (written, before)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"progression": None}, "column 'progression', row 1: null, expected no nulls"),
        ({"row": 1}, "column 'row', row 2: 1, expected each key once (data.key)"),
        ({"bmi": "x"}, "column 'bmi', row 1: 'x', expected a number"),
        ({"bmi": np.inf}, "column 'bmi', row 1: inf, expected a finite number"),
    ],
)
def test_what_cannot_be_widened_is_left_to_a_person(changes: dict[str, Any], line: str) -> None:
    put({**changes, "age": 90})
    before = FILE.read_bytes()
    done = run("--update")
    assert done.exit_code == 1
    assert line in done.output
    assert "row 1: 90" not in done.output
    assert "nothing was written" in done.output
    assert (FILE.read_bytes(), reference.read()) == (before, None)


def test_data_that_is_still_to_be_ingested_is_not_blamed_on_its_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put({"bmi": "x"})
    for waiting in (["ingest", "split"], ["validate"]):
        monkeypatch.setattr(pipeline, "stages_to_run", lambda found=waiting: found)
        done = run("--update")
        assert done.exit_code == 1
        last = done.output.splitlines()[-1]
        assert last.endswith("`uv run dvc repro` first") == ("ingest" in waiting)


def test_the_line_that_decides_is_edited() -> None:
    Path("conf/experiment/old.yaml").write_text(
        "# @package _global_\nexperiment: old\n"
        "data:\n  columns:\n    age:\n      maximum: 70 # so\n",
        "utf-8",
    )
    edit(Path("conf/config.yaml"), "- experiment: null", "- experiment: old")
    before = FILE.read_bytes()
    assert "+      maximum: 80 # so\n" in run("--update").output
    assert FILE.read_bytes() == before


def test_without_data_it_says_how_to_get_it() -> None:
    shutil.rmtree(layout.RAW)
    for arguments in ((), ("--update",)):
        done = run(*arguments)
        assert done.exit_code == 1
        assert done.output == ("data/raw: there are no Parquet files: `uv run dvc repro ingest`\n")
