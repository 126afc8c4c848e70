"""Files become data/raw: by month or in parts, the same bytes always, and nothing is lost."""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from mlops.config.schema import Data
from mlops.data.reading import snapshots, writer
from mlops.errors import UserError

from machinery.disks import limited
from machinery.reading import HEADER, data

RAW = Path("data/raw")


def text(*months: str, rows: int = 3) -> str:
    """Rows whose months take turns."""
    lines = [
        f"{row * len(months) + place},{row}.5,{'ab'[row % 2]},{row % 2},{month}-{row + 1:02d}\n"
        for row in range(rows)
        for place, month in enumerate(months)
    ]
    return HEADER + "".join(lines)


def monthly(path: Path, start: str, through: str) -> Data:
    return data(path, time="at", start=start, through=through, key=["id", "at"])


def contents() -> dict[str, bytes]:
    return {path.as_posix(): path.read_bytes() for path in Path("data").glob("raw*/*")} | {
        "manifest": Path("data/raw.json").read_bytes()
    }


def inodes() -> set[int]:
    """Which files there are: one that is written anew is another."""
    return {path.stat().st_ino for path in RAW.iterdir()}


def table(name: str) -> pd.DataFrame:
    return pd.read_parquet(RAW / f"{name}.parquet")


def said(error: pytest.ExceptionInfo[UserError]) -> str:
    return str(error.value)


def test_rows_go_to_their_months_in_the_files_order(source: Path) -> None:
    path = source / "t.csv"
    path.write_text(text("2013-02", "2013-01", "2013-03"))
    snapshots.update(RAW, monthly(path, "2013-01", "2013-02"), "code")
    assert [file.name for file in sorted(RAW.iterdir())] == ["2013-01.parquet", "2013-02.parquet"]
    assert table("2013-01")["id"].tolist() == [1, 4, 7]
    assert table("2013-02")["id"].tolist() == [0, 3, 6]
    assert table("2013-02")["at"].dt.strftime("%Y-%m-%d").tolist()[-1] == "2013-02-03"
    manifest = json.loads(Path("data/raw.json").read_text())
    assert {name: entry["rows"] for name, entry in manifest.items()} == {"2013-01": 3, "2013-02": 3}


def test_what_did_not_change_is_not_written_again(source: Path) -> None:
    path = source / "t.csv"
    path.write_text(text("2013-01", "2013-02", "2013-03"))
    snapshots.update(RAW, monthly(path, "2013-01", "2013-02"), "code")
    first, written = contents(), inodes()
    snapshots.update(RAW, monthly(path, "2013-01", "2013-02"), "code")
    assert (contents(), inodes()) == (first, written)
    snapshots.update(RAW, monthly(path, "2013-01", "2013-03"), "code")
    assert len(inodes() - written) == 1
    moved = contents()
    snapshots.update(RAW, monthly(path, "2013-01", "2013-03"), "other code")
    assert len(inodes() - written) == 3
    assert {name: data for name, data in contents().items() if name != "manifest"} == {
        name: data for name, data in moved.items() if name != "manifest"
    }


def test_parts_of_equally_many_rows(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "PART", 4)
    path = source / "t.csv"
    path.write_text(text("2013-01", rows=10))
    snapshots.update(RAW, data(path), "code")
    names = ["part-0001", "part-0002", "part-0003"]
    assert [file.stem for file in sorted(RAW.iterdir())] == names
    assert [table(name)["id"].tolist() for name in names] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    first, written = contents(), inodes()
    snapshots.update(RAW, data(path), "code")
    assert (contents(), inodes()) == (first, written)
    (RAW / "part-0003.parquet").unlink()
    snapshots.update(RAW, data(path), "code")
    assert contents() == first
    path.write_text(text("2013-01", rows=4))
    snapshots.update(RAW, data(path), "code")
    assert [file.stem for file in sorted(RAW.iterdir())] == names[:1]
    assert (RAW / "part-0001.parquet").read_bytes() == first["data/raw/part-0001.parquet"]


@pytest.mark.parametrize("months", [True, False])
def test_bytes_do_not_depend_on_how_a_file_is_cut_into_batches(
    source: Path, monkeypatch: pytest.MonkeyPatch, months: bool
) -> None:
    monkeypatch.setattr(writer, "GROUP", 5 * 7)
    path = source / "t.csv"
    path.write_text(text("2013-02", "2013-01", rows=28))
    found = []
    for block in (64, 200, 1 << 22):
        monkeypatch.setattr("mlops.data.reading.structure.LONGEST", block)
        table = monthly(path, "2013-01", "2013-02") if months else data(path)
        snapshots.update(RAW, table, f"code {block}")
        found.append({name: data for name, data in contents().items() if name != "manifest"})
    assert found[0] == found[1] == found[2]
    file = pq.ParquetFile(sorted(RAW.iterdir())[0])
    assert {file.metadata.row_group(group).num_rows for group in range(4)} == {7}


def test_gaps_and_rows_outside_are_told(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = source / "t.csv"
    path.write_text(text("2013-01", "2013-03", "2013-05"))
    snapshots.update(RAW, monthly(path, "2013-01", "2013-03"), "code")
    assert capsys.readouterr().out.splitlines() == [
        "2013-02: data/source/t.csv has no rows of this month",
        "3 rows before 2013-01 or after 2013-03 are left out",
        "data/raw/2013-01.parquet: 3 rows ingested",
        "data/raw/2013-03.parquet: 3 rows ingested",
    ]
    written = inodes()
    snapshots.update(RAW, monthly(path, "2013-01", "2013-03"), "code")
    assert inodes() == written


@pytest.mark.parametrize(
    ("start", "through", "line"),
    [
        ("2012-12", "2013-01", "data.start: data/source/t.csv has no rows of 2012-12"),
        ("2013-01", "2013-03", "data.through: data/source/t.csv has no rows of 2013-03"),
    ],
)
def test_a_window_beyond_the_file(source: Path, start: str, through: str, line: str) -> None:
    (source / "t.csv").write_text(text("2013-01", "2013-02"))
    with pytest.raises(UserError) as error:
        snapshots.update(RAW, monthly(source / "t.csv", start, through), "code")
    assert said(error).startswith(f"{line}: it goes from 2013-01 to 2013-02: change `")
    assert not RAW.exists()


def test_a_row_without_its_time_has_no_month(source: Path) -> None:
    (source / "t.csv").write_text(f"{text('2013-01')}9,1,a,1,\n")
    with pytest.raises(UserError, match=r"t.csv: column 'at', row 5: an empty cell, expected a da"):
        snapshots.update(RAW, monthly(source / "t.csv", "2013-01", "2013-01"), "code")


def test_the_newest_month(source: Path) -> None:
    (source / "t.csv").write_text(text("2013-02", "2013-11", "2013-01"))
    assert snapshots.newest(monthly(source / "t.csv", "2013-01", "2013-01")) == "2013-11"
    assert snapshots.newest(data(source / "t.csv")) is None


def broken(path: Path) -> Any:
    return path.write_text(f"{text('2013-01', rows=28)}9,huge,a,1,2013-01-05\n")


@pytest.mark.parametrize("months", [True, False])
def test_a_failure_changes_nothing(source: Path, months: bool) -> None:
    path = source / "t.csv"
    path.write_text(text("2013-01", rows=28))
    table = monthly(path, "2013-01", "2013-01") if months else data(path)
    snapshots.update(RAW, table, "code")
    before, written = contents(), inodes()
    with limited(1000), pytest.raises(UserError) as error:
        snapshots.update(RAW, table, "other code")
    assert re.fullmatch(r"data/raw: not written \(.*File too large\); it is as it was", said(error))
    broken(path)
    with pytest.raises(UserError, match="column 'size', row 30: 'huge', expected a number"):
        snapshots.update(RAW, table, "code")
    assert (contents(), inodes()) == (before, written)
    assert sorted(path.name for path in Path("data").iterdir()) == ["raw", "raw.json", "source"]
