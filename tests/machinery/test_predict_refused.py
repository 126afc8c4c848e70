"""What the model does not take is named by file, column and row, and then nothing is written."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mlops.errors import UserError
from mlops.predict import source
from mlops.predict.predict import predict

from machinery.scorers import scorer

HEADER = "size,rooms,town,kind,garden"
GOOD = "120.5,4,Bern,house,yes"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refused(given: str, wanted: str = "out.csv", version: str = "5d41402a") -> list[str]:
    before = {path.name for path in Path.cwd().iterdir()}
    with pytest.raises(UserError) as caught:
        predict(given, wanted, scorer(), version)
    assert {path.name for path in Path.cwd().iterdir()} == before
    return list(caught.value.lines)


ROWS = {
    "-1,4,Bern,house,yes": "column 'size', row 4: -1.0, expected at least 0 (1 row)",
    "1e9,4,Bern,house,yes": "column 'size', row 4: 1000000000.0, expected at most 1000 (1 row)",
    "inf,4,Bern,house,yes": (
        "column 'size', row 4: 'inf', expected a number or an empty cell (1 row)"
    ),
    "large,4,Bern,house,yes": (
        "column 'size', row 4: 'large', expected a number or an empty cell (1 row)"
    ),
    "1,,Bern,house,yes": "column 'rooms', row 4: an empty cell, expected a value (1 row)",
    "1,4.0,Bern,house,yes": (
        "column 'rooms', row 4: '4.0', expected a whole number without a point, which pandas writes"
        " where other cells are empty (1 row)"
    ),
    "1,4.5,Bern,house,yes": "column 'rooms', row 4: '4.5', expected a whole number (1 row)",
    "1,4,Bern,,yes": "column 'kind', row 4: an empty cell, expected a value (1 row)",
    "1,4,Bern,castle,yes": "column 'kind', row 4: 'castle', expected one of flat, house (1 row)",
    "1,4,Bern,flat,": "column 'garden', row 4: an empty cell, expected a value (1 row)",
    "1,4,Bern,flat": "row 4: 4 cells, expected 5 as in the header (1 row)",
}


@pytest.mark.parametrize("row", ROWS)
def test_a_bad_row_refuses_the_file(row: str) -> None:
    Path("in.csv").write_text("\n".join([HEADER, GOOD, GOOD, row, GOOD]) + "\n", "utf-8")
    (line,) = refused("in.csv")
    assert line.startswith("in.csv")
    assert line.removeprefix("in.csv").lstrip(":, ") == ROWS[row]


def test_every_kind_of_problem_is_counted_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "ROWS", 3)
    bad = ["-1,0,Bern,castle,yes", GOOD, GOOD, GOOD, "-5,4,Bern,house,yes", GOOD, "1,,,tent,no"]
    Path("in.csv").write_text("\n".join([HEADER, *bad]) + "\n", "utf-8")
    assert refused("in.csv") == [
        "in.csv: column 'size', row 2: -1.0, expected at least 0 (2 rows)",
        "in.csv: column 'rooms', row 2: 0, expected at least 1 (1 row)",
        "in.csv: column 'kind', row 2: 'castle', expected one of flat, house (2 rows)",
        "in.csv: column 'rooms', row 8: an empty cell, expected a value (1 row)",
    ]


def table(**columns: Any) -> pa.Table:
    good = {"size": [1.0], "rooms": [4], "town": ["Bern"], "kind": ["flat"], "garden": [True]}
    return pa.table(good | columns)


COLUMNS: dict[str, tuple[pa.Table, str]] = {
    "missing": (table().drop(["town"]), "no column 'town'; there are: size, rooms, kind"),
    "a space": (
        table().rename_columns(["size", "rooms", " town", "kind", "garden"]),
        "column ' town': a space beside its name: take it out, also of the cells below",
    ),
    "two missing": (table().drop(["town", "size"]), "no columns 'size', 'town'; there are: rooms"),
    "twice": (
        table().append_column("size", pa.array([2.0])),
        "column 'size' is there twice: rename one",
    ),
    "another type": (
        table(rooms=[["four"]]),
        "column 'rooms': holds list<element: string>, expected a whole number",
    ),
    "not whole": (table(rooms=[4.5]), "'rooms', row 1: 4.5, expected a whole number (1 row)"),
    "no number": (
        table(rooms=pa.array([float("nan")], from_pandas=False)),
        "column 'rooms', row 1: an empty cell, expected a value (1 row)",
    ),
    "scored before": (table(score=[0.5]), "column 'score' is there already: rename or drop it"),
    "too large": (
        table(size=[1e308]),
        "column 'size', row 1: 1e+308, expected at most 1000 (1 row)",
    ),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_columns_that_are_not_the_models(case: str) -> None:
    given, expected = COLUMNS[case]
    pq.write_table(given, "in.parquet")
    (line,) = refused("in.parquet", "out.parquet")
    assert expected in line


def test_scores_that_are_no_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    sums = {1.0: 1.0, 2.0: float("nan"), 3.0: float("inf")}
    monkeypatch.setattr("machinery.scorers.points_of", lambda row: sums[row["size"]])
    many = [1.0, 1.0, 2.0, 3.0, 1.0]
    pq.write_table(table().take([0] * 5).set_column(0, "size", [many]), "in.parquet")
    (line,) = refused("in.parquet")
    assert line == "in.parquet, row 3: a score that is no number, expected smaller numbers (2 rows)"


def test_files_that_are_none(tmp_path: Path) -> None:
    pq.write_table(table(), "good.parquet")
    content = Path("good.parquet").read_bytes()
    Path("cut.parquet").write_bytes(content[:-20])
    Path("cut.arrow").write_bytes(b"ARROW1\0\0abc")
    Path("cut.arrows").write_bytes(content[:50])
    Path("empty.csv").write_text("", "utf-8")
    Path("header.csv").write_text(f"{HEADER}\n", "utf-8")
    Path("wrong.csv").write_bytes(content)
    pq.write_table(table().slice(0, 0), "none.parquet")
    assert "not a readable Parquet file" in refused("cut.parquet")[0]
    assert "not a readable Arrow file" in refused("cut.arrow")[0]
    assert "not a readable Arrow file" in refused("cut.arrows")[0]
    assert refused("empty.csv") == ["empty.csv: the file is empty: expected a header and rows"]
    assert "there are no rows below the header" in refused("header.csv")[0]
    assert "a Parquet file: let its name end in .parquet" in refused("wrong.csv")[0]
    assert "there are no rows in it" in refused("none.parquet")[0]
    assert refused("nothing.csv") == ["nothing.csv: there is no such file"]
    assert "its name has to end in one of .csv, .tsv" in refused("table.xlsx")[0]
    assert "its name has to end in one of .csv, .parquet" in refused("good.parquet", "out.xls")[0]


def test_what_is_there_stays_where_nothing_can_be_written() -> None:
    pq.write_table(table(bits=[b"\xff"], many=[[1, 2]]), "in.parquet")
    Path("out.csv").write_text("before", "utf-8")
    (line,) = refused("in.parquet")
    assert line.startswith("out.csv: not written (")
    assert Path("out.csv").read_text("utf-8") == "before"
    Path("file").write_text("", "utf-8")
    (line,) = refused("in.parquet", "file/out.arrow")
    assert line.startswith("file/out.arrow: not written (")


def test_what_is_not_in_utf_8_is_told_what_helps() -> None:
    Path("in.csv").write_text(f"{HEADER}\n1,4,Zürich,house,yes\n", "latin-1")
    (line,) = refused("in.csv")
    helps = "save it so; or name another in data.reading.encoding, then `uv run mlops compose`"
    assert line == (
        f"in.csv: row 2: column 'town': byte 0xfc, expected text in utf-8: {helps} (1 row)"
    )


def test_cells_between_tabs_are_not_asked_for_commas() -> None:
    """One column is called otherwise: the others tell how the file is written."""
    named = HEADER.replace("rooms", "number_of_rooms")
    Path("in.tsv").write_text(f"{named}\n{GOOD}\n".replace(",", "\t"), "utf-8")
    (line,) = refused("in.tsv")
    assert line.startswith("in.tsv: no column 'rooms'; there are: size, number_of_rooms")


def test_a_limit_of_an_older_version_is_told_as_that() -> None:
    Path("in.csv").write_text(f"{HEADER}\n-1,4,Bern,house,yes\n", "utf-8")
    (line,) = refused("in.csv", version="v0.2.0")
    assert (
        line == "in.csv: column 'size', row 2: -1.0, expected at least 0, as v0.2.0 has it (1 row)"
    )


@pytest.mark.parametrize(
    ("given", "wanted"), [("s3://a/in.csv", "out.csv"), ("in.csv", "s3://o.csv")]
)
def test_an_address_is_no_file(given: str, wanted: str) -> None:
    Path("in.csv").write_text(f"{HEADER}\n{GOOD}\n", "utf-8")
    (line,) = refused(given, wanted)
    assert line.startswith("s3://")
    assert "a file of this machine is needed" in line
