"""Files that are damaged or wrong: one line names file, column, row and value, and how many."""

import gzip
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mlops.config.source import Reading, Written
from mlops.errors import UserError

from machinery.reading import GOOD, HEADER, frame, pack

MORE = "".join(f"{n},1.5,b,0,2013-01-03\n" for n in range(3, 1003))
GERMAN = Reading(delimiter=";", columns={"size": Written(decimal=",", thousands=".")})
FORMAT = Reading(columns={"at": Written(format="%d.%m.%Y")})
WORDS = Reading(columns={"sold": Written(true=["ja"], false=["nein"])})
EURO = GOOD.replace(",", ";").replace("2.5", "2,5")

TEXTS: dict[str, tuple[str, Reading | None, str]] = {
    "empty": ("", None, "the file is empty: expected a header and rows"),
    "nothing but empty lines": ("\n\n\n", None, "the file is empty: expected a header and rows"),
    "header only": (HEADER, None, "there are no rows below the header: fetch the file again"),
    "HTML": ("\n<!DOCTYPE html>\n<p>404", None, "this is an HTML page, not a table: fetch the"),
    "XML": ('<?xml version="1.0"?>', None, "this is an XML document, not a table: fetch the file"),
    "a pointer of Git LFS": (
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n",
        None,
        "this is a pointer of Git LFS, not the file: `git lfs pull`",
    ),
    "a header twice": (
        GOOD.replace("kind", "id"),
        None,
        "row 1: column 'id' is there twice: rename one",
    ),
    "a missing column": (
        GOOD.replace("size", "sizes"),
        None,
        "row 1: no column 'size'; there are: id, sizes, kind, sold, at",
    ),
    "another delimiter": (GOOD.replace(",", ";"), None, "row 1: no column 'id'; there are: id;siz"),
    "a missing header": (
        GOOD.removeprefix(HEADER),
        None,
        "row 1: no column 'id'; there are: 1, 2.5, a, true, 2013-01-01 10:00",
    ),
    "a row with more cells": (
        GOOD + MORE + "3,1,c,1,2013,x\n",
        None,
        "row 1,004: 6 cells, expected 5 as in the header (1 row)",
    ),
    "rows with fewer cells": (
        GOOD + "3,1\n" + MORE + "4\n",
        None,
        "row 4: 2 cells, expected 5 as in the header (2 rows)",
    ),
    "a quote that is not closed": (
        GOOD + '3,1,"c,1,\n' + MORE,
        None,
        'row 4: a quote (") is opened and never closed (1 row)',
    ),
    "a quote that is not closed in the last column": (
        GOOD.replace("2013-01-02 11", '"2013') + MORE,
        Reading(columns={"at": Written(format="%Y")}),
        'row 3: a quote (") is opened and never closed (1 row)',
    ),
    "a quote that swallows rows of text": (
        f'sold,id,size,at,kind\n1,1,1,,"a\n{MORE}',
        None,
        'row 2: a quote (") is opened and never closed (1 row)',
    ),
    "a quote within quotes": (
        GOOD + '3,1,"c"d,1,\n4,1,"e,1,\n',
        None,
        'row 4: text after a closing quote ("): quotes within a cell are written twice (1 row)',
    ),
    "a NUL byte": (
        GOOD + "3,1,b\0,0,\n" + MORE,
        None,
        "row 4: column 'kind': a NUL byte, expected text in utf-8 (1 row)",
    ),
    "a cell of 10 MB": (
        f"{GOOD}3,1,{'c' * 10_000_000},1,\n",
        None,
        "row 4: a cell of more than 4 MiB, or a quote that is never closed (1 row)",
    ),
    "a row of 10 MB": (
        f"{HEADER[:-1]},u,v,w,x,z\n1,1,a,1,{(',' + 'y' * 2_000_000) * 5}\n",
        None,
        "not readable as data.reading has it: a row of more than 4 MiB",
    ),
    "a word among numbers": (
        GOOD.replace("2.5", "big"),
        None,
        "column 'size', row 2: 'big', expected a number (1 row)",
    ),
    "a type that turns late": (
        GOOD + MORE + "1003,unknown,b,0,\n1004,unknown,b,0,\n",
        None,
        "column 'size', row 1,004: 'unknown', expected a number (2 rows)",
    ),
    "a fraction": (
        GOOD.replace("\n2,", "\n2.5,"),
        None,
        "column 'id', row 3: '2.5', expected a whole number (1 row)",
    ),
    "an integer of 20 digits": (
        GOOD.replace("\n2,", f"\n{'9' * 20},"),
        None,
        f"column 'id', row 3: '{'9' * 20}', expected a whole number (1 row)",
    ),
    "an infinity": (
        GOOD + "3,-inf,b,0,\n4,1e999,b,0,\n",
        None,
        "column 'size', row 4: '-inf', expected a number (2 rows)",
    ),
    "a decimal comma that is not declared": (
        GOOD.replace("2.5", '"2,5"'),
        None,
        "column 'size', row 2: '2,5', expected a number (1 row)",
    ),
    "a decimal point where there are commas": (
        EURO.replace("2,5", "2.5"),
        GERMAN,
        "column 'size', row 2: '2.5', expected a number such as 1.234,5 (1 row)",
    ),
    "digits that are not grouped by three": (
        EURO.replace("2,5", "12.34"),
        GERMAN,
        "column 'size', row 2: '12.34', expected a number such as 1.234,5 (1 row)",
    ),
    "no word for true or false": (
        GOOD.replace("no", "maybe"),
        None,
        "column 'sold', row 3: 'maybe', expected one of true, t, yes, y, 1, false, f, no, n, 0 (1",
    ),
    "another word for true": (
        GOOD.replace("true", "Ja"),
        WORDS,
        "column 'sold', row 3: 'no', expected one of ja, nein (1 row)",
    ),
    "neither true nor false": (
        GOOD.replace("no", ""),
        None,
        "column 'sold', row 3: an empty cell, expected one of true, t, yes, y, 1, false, f, no, n",
    ),
    "no time": (
        GOOD.replace("2013-01-02", "soon"),
        None,
        "column 'at', row 3: 'soon 11:30:15.5', expected a date and time as ISO 8601, such as 20",
    ),
    "a day that is not": (
        GOOD.replace("2013-01-02", "2013-02-30"),
        None,
        "column 'at', row 3: '2013-02-30 11:30:15.5', expected a date and time as ISO 8601",
    ),
    "another format": (
        HEADER + "1,1,a,1,13.01.2013\n2,1,a,1,01/13/2013\n",
        FORMAT,
        "column 'at', row 3: '01/13/2013', expected a date and time as %d.%m.%Y (1 row)",
    ),
    "an encoding that is none": (GOOD, Reading(encoding="klingon"), ""),
}


def refused(path: Path, reading: Reading | None = None) -> list[str]:
    with pytest.raises(UserError) as error:
        frame(path, reading)
    lines = str(error.value).splitlines()
    assert lines == list(error.value.lines)
    assert max(map(len, lines)) < 300
    return lines


@pytest.mark.parametrize("case", TEXTS)
def test_text(source: Path, case: str) -> None:
    text, reading, expected = TEXTS[case]
    (source / "t.csv").write_text(text, "utf-8", newline="")
    (line,) = refused(source / "t.csv", reading)
    if expected:
        assert line.startswith(f"data/source/t.csv: {expected}")
    else:
        assert line.startswith("data.reading.encoding: 'klingon' is no encoding that Python knows")


def test_a_line_for_each_column(source: Path) -> None:
    (source / "t.csv").write_text(f"{HEADER}x,big,a,1,\n1,huge,b,maybe,\n")
    assert [line.partition(",")[0] for line in refused(source / "t.csv")] == [
        "data/source/t.csv: column 'id'",
        "data/source/t.csv: column 'size'",
        "data/source/t.csv: column 'sold'",
    ]


BYTES: dict[str, tuple[str, bytes, str, str]] = {
    "not UTF-8": (
        "t.csv",
        (GOOD + MORE + "1003,1,Käfer,1,\n").encode("latin-1"),
        "utf-8",
        "row 1,004: column 'kind': byte 0xe4, expected text in utf-8: name another in data.read",
    ),
    "not ASCII": (
        "t.csv",
        GOOD.replace("a,", "ä,").encode(),
        "ascii",
        "row 2: column 'kind': byte 0xc3, expected text in ascii: name another in data.reading",
    ),
    "not in a code page": (
        "t.csv",
        (GOOD + "3,1,\x81,0,\n").encode("latin-1"),
        "cp1252",
        "row 4: column 'kind': byte 0x81, expected text in cp1252: name another in data.reading",
    ),
    "UTF-16 cut within a character": (
        "t.csv",
        GOOD.encode("utf-16")[:-1],
        "utf-16",
        "not text in utf-16 ('utf-16-le' codec can't decode byte 0x0a in position",
    ),
    "UTF-16 read as UTF-8": (
        "t.csv",
        GOOD.encode("utf-16"),
        "utf-8",
        "row 1: column '??i",
    ),
    "a header in another encoding": (
        "t.csv",
        GOOD.replace("kind", "Käfer").encode("latin-1"),
        "utf-8",
        "row 1: column 'K?fer': byte 0xe4, expected text in utf-8: name another in data.reading",
    ),
    "gzip cut short": (
        "t.csv.gz",
        gzip.compress(GOOD.encode())[:-20],
        "utf-8",
        "unreadable or cut",
    ),
    "a large gzip cut short": (
        "t.csv.gz",
        gzip.compress(f"{GOOD}{MORE}".encode() + b"1003,1,b,0,2013-01-03\n" * 300_000)[:-9],
        "utf-8",
        "unreadable or cut short (Compressed file ended before the end-of-stream marker was reach",
    ),
    "zstd cut short": (
        "t.csv.zst",
        pa.compress((GOOD + MORE).encode(), codec="zstd", asbytes=True)[:-9],
        "utf-8",
        "unreadable or cut short (Truncated compressed stream): fetch the file again",
    ),
    "xz cut short": ("t.csv.xz", lzma.compress(GOOD.encode())[:-9], "utf-8", "unreadable or cut s"),
    "a zip that is none": ("t.zip", b"no archive", "utf-8", "unreadable or cut short (File is not"),
    "a gzip without its name": (
        "t.csv",
        gzip.compress(GOOD.encode()),
        "utf-8",
        "this is compressed by gzip: let its name end in .gz",
    ),
    "a workbook": (
        "t.csv",
        b"PK\x03\x04\x14",
        "utf-8",
        "this is an archive or a workbook: save its",
    ),
    "Parquet without its name": ("t.csv", b"PAR1\x15", "utf-8", "this is a Parquet file: let its"),
}


@pytest.mark.parametrize("case", BYTES)
def test_bytes(source: Path, case: str) -> None:
    name, content, encoding, expected = BYTES[case]
    (source / name).write_bytes(content)
    (line,) = refused(source / name, Reading(encoding=encoding))
    assert line.startswith(f"data/source/{name}: {expected}")


def test_an_archive_of_two_files(source: Path) -> None:
    with zipfile.ZipFile(source / "t.zip", "w") as archive:
        archive.writestr("a.csv", GOOD)
        archive.writestr("b.csv", GOOD)
    (line,) = refused(source / "t.zip")
    assert line == "data/source/t.zip: expected one file in the archive, found 2"


@pytest.mark.parametrize("name", ["t.zip", "t.csv.gz", "t.csv.xz", "t.csv.zst"])
def test_an_archive_cut_anywhere_is_refused(source: Path, name: str) -> None:
    packed = pack(GOOD.encode() + MORE.encode(), Path(name))
    for length in range(1, len(packed), len(packed) // 30):
        (source / name).write_bytes(packed[:length])
        (line,) = refused(source / name)
        assert line.startswith(f"data/source/{name}: unreadable or cut short (")


def table(**changes: pa.Array | None) -> Callable[[Path], None]:
    """A writer of a Parquet file, some columns changed; None leaves one out."""
    columns = {
        "id": pa.array([1, 2]),
        "size": pa.array([2.5, None]),
        "kind": pa.array(["a", None]),
        "sold": pa.array([True, False]),
        "at": pa.array(pd.to_datetime(["2013-01-01", "2013-01-02"])),
    }
    kept = {name: array for name, array in (columns | changes).items() if array is not None}

    def write(path: Path) -> None:
        pq.write_table(pa.table(kept), path)

    return write


PARQUET: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.write_bytes(b""), "not a readable Parquet file (Parquet file size"),
    "no Parquet": (lambda path: path.write_bytes(b"<html>" * 9), "not a readable Parquet file ("),
    "without a column": (table(size=None), "not one column 'size'; there are: id, kind, sold, at"),
    "without rows": (
        lambda path: pd.DataFrame({"id": pd.Series([], dtype=int)}).to_parquet(path),
        "there are no rows in it: fetch the file again",
    ),
    "text among numbers": (
        table(size=pa.array(["1", "big"])),
        "column 'size', row 2: 'big', expected a number (1 row)",
    ),
    "a fraction": (
        table(id=pa.array([1, 2.5])),
        "column 'id', row 2: 2.5, expected a whole number (1 row)",
    ),
    "an infinity": (
        table(size=pa.array([float("inf"), 1])),
        "column 'size', row 1: inf, expected a number (1 row)",
    ),
    "neither true nor false": (
        table(sold=pa.array([True, None])),
        "column 'sold', row 2: an empty cell, expected one of true, t, yes, y, 1, false, f, no, n",
    ),
    "truths where times are expected": (
        table(at=pa.array([True, False])),
        "column 'at': holds bool, expected a date and time as ISO 8601, such as 2013-06-30 17:45",
    ),
    "lists": (
        table(kind=pa.array([[1], [2]])),
        "column 'kind': holds list<element: int64>, expected text",
    ),
}


@pytest.mark.parametrize("case", PARQUET)
def test_parquet(source: Path, case: str) -> None:
    write, expected = PARQUET[case]
    write(source / "t.parquet")
    (line,) = refused(source / "t.parquet")
    assert line.startswith(f"data/source/t.parquet: {expected}")


def test_parquet_cut_anywhere(source: Path) -> None:
    table()(source / "whole.parquet")
    content = (source / "whole.parquet").read_bytes()
    for length in range(0, len(content), 97):
        (source / "t.parquet").write_bytes(content[:length])
        (line,) = refused(source / "t.parquet")
        assert line.startswith("data/source/t.parquet: not a readable Parquet file (")


def test_the_file_of_a_folder_in_which_a_type_turns_is_named(source: Path) -> None:
    for name in "abc":
        (source / f"{name}.csv").write_text(GOOD.replace("2.5", "2.5" if name < "c" else "big"))
    (line,) = refused(source)
    assert line == "data/source/c.csv: column 'size', row 2: 'big', expected a number (1 row)"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (
            "data/source/no.csv",
            "data.source: there is no file 'data/source/no.csv': `uv run dvc pu",
        ),
        ("data/source", "data.source: there are no CSV or Parquet files in 'data/source'"),
        (
            "package:scikit-learn",
            "data.reader: package:scikit-learn needs a reader: a module in re",
        ),
    ],
)
def test_a_source_without_files(source: Path, path: str, line: str) -> None:
    with pytest.raises(UserError) as error:
        frame(Path(path))
    assert str(error.value).startswith(line)
