"""Files that are damaged, packed or encoded wrongly: one line that names the file and what is."""

import gzip
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mlops.config.source import Reading
from mlops.errors import UserError

from machinery.reading import GOOD, MORE, frame, pack, refused

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
    "without a column": (table(size=None), "no column 'size'; there are: id, kind, sold, at"),
    "without rows": (
        lambda path: pd.DataFrame({"id": pd.Series([], dtype=int)}).to_parquet(path),
        "there are no rows in it: fetch the file again",
    ),
    "text among numbers": (
        table(size=pa.array(["1", "big"])),
        "column 'size', row 2: 'big', expected a number or an empty cell (1 row)",
    ),
    "a fraction": (
        table(id=pa.array([1, 2.5])),
        "column 'id', row 2: 2.5, expected a whole number (1 row)",
    ),
    "an infinity": (
        table(size=pa.array([float("inf"), 1])),
        "column 'size', row 1: inf, expected a number or an empty cell (1 row)",
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
