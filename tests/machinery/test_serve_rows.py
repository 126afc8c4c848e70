"""A request's rows become columns, or a line that says what is wrong with which row and column."""

import json
from typing import Any

import msgspec
import pytest
from mlops.errors import UserError
from mlops.serve.refusal import RefusedError
from mlops.serve.rows import Rows

from machinery.standing import CONTRACT, ROW

ROWS = Rows(CONTRACT, 100)
WIND = "Wind (mph). [x]"
FULL = ROW | {"plane_age": 7.5, WIND: 3, "weekend": False, "seats": 100}
EXACT = 2**53 - 1


def read(rows: Any) -> dict[str, list[Any]]:
    return ROWS.read(rows if isinstance(rows, bytes) else json.dumps(rows).encode())


def refused(rows: Any) -> RefusedError:
    with pytest.raises(RefusedError) as error:
        read(rows)
    return error.value


def columns(*rows: dict[str, Any]) -> dict[str, list[Any]]:
    """The same as columns, null where a row has no value."""
    names = [*CONTRACT.features, *(name for name in ("departure", "flight") if name in rows[0])]
    return {name: [row.get(name) for row in rows] for name in names}


def by_column(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"columns": {name: [row[name] for row in rows] for name in rows[0]}}


@pytest.mark.parametrize("row", [FULL, ROW, ROW | {"departure": "2013-06-01 10:30", "flight": 7}])
def test_the_three_forms_say_the_same(row: dict[str, Any]) -> None:
    other = row | {"distance": 3.25, "origin": "JFK"}
    assert read(row) == columns(row)
    assert read([row]) == columns(row)
    assert read([row, other]) == columns(row, other)
    assert read(by_column(row, other)) == columns(row, other)
    spaced = json.dumps(by_column(row), indent=3)
    assert read(b"\n " + spaced.encode()) == columns(row)


def test_numbers_are_taken_as_they_are_written() -> None:
    row = (
        b'{"distance":1e3,"weekday":3.0,"origin":"EWR","destination":"","seats":%d,"plane_age":%b}'
    )
    found = read(row % (EXACT, b"1e-400"))
    assert (found["distance"], found["seats"], found["plane_age"]) == ([1000.0], [EXACT], [0.0])
    assert found["weekday"] == [3]
    assert type(found["weekday"][0]) is int
    assert read(row % (-EXACT, b"9007199254740993"))["plane_age"] == [9007199254740992.0]


def test_rows_that_differ_in_what_they_have_are_completed() -> None:
    found = read([ROW, ROW | {"plane_age": 3, "flight": 9}, ROW | {"plane_age": None}])
    assert found["plane_age"] == [None, 3.0, None]
    assert found["flight"] == [None, 9, None]
    assert "departure" not in found


@pytest.mark.parametrize(
    ("column", "value", "error"),
    [
        ("distance", "1500", '"1500" is not a number'),
        ("distance", True, "true is not a number"),
        ("distance", None, "null is not a number"),
        ("distance", [1], "[1] is not a number"),
        ("distance", 0.5, "0.5 is not a number from 1 to 6000"),
        ("distance", 1e300, "1e+300 is not a number from 1 to 6000"),
        (WIND, -1, "-1 is not a number of at least 0"),
        (WIND, "x", '"x" is not a number or null'),
        ("weekday", 3.5, "3.5 is not an integer"),
        ("weekday", 7, "7 is not an integer from 0 to 6"),
        ("weekday", "3", '"3" is not an integer'),
        ("weekday", False, "false is not an integer"),
        ("seats", EXACT + 1, f"{EXACT + 1} is not an integer of at most 2**53 - 1 in size"),
        ("origin", "SFO", '"SFO" is not one of its categories: EWR, JFK, LGA'),
        ("origin", 3, "3 is not a text"),
        ("destination", 3, "3 is not a text"),
        ("destination", None, "null is not a text"),
        ("destination", ["x" * 999], f'["{"x" * 58}.. is not a text'),
        ("weekend", 1, "1 is not true or false or null"),
        ("departure", [1], "expected bool | int | float | str | null, got array"),
    ],
)
def test_a_mistake_is_named_with_its_row_and_column(column: str, value: Any, error: str) -> None:
    bad = ROW | {column: value}
    for rows, row in ((bad, 0), ([bad, ROW], 0), ([ROW, ROW, bad, ROW], 2)):
        found = refused(rows)
        assert (found.status, found.row, found.column) == (422, row, column)
        assert found.error == f"{column}: {error}"
    good = bad | {column: FULL.get(column)}
    found = refused(by_column(good, bad))
    assert (found.status, found.row, found.column) == (422, 1, column)
    assert found.error == f"{column}: {error}"


def test_a_column_that_is_not_known_is_named_with_the_nearest() -> None:
    for rows, row in ((ROW | {"distanc": 3}, 0), (by_column(ROW | {"distanc": 3}), None)):
        found = refused(rows)
        assert (found.status, found.row, found.column) == (422, row, "distanc")
        assert found.error == '"distanc": no such column; did you mean distance?'
    assert len(refused(ROW | {"x" * 10_000: 3}).error) < 300


@pytest.mark.parametrize("name", ROW)
def test_a_column_that_is_missing_is_named(name: str) -> None:
    row = {other: value for other, value in ROW.items() if other != name}
    for rows, number in ((row, 0), ([ROW, row], 1), (by_column(row), None)):
        found = refused(rows)
        assert (found.status, found.row, found.column) == (422, number, name)
        assert found.error == f"{name}: this column is missing"


@pytest.mark.parametrize("number", ["1e400", "-1e400", "9" * 5000, f"{'9' * 400}.0"])
@pytest.mark.parametrize("name", ["distance", "plane_age", "weekday", "seats", "flight"])
def test_numbers_that_no_computer_holds_are_refused(name: str, number: str) -> None:
    text = json.dumps(ROW | {name: 0}).replace(f'"{name}": 0', f'"{name}": {number}')
    for body, row in ((text, 0), (f"[{json.dumps(ROW)}, {text}]", 1)):
        found = refused(body.encode())
        assert (found.status, found.row, found.column) == (422, row, name)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b" ", b"{", b"[", b"x", b"{]", b"{'distance': 3}", b"[1,]", b"{}{}"),
        b"\xef\xbb\xbf{}",
        '{"destination": "é"}'.encode("latin-1"),
        '{"destination": "é"}'.encode("utf-16"),
        b'{"destination": "\xed\xa0\x80"}',
        b'{"destination": "\\ud800"}',
        b'{"destination": "\x00"}',
        b'{"distance": NaN}',
        b'{"distance": Infinity}',
        b'{"distance": -Infinity}',
        b'{"distance": 01}',
        b'{"distance": 0x10}',
        b'{"columns": {"distance": [NaN]}}',
    ],
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    found = refused(body)
    assert found.status == 400
    said = "the body is not valid JSON: " if body.strip() else "the body is empty: send a record"
    assert found.error.startswith(said)


@pytest.mark.parametrize("body", [b'{"instances": [{"distance": 3}]}', b'{"row": {"distance": 3}}'])
def test_an_envelope_is_told_how_rows_are_sent(body: bytes) -> None:
    assert "no such column; send a record {..}, a list of records" in refused(body).error


@pytest.mark.parametrize(
    "body",
    [
        *(b"null", b"true", b"3", b'"x"', b"[null]", b"[3]", b"[[]]", b"[[{}]]"),
        b'{"columns": {"distance": 3}}',
        b'{"columns": {"distance": {}}}',
        b'{"columns": {}, "rows": 3}',
        b"[" * 100_000,
        b'{"distance":' * 100_000,
        b'{"columns":{"distance":' + b"[" * 100_000,
    ],
)
def test_what_is_no_row_is_refused(body: bytes) -> None:
    assert refused(body).status in (400, 422)


@pytest.mark.parametrize(
    ("rows", "error", "column"),
    [
        ([], "the list has no row", None),
        ({"columns": {name: [] for name in ROW}}, "the columns have no row", None),
        (
            {"columns": {name: [value] for name, value in ROW.items()} | {"origin": ["EWR"] * 3}},
            "origin: 3 values, but distance has 1",
            "origin",
        ),
    ],
)
def test_columns_have_one_length_that_is_not_zero(rows: Any, error: str, column: str) -> None:
    found = refused(rows)
    assert (found.status, found.error, found.column) == (422, error, column)


@pytest.mark.parametrize(
    "text",
    [
        '{"distance": 2, ROW}',
        '{ROW, "distance": 2}',
        '[{ROW}, {"distance": 2, ROW}]',
        '{"columns": {ROW, "distance": [2]}}',
        '{ROW, "plane_age": 1, "plane_age": null}',
        '{ROW, "flight": 1, "flight": "12:30"}',
        '{ROW, "plane\\u005fage": 1, "plane_age": 2}',
    ],
)
def test_a_column_that_comes_twice_is_refused(text: str) -> None:
    given = by_column(ROW)["columns"] if "columns" in text else ROW
    found = refused(text.replace("ROW", json.dumps(given)[1:-1]).encode())
    assert found.status == 422
    assert found.error.endswith(": this column comes twice")


def test_colons_in_texts_are_no_columns() -> None:
    assert read(ROW | {"destination": 'a":"b:\\"'})["destination"] == ['a":"b:\\"']


def of_numbers(names: list[str]) -> Rows:
    """A reader of numbers that may be null."""
    feature = CONTRACT.features["plane_age"]
    return Rows(msgspec.structs.replace(CONTRACT, features=dict.fromkeys(names, feature)), 10)


def test_any_name_may_be_a_columns() -> None:
    row = {
        name: float(number)
        for number, name in enumerate(
            ["columns", "class", "a.b", "x[3]", "`", "é", "__init__", "c0", "", "$", " "]
        )
    }
    rows = of_numbers(list(row))
    assert rows.read(json.dumps(row).encode()) == {name: [v] for name, v in row.items()}
    several = by_column(row, dict.fromkeys(row))
    assert rows.read(json.dumps(several).encode()) == several["columns"]
    for name in row:
        with pytest.raises(RefusedError) as error:
            rows.read(json.dumps([row, row | {name: "text"}]).encode())
        assert (error.value.row, error.value.column) == (1, name)
        assert error.value.error == f'{name}: "text" is not a number or null'


@pytest.mark.parametrize("name", ['"', "a\nb", "\\"])
def test_a_name_that_json_escapes_is_one_line(name: str) -> None:
    with pytest.raises(UserError, match="needs a name without quotes"):
        of_numbers([name])
