"""Files as they really are: each is read as a person reads it, and the configuration composes."""

import gzip
import lzma
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mlops.adopt import content

from machinery.adopting import rows, take, written

PLAIN = rows(id=lambda row: row + 1, size=[1.5, 2.5, 4], place=["x", "y"], target=["a", "b"])
UMLAUTS = rows(größe=[1.5, 2.5, 3.25], straße=["Süd", "Köln", "Österreich"], target=["a", "b"])
SEMICOLONS = PLAIN.replace(",", ";").replace("1.5", "1,5").replace("2.5", "2,5")
QUOTED = '"a text,\n""two"" lines"'

READINGS: list[tuple[str, bytes, dict[str, Any]]] = [
    ("UTF-8", UMLAUTS.encode(), {}),
    ("a mark", b"\xef\xbb\xbf" + PLAIN.encode(), {}),
    ("Windows", UMLAUTS.encode("cp1252"), {"encoding": "cp1252"}),
    ("UTF-16", UMLAUTS.encode("utf-16"), {"encoding": "utf-16"}),
    ("Cyrillic", rows(a=["Москва город", "Казань река"], target=[1, 0]).encode("cp1251"),
     {"encoding": "cp1251"}),
    ("Polish", rows(a=["Łódź na południu", "Częstochowa również"], target=[1, 0]).encode("cp1250"),
     {"encoding": "cp1250"}),
    ("Japanese", rows(a=["東京都", "価格は高い"], target=[1, 0]).encode("shift_jis"),
     {"encoding": "shift_jis"}),
    ("semicolons", SEMICOLONS.encode(), {"delimiter": ";", "columns": {"size": {"decimal": ","}}}),
    ("tabs", PLAIN.replace(",", "\t").encode(), {"delimiter": "\t"}),
    ("bars", PLAIN.replace(",", "|").encode(), {"delimiter": "|"}),
    ("Windows lines", PLAIN.replace("\n", "\r\n").encode(), {}),
    ("old lines", PLAIN.replace("\n", "\r").encode(), {}),
    ("empty lines", PLAIN.replace("\n3,", "\n\n3,").encode() + b"\n\n", {}),
    ("quoted lines", PLAIN.replace("x", QUOTED).encode(), {}),
    ("single quotes", PLAIN.replace("x", "'u, v'").encode(), {"quote": "'"}),
    ("null words", PLAIN.replace("2.5", "?").replace("y", "null").encode(),
     {"nulls": ["", "NA", "?", "null"]}),
    ("abbreviated", PLAIN.replace("2.5", "k.A.").encode(), {"nulls": ["", "NA", "k.A."]}),
    ("blanks", PLAIN.replace("2.5", " ").encode(), {"nulls": ["", "NA", " "]}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [case[1:] for case in READINGS], ids=[case[0] for case in READINGS]
)
def test_how_a_file_is_written(shop: Path, text: bytes, expected: dict[str, Any]) -> None:
    Path("table.csv").write_bytes(text)
    take("table.csv")
    reading = written()["reading"] or {}
    columns = {name: said for name, said in reading.pop("columns", {}).items() if name == "size"}
    usual = {"encoding": "utf-8", "delimiter": ",", "nulls": ["", "NA"]}
    assert reading | ({"columns": columns} if columns else {}) in (
        usual | expected,
        expected,
    )
    assert Path("data/source/table.csv").read_bytes() == text
    assert Path("table.csv").read_bytes() == text


CELLS: list[tuple[str, list[Any], dict[str, Any], dict[str, Any]]] = [
    ("numbers", [1.5, "2e3", ".5", "-4."], {"type": "number"}, {}),
    ("whole numbers", [1, 20, 3], {"type": "integer", "minimum": 0, "maximum": 30}, {}),
    ("nulls", [1, "", 3], {"type": "integer", "minimum": 0, "maximum": 4, "nullable": True}, {}),
    ("years", [1999, 2004, 2009], {"type": "integer", "minimum": 1990, "maximum": 2020}, {}),
    ("yes and no", ["Yes", "no", "YES"], {"type": "boolean"}, {}),
    ("on and off", ["on", "OFF"], {"type": "boolean"}, {"true": ["on"], "false": ["off"]}),
    ("a third answer", ["yes", "no", "maybe"],
     {"type": "category", "categories": ["maybe", "no", "yes"]}, {}),
    ("an answer missing", ["true", "false", ""],
     {"type": "category", "categories": ["false", "true"], "nullable": True}, {}),
    ("postcodes", ["01234", "98765"], {"type": "category", "categories": ["01234", "98765"]}, {}),
    ("large codes", [10**20, 10**20 + 1],
     {"type": "category", "categories": [str(10**20), str(10**20 + 1)]}, {}),
    ("thousands", ['"1,234.5"', '"12"'], {"type": "number"}, {"thousands": ","}),
    ("German", ['"1.234,5"', '"12,25"'], {"type": "number"}, {"thousands": ".", "decimal": ","}),
    ("French", ['"1\u202f234,5"', '"12,25"'], {"type": "number"},
     {"thousands": "\u202f", "decimal": ","}),
    ("Swiss", ["1'234.5", 12], {"type": "number"}, {"thousands": "'"}),
    ("ISO dates", ["2024-01-31", "2024-02-01"], {"type": "timestamp"}, {}),
    ("ISO times", ["2024-01-31T10:00:00Z", "2024-02-01T11:30:00.5+02:00"],
     {"type": "timestamp"}, {}),
    ("days first", ["31/12/2024", "01/02/2024"], {"type": "timestamp"}, {"format": "%d/%m/%Y"}),
    ("months first", ["12/31/24 5:07 PM", "01/02/24 11:00 AM"], {"type": "timestamp"},
     {"format": "%m/%d/%y %I:%M %p"}),
    ("firsts of months", ["01.02.2024", "01.03.2024", "01.04.2024"], {"type": "timestamp"},
     {"format": "%d.%m.%Y"}),
    ("named months", ["31-Jan-2024", "01-Feb-2024"], {"type": "timestamp"},
     {"format": "%d-%b-%Y"}),
    ("years first", ["2024/01/31 10:00", "2024/02/01 11:00"], {"type": "timestamp"},
     {"format": "%Y/%m/%d %H:%M"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "column", "said"), [case[1:] for case in CELLS], ids=[case[0] for case in CELLS]
)
def test_what_a_column_is(
    shop: Path, cells: list[Any], column: dict[str, Any], said: dict[str, Any]
) -> None:
    Path("table.csv").write_text(rows(cell=cells, size=[1, 2.5], target=["a", "b"]))
    take("table.csv")
    found = written()
    declared = found["columns"]["cell"]
    unranged = {key for key in ("minimum", "maximum") if column["type"] == "number"}
    assert {key: value for key, value in declared.items() if key not in unranged} == column
    assert ((found["reading"] or {}).get("columns") or {}).get("cell", {}) == said


def test_one_column_of_dates_tells_the_order_of_another(shop: Path) -> None:
    text = rows(
        a=["03/04/2024", "05/02/2024"], b=["31/12/2024", "01/02/2024"], c=[1, 2], target=[1, 0]
    )
    Path("table.csv").write_text(text)
    take("table.csv", time="b")
    assert written()["reading"]["columns"]["a"] == {"format": "%d/%m/%Y"}


def test_names_become_identifiers(shop: Path) -> None:
    headers = {
        "Größe (m²)": "grosse_m2",
        "PassengerId": "passenger_id",
        "% of total": "percent_of_total",
        "2019": "column_2019",
        "score": "score_value",
        "no": "no_value",
        "A b": "a_b",
        "a-b": "a_b_2",
        "row": "row_in_file",
        "target": "target",
    }
    Path("table.csv").write_text(
        rows(**{header: [1, 2, 5] for header in headers}).replace("5", "7")
    )
    take("table.csv")
    columns = written()["reading"]["columns"]
    assert {said["header"]: name for name, said in columns.items()} == {
        header: name for header, name in headers.items() if header != name
    }
    assert set(written()["columns"]) == {*headers.values(), "row"}


@pytest.mark.parametrize("name", ["", "Unnamed: 0"])
def test_an_index_without_a_name_and_empty_columns_are_left_out(shop: Path, name: str) -> None:
    text = pd.DataFrame({"size": [1.5, 2.5] * 30, "target": ["a", "b"] * 30}).to_csv()
    Path("table.csv").write_text(name + text.replace("\n", ",\n"))
    take("table.csv")
    assert list(written()["columns"]) == ["target", "row", "size"]


@pytest.mark.parametrize("suffix", [".gz", ".xz", ".zst", ".zip"])
@pytest.mark.parametrize("named", [True, False])
def test_compressed(shop: Path, suffix: str, named: bool) -> None:
    path = Path(f"table.csv{suffix if named else ''}")
    if suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("inside.csv", PLAIN)
    elif suffix == ".zst":
        path.write_bytes(pa.Codec("zstd").compress(PLAIN.encode(), asbytes=True))
    else:
        pack = gzip.compress if suffix == ".gz" else lzma.compress
        path.write_bytes(pack(PLAIN.encode()))
    take(path)
    assert written()["source"] == f"data/source/table.csv{suffix}"
    with content.opened(Path(written()["source"]), suffix) as file:
        assert file.read() == PLAIN.encode()


@pytest.mark.parametrize("folder", [True, False])
def test_parquet(shop: Path, folder: bool) -> None:
    frame = pd.DataFrame(
        {
            "Size": [1.5, None, 3] * 20,
            "count": pd.Series([1, 2, None] * 20, dtype="Int64"),
            "place": pd.Categorical(["x", "y", "z"] * 20),
            "open": [True, False, True] * 20,
            "when": pd.date_range("2024-01-01", periods=60),
            "list": [[1], [2], [3]] * 20,
            "target": [0, 1, 1] * 20,
        }
    )
    path = Path("table" if folder else "table.parquet")
    if folder:
        path.mkdir()
        frame[:30].to_parquet(path / "1.parquet")
        frame[30:].to_parquet(path / "2.parquet")
    else:
        frame.to_parquet(path)
    take(path)
    found = written()
    assert {name: column["type"] for name, column in found["columns"].items()} == {
        **{"target": "boolean", "when": "timestamp", "size": "number", "count": "integer"},
        **{"place": "category", "open": "boolean"},
    }
    assert found["columns"]["count"]["nullable"]
    assert found["reader"] is None
    assert found["reading"] == {"columns": {"size": {"header": "Size"}}}
    assert found["source"] == f"data/source/table{'' if folder else '.parquet'}"
    assert pd.read_parquet(found["source"]).equals(pd.read_parquet(path))


TARGETS: list[tuple[list[Any], pa.DataType, str, Any]] = [
    ([1, 0], pa.int64(), "binary", "boolean"),
    ([1.0, 0.0], pa.float64(), "binary", "boolean"),
    ([2.0, 1.0], pa.float32(), "binary", "boolean"),
    (["N", "Y"], pa.large_string(), "binary", "boolean"),
    ([True, False], pa.bool_(), "binary", "boolean"),
    (["a", "b", "c"], pa.dictionary(pa.int32(), pa.string()), "multiclass", "category"),
    ([1, 2, 3], pa.int8(), "multiclass", "category"),
    ([1.0, 2.0, 3.0], pa.float64(), "multiclass", "category"),
    ([Decimal("1.5"), Decimal("2.5"), Decimal("4.0")], pa.decimal128(5, 2), "regression", "number"),
]


@pytest.mark.parametrize(("cells", "kind", "task", "expected"), TARGETS)
def test_targets_of_parquet_are_read_as_they_were_adopted(
    shop: Path, cells: list[Any], kind: pa.DataType, task: Any, expected: str
) -> None:
    target = pa.array([cells[row % len(cells)] for row in range(90)], kind)
    pq.write_table(
        pa.table({"size": [row % 7 for row in range(90)], "target": target}), "table.parquet"
    )
    config = take("table.parquet", task=task)
    assert (config.data.task, config.data.columns["target"].type) == (task, expected)
