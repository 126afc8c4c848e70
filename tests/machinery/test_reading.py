"""Files as they really are: each way to write the same two rows reads as the same table."""

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mlops.config.schema import Column
from mlops.config.source import Reading, Written
from mlops.data.reading import cells, delimited, times

from machinery.reading import COLUMNS, GOOD, frame, pack

TABLE = pd.DataFrame(
    {
        "id": [1, 2],
        "size": [2.5, None],
        "kind": ["a", None],
        "sold": [True, False],
        "at": pd.to_datetime(["2013-01-01 10:00", "2013-01-02 11:30:15.5"], format="ISO8601"),
    }
).astype({"kind": "str", "at": "datetime64[us]"})

TEXTS: dict[str, tuple[str, Reading | None]] = {
    "as usual": (GOOD, None),
    "a byte-order mark": (f"\ufeff{GOOD}", None),
    "Windows' line ends": (GOOD.replace("\n", "\r\n"), None),
    "no line end at the end": (GOOD.rstrip("\n"), None),
    "empty lines": (GOOD.replace("\n", "\n\n"), None),
    "spaces around": (GOOD.replace("1,2.5", " 1 , 2.5 ").replace("true", " true "), None),
    "semicolons": (GOOD.replace(",", ";"), Reading(delimiter=";")),
    "tabs": (GOOD.replace(",", "\t"), Reading(delimiter="\t")),
    "quotes": (GOOD.replace("2.5,a", '"2.5","a"'), None),
    "another quote": (GOOD.replace("2.5,a", "'2.5','a'"), Reading(quote="'")),
    "other nulls": (GOOD.replace("NA", "?").replace("2,,", "2,-,"), Reading(nulls=["?", "-"])),
    "columns in another order, and more of them": (
        "x,sold,at,kind,size,id,\n,TRUE,2013-01-01T10:00,a,2.5,1,\n"
        "y,False,2013-01-02T11:30:15.500,,,2,\n",
        None,
    ),
    "other headers": (
        GOOD.replace("id,size", '"No. ""x""",Größe (m²)'),
        Reading(columns={"id": Written(header='No. "x"'), "size": Written(header="Größe (m²)")}),
    ),
    "decimal commas": (
        GOOD.replace(",", ";").replace("2.5", "2,5"),
        Reading(delimiter=";", columns={"size": Written(decimal=",")}),
    ),
    "thousands": (
        GOOD.replace("1,2.5", "001,0_002.5e0"),
        Reading(columns={"size": Written(thousands="_")}),
    ),
    "words for true and false": (
        GOOD.replace("true", "Ja").replace("no", "NEIN"),
        Reading(columns={"sold": Written(true=["ja"], false=["nein"])}),
    ),
    "a format of time": (
        GOOD.replace("2013-01-01 10:00", "01.01.2013 10:00:00.0").replace(
            "2013-01-02 11:30:15.5", "02.01.2013 11:30:15.5"
        ),
        Reading(columns={"at": Written(format="%d.%m.%Y %H:%M:%S.%f")}),
    ),
    "times with a zone": (
        GOOD.replace("10:00", "10:00Z").replace("11:30:15.5", "12:30:15.5+01:00"),
        None,
    ),
    "an index column without a name": (
        ",id,size,kind,sold,at\n0,1,2.5,a,1,2013-01-01 10:00\n1,2,,,0,2013-01-02 11:30:15.5\n",
        None,
    ),
    "times of many digits": (GOOD.replace("15.5", "15.500000001"), None),
}


@pytest.mark.parametrize("case", TEXTS)
def test_one_table_written_in_many_ways(source: Path, case: str) -> None:
    text, reading = TEXTS[case]
    (source / "t.csv").write_text(text, "utf-8", newline="")
    pd.testing.assert_frame_equal(frame(source / "t.csv", reading), TABLE)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "cp1251", "cp437"],
)
def test_encodings(source: Path, encoding: str) -> None:
    name = "Жук" if encoding == "cp1251" else "Käfer"
    text = GOOD.replace(",a,", f",{name},").replace("kind", "art " + name)
    (source / "t.csv").write_bytes(text.encode(encoding))
    reading = Reading(encoding=encoding, columns={"kind": Written(header=f"art {name}")})
    assert frame(source / "t.csv", reading)["kind"].tolist()[0] == name


@pytest.mark.parametrize("name", ["t.csv.gz", "t.csv.xz", "t.csv.zst", "t.zip"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_compressions(source: Path, name: str, encoding: str) -> None:
    (source / name).write_bytes(pack(GOOD.encode(encoding), Path(name)))
    pd.testing.assert_frame_equal(frame(source / name, Reading(encoding=encoding)), TABLE)


@pytest.mark.parametrize("name", ["t.csv.gz", "t.csv.zst"])
def test_compressed_in_several_pieces(source: Path, name: str) -> None:
    pieces = [pack(piece.encode(), Path(name)) for piece in (GOOD[:30], GOOD[30:])]
    (source / name).write_bytes(b"".join(pieces))
    pd.testing.assert_frame_equal(frame(source / name), TABLE)


@pytest.mark.parametrize(
    ("decimal", "thousands", "texts", "values"),
    [
        (",", ".", ["1.234,5", "-1.234.567", "12", ",5"], [1234.5, -1234567, 12, 0.5]),
        (".", ",", ["1,234.5", "+999", "1234.5"], [1234.5, 999, 1234.5]),
        (",", " ", ["1 234,5", "1e3"], [1234.5, 1000]),
        (".", "'", ["1'234.50"], [1234.5]),
        (",", "\u202f", ["1\u202f234,5"], [1234.5]),
    ],
)
def test_numbers(decimal: str, thousands: str, texts: list[str], values: list[float]) -> None:
    written = Written(decimal="," if decimal == "," else ".", thousands=thousands)
    column = Column(type="number")
    assert cells.convert(pa.array(texts), column, written).to_pylist() == values


@pytest.mark.parametrize(
    ("form", "text", "time"),
    [
        (None, "2013-02-28T23:59:59.999999999Z", "2013-02-28 23:59:59.999999"),
        (None, "2013-02-28 23:59:59,5 +0200", "2013-02-28 21:59:59.5"),
        ("%d.%m.%Y", "1.3.2013", "2013-03-01"),
        ("%m/%d/%Y %I:%M %p", "3/4/2013 5:06 PM", "2013-03-04 17:06"),
        ("%d %b %Y", "28 Feb 2013", "2013-02-28"),
        ("%d.%m.%y %H:%M:%S.%f", "29.02.12 10:11:12.25", "2012-02-29 10:11:12.25"),
        ("%Y%m%dT%H%M%S%z", "20130601T100000+0100", "2013-06-01 09:00"),
        ("%d.%m.%Y", "31.02.2013", None),
        ("%d.%m.%Y", "30.02.2012", None),
        ("%d.%m.%Y", "31.04.2013", None),
        ("%d.%m.%Y", "01.05.13", None),
        ("%d.%m.%Y", "15.05.2013x", None),
        ("%d.%m.%Y", "nan", None),
        (None, "NaT", None),
        (None, "2013-02-29", None),
    ],
)
def test_times(form: str | None, text: str, time: str | None) -> None:
    texts = pa.array([None, text])
    if time is None:
        with pytest.raises(ValueError, match=r"time|parse|day|tz_localize"):
            times.parse(texts, form)
    else:
        assert times.parse(texts, form).to_pandas()[1] == pd.Timestamp(time)


def test_newlines_and_quotes_within_cells_also_where_blocks_meet(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlops.data.reading.structure.LONGEST", 97)
    names = [f'"line {n}\nof ""two"", {n}"' for n in range(200)]
    rows = "".join(f"{n},,{name},1,\n" for n, name in enumerate(names))
    (source / "t.csv").write_text(f"id,size,kind,sold,at\n{rows}", "utf-8")
    found = frame(source / "t.csv")
    assert found["id"].tolist() == list(range(200))
    assert found["kind"].tolist() == [f'line {n}\nof "two", {n}' for n in range(200)]


def test_parquet_of_other_types(source: Path) -> None:
    table = pa.table(
        {
            "other": [1, 2],
            "Id": pa.array([1.0, 2.0]),
            "size": pa.array([2.5, None], pa.float32()),
            "kind": pa.array(["a", None]).dictionary_encode(),
            "sold": pa.array(["Yes", "NO"], pa.large_string()),
            "at": pa.array(TABLE["at"]).cast(pa.timestamp("ms", "UTC")),
        }
    )
    pq.write_table(table, source / "t.parquet")
    reading = Reading(columns={"id": Written(header="Id")})
    pd.testing.assert_frame_equal(frame(source / "t.parquet", reading), TABLE)


def test_a_folder_is_read_in_the_order_of_its_names(source: Path) -> None:
    for name, part in (("b", TABLE.iloc[1:]), ("a", TABLE.iloc[:1])):
        part.to_parquet(source / f"{name}.parquet", index=False)
    (source / "README.md").write_text("no table")
    pd.testing.assert_frame_equal(frame(source), TABLE)
    (source / "c.csv").write_text(GOOD)
    twice = pd.concat([TABLE, TABLE], ignore_index=True)
    pd.testing.assert_frame_equal(frame(source), twice)


def test_a_table_without_a_key_has_its_rows_counted(source: Path) -> None:
    columns = {name: column for name, column in COLUMNS.items() if name != "id"}
    columns = {"sold": columns.pop("sold"), "row": Column(type="integer"), **columns}
    for name in ("a.csv", "b.csv"):
        (source / name).write_text(GOOD)
    keyless: dict[str, Any] = {"columns": columns, "key": ["row"], "identifiers": ["row", "at"]}
    found = frame(source, **keyless)
    assert found.columns.tolist() == list(columns)
    assert found["row"].tolist() == [1, 2, 3, 4]
    for name in ("a.csv", "b.csv"):  # a column of that name is the file's own
        (source / name).write_text(GOOD.replace("id,", "row,"))
    assert frame(source, **keyless)["row"].tolist() == [1, 2, 1, 2]


def test_a_whole_file_for_a_reader_of_ones_own(source: Path) -> None:
    (source / "t.csv").write_text(GOOD.replace("2,,", "9007199254740993,,"))
    found = delimited.read(source / "t.csv", {"kind": "category", "id": "integer"})
    assert found.columns.tolist() == ["kind", "id"]
    assert found["id"].tolist() == [1, 9007199254740993]  # more than a float can tell
