"""Text that is wrong: one line names file, column, row and value, what was expected, how many."""

from pathlib import Path

import pytest
from mlops.config.source import Reading, Written

from machinery.reading import GOOD, HEADER, MORE, refused

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
        "no column 'size'; there are: id, sizes, kind, sold, at",
    ),
    "another delimiter": (
        GOOD.replace(",", ";"),
        None,
        "row 1: there is one column only, 'id;size;kind;sold;at': write it with ',' between",
    ),
    "a missing header": (
        GOOD.removeprefix(HEADER),
        None,
        "no columns 'id', 'size', 'kind', 'sold', 'at'; there are: 1, 2.5, a, true, 2013",
    ),
    "a quote that is not closed in the header": (
        GOOD.replace("id,", '"id,') + MORE,
        None,
        'row 1: a quote (") is opened and never closed',
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
        "column 'size', row 2: 'big', expected a number or an empty cell (1 row)",
    ),
    "a type that turns late": (
        GOOD + MORE + "1003,unknown,b,0,\n1004,unknown,b,0,\n",
        None,
        "column 'size', row 1,004: 'unknown', expected a number or an empty cell (2 rows)",
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
        "column 'size', row 4: '-inf', expected a number or an empty cell (2 rows)",
    ),
    "a decimal comma that is not declared": (
        GOOD.replace("2.5", '"2,5"'),
        None,
        "column 'size', row 2: '2,5', expected a number or an empty cell (1 row)",
    ),
    "a decimal point where there are commas": (
        EURO.replace("2,5", "2.5"),
        GERMAN,
        "column 'size', row 2: '2.5', expected a number such as 1.234,5 or an empty cell (1 row)",
    ),
    "digits that are not grouped by three": (
        EURO.replace("2,5", "12.34"),
        GERMAN,
        "column 'size', row 2: '12.34', expected a number such as 1.234,5 or an empty cell (1 row)",
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
        "column 'at', row 3: '01/13/2013', expected a date and time as %d.%m.%Y or an empty cell",
    ),
    "an encoding that is none": (GOOD, Reading(encoding="klingon"), ""),
}


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


def test_the_file_of_a_folder_in_which_a_type_turns_is_named(source: Path) -> None:
    for name in "abc":
        (source / f"{name}.csv").write_text(GOOD.replace("2.5", "2.5" if name < "c" else "big"))
    (line,) = refused(source)
    assert line.startswith("data/source/c.csv: column 'size', row 2: 'big', expected a number")
