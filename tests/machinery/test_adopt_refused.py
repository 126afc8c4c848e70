"""What no table can be made of is refused in one line that says where; nothing has changed then."""

import gzip
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from mlops.errors import UserError

from machinery.adopting import rows, state, take

GOOD = rows(id=lambda row: row + 1, size=[1.5, 2.5, 4], target=["a", "b"])
TALL = GOOD + "".join(f"{row},1,a\n" for row in range(61, 3000))


def text(content: str | bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


def zipped(*names: str) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, GOOD)

    return write


def cut_parquet(path: Path) -> None:
    pd.DataFrame({"size": range(5000), "target": "a"}).to_parquet(path)
    path.write_bytes(path.read_bytes()[:9000])


def mixed_folder(path: Path) -> None:
    path.mkdir()
    pd.DataFrame({"size": [1], "target": ["a"]}).to_parquet(path / "1.parquet")
    pd.DataFrame({"size": [1], "other": ["a"]}).to_parquet(path / "2.parquet")


def damaged(content: str) -> bytes:
    letters = random.Random(1)
    noise = "".join(letters.choice("abcdefgh0123456789") for _ in range(200_000))
    return gzip.compress((content + f"1,{noise},a\n").encode())[:60_000]


FILES: list[tuple[str, str, Callable[[Path], object], str]] = [
    ("empty", "t.csv", text(""), "t.csv: the file is empty"),
    ("blank lines", "t.csv", text("\n\n"), "t.csv: the file is empty"),
    ("header only", "t.csv", text("size,target\n"), "t.csv: there are no rows below the header"),
    ("a web page", "t.csv", text("<!DOCTYPE html><p>1,2"), "t.csv: a web page or XML, not a ta"),
    ("a pointer", "t.csv", text("version https://git-lfs.github.com/spec/v1\noid 1\n"), "t.csv: a"),
    ("a workbook", "t.xlsx", zipped("xl/workbook.xml", "a"), "t.xlsx: an Excel workbook"),
    ("a database", "t.db", text(b"SQLite format 3\0..."), "t.db: a database: `mlops adopt --sql"),
    (
        "two members",
        "t.zip",
        zipped("a.csv", "b.csv"),
        "t.zip: expected one file in the archive, f",
    ),
    ("a byte", "t.csv", text("é,target\nü,ä\n".encode() + b"\xff,b\n"), "t.csv: row 3: byte 0xff"),
    ("ragged", "t.csv", text(GOOD + "1,2\n1,2,b,4\n"), "t.csv: row 62: 2 cells, expected 3 as in"),
    (
        "row names",
        "t.csv",
        text("size,target\n1,2,a\n2,3,b\n"),
        "t.csv: row 2: 3 cells, expected 2",
    ),
    ("open quote", "t.csv", text(GOOD + '1,2,"b\n'), "t.csv: row 62: a quote is opened and never"),
    ("open, tall", "t.csv", text(TALL.replace("\n9,", '\n9,"')), "t.csv: row 10: a quote is opene"),
    ("after a quote", "t.csv", text(GOOD + '1,2,"a"b\n'), "t.csv: row 62: badly quoted"),
    ("NUL", "t.csv", text(GOOD + "1,\0,a\n"), "t.csv: row 62: a NUL byte"),
    ("cut gzip", "t.csv.gz", text(damaged(GOOD)), "t.csv.gz: unreadable or cut short"),
    ("cut Parquet", "t.parquet", cut_parquet, "t.parquet: not a readable Parquet file"),
    ("no Parquet", "t.parquet", text(GOOD), "t.parquet: not a readable Parquet file"),
    ("an empty folder", "t", lambda path: path.mkdir(), "t: the folder holds no Parquet files"),
    ("two tables", "t", mixed_folder, "t/2.parquet: column 'other' is not in all files of the fol"),
    ("twice", "t.csv", text("target,a,a\n1,2,3\n"), "t.csv: row 1: column 'a' is there twice"),
    ("numbers above", "t.csv", text("1,2.5\n3,4\n"), "t.csv: row 1: '1' and all else are numbers"),
    ("one column", "t.csv", text("target\n1\n"), "t.csv: row 1: there is one column only, 'targe"),
    (
        "nameless",
        "t.csv",
        text("target,\n1,2\n2,2\n"),
        "t.csv: row 1: the column of '2' has no nam",
    ),
    (
        "no target",
        "t.csv",
        text(GOOD.replace("target", "tarmac")),
        "t.csv: there is no column 'tar",
    ),
    (
        "no value",
        "t.csv",
        text("a,target\n1,\n2,\n"),
        "t.csv: column 'target': there is no value a",
    ),
    ("a value", "t.csv", text(GOOD + "61,2,\n"), "t.csv: column 'target', row 62: there is no val"),
    (
        "one class",
        "t.csv",
        text("a,target\n1,x\n2,x\n"),
        "t.csv: column 'target': 'x' in all 2 rows",
    ),
    (
        "a class a row",
        "t.csv",
        text(rows(a=[1, 2], target=lambda row: f"c{row}")),
        "t.csv: column ",
    ),
    (
        "only target",
        "t.csv",
        text("a,target\n1,x\n1,y\n"),
        "t.csv: beside 'target' there is no colu",
    ),
    ("infinite", "t.csv", text(GOOD + "61,-inf,a\n"), "t.csv: column 'size', row 62: '-inf', expe"),
    ("too large", "t.csv", text(GOOD + "61,1e999,a\n"), "t.csv: column 'size', row 62: '1e999', e"),
    (
        "10 MB",
        "t.csv",
        text(GOOD + f"61,{'x' * 10**7},a\n"),
        "t.csv: row 62: a cell of more than 1",
    ),
    (
        "dates of two orders",
        "t.csv",
        text(rows(when=["31/12/2024", "01/02/2024", "12/31/2024"], target=["a", "b"])),
        "t.csv: column 'when', row 2: '31/12/2024' has the day first, '12/31/2024' (row 4) the mo",
    ),
    (
        "dates of any order",
        "t.csv",
        text(rows(when=["03/04/2024", "05/02/2024"], target=["a", "b"])),
        "t.csv: column 'when': '03/04/2024' and '05/02/2024' may have the day first or the month",
    ),
    (
        "a number that is none",
        "t.csv",
        text(GOOD.replace("\n7,1.5", "\n7,x") + rows(id=[9], size=range(60), target="ab")[15:]),
        "t.csv: column 'size', row 8: 'x', expected a number as in the others (1 such row)",
    ),
    (
        "many categories",
        "t.csv",
        text("code,target\n" + "".join(f"c{row % 15_000},{row % 2}\n" for row in range(30_000))),
        "t.csv: column 'code': 15,000 different texts in 30,000 rows are too many categories: --d",
    ),
]


@pytest.mark.parametrize(
    ("name", "write", "line"), [case[1:] for case in FILES], ids=[case[0] for case in FILES]
)
def test_a_file_that_is_none(
    shop: Path, name: str, write: Callable[[Path], object], line: str
) -> None:
    write(Path(name))
    assert refusal(shop, name).startswith(line)


REQUESTS: list[tuple[dict[str, Any], str]] = [
    ({"target": "traget"}, "t.csv: there is no column 'traget' for --target; did you mean target"),
    ({"time": "size"}, "t.csv: column 'size', row 2: '1.5', expected a date or time for --time"),
    ({"time": "when"}, "t.csv: there is no column 'when' for --time; accepted: id, size, target"),
    ({"key": ("size",)}, "t.csv: column 'size', row 5: '1.5' is another row's key already (57 suc"),
    ({"key": ("size", "idd")}, "t.csv: there is no column 'idd' for --key; did you mean id?"),
    ({"segments": ("sise",)}, "t.csv: there is no column 'sise' for --segments; did you mean si"),
    ({"drop": ("sise",)}, "t.csv: there is no column 'sise' for --drop; did you mean size?"),
    ({"task": "regression"}, "t.csv: column 'target', row 2: 'a' is no number: --task regression"),
    (
        {"target": "size", "task": "binary"},
        "t.csv: column 'size', row 2: '1.5' is one of 3 different values, and a yes/no target has",
    ),
    ({"encoding": "utf-99"}, "--encoding 'utf-99': no such encoding; try utf-8 or cp1252"),
    ({"encoding": "utf-16"}, "t.csv: row 1: there is one column only"),
    ({"name": "../t"}, "--name '../t': expected a name of small letters, digits and underscores"),
    ({"name": "a/b"}, "--name 'a/b': expected"),
    ({"sql": "sqlite:///a.db"}, "give a file or a URL, or --sql with --query; not both"),
]


@pytest.mark.parametrize(("asked", "line"), REQUESTS)
def test_a_request_that_does_not_fit(shop: Path, asked: dict[str, Any], line: str) -> None:
    Path("t.csv").write_text(GOOD)
    assert refusal(shop, "t.csv", **asked).startswith(line)


def test_a_name_that_is_taken(shop: Path) -> None:
    Path("t.csv").write_text(GOOD)
    Path("conf/data/flights.yaml").write_text(
        "# mine\n" + Path("conf/data/flights.yaml").read_text()
    )
    line = "conf/data/flights.yaml is another table's: choose a name for this one"
    assert refusal(shop, "t.csv", name="flights").startswith(line)


def refusal(shop: Path, source: str, **asked: Any) -> str:
    """The one line with which a table is refused, all being as it was."""
    before = state(shop)
    with pytest.raises(UserError) as error:
        take(source, **asked)
    assert state(shop) == before
    assert "\n" not in str(error.value)
    return str(error.value)
