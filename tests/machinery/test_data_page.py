"""The page of the data: whole, alone, harmless, and there when the data is refused."""

from html.parser import HTMLParser
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
from mlops import layout
from mlops.config import record
from mlops.config.schema import Column, Config
from mlops.data import reference
from mlops.files import write_json
from mlops.run import validation

from machinery.skewing import config, judged, table, taken

HOSTILE = "</table><script src=//evil.example></script><img src=x onerror=alert(1)>"
TASKS = ("binary", "multiclass", "regression")


class Page(HTMLParser):
    """The elements of a page, with their attributes, and its text by fold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.folds: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "details":
            self.folds.append("")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.folds:
            self.folds[-1] += f" {data}"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def page(asked: Config, old: pd.DataFrame | None, **parts: pd.DataFrame) -> Page:
    """The page of some partitions, against a reference if there is one."""
    known = taken(asked, all=old) if old is not None else None
    validation.write(judged(asked, known, **parts), known, asked)
    return Page(validation.PAGE.read_text("utf-8"))


@pytest.mark.parametrize("task", TASKS)
def test_each_column_has_its_profile_picture_and_checks(task: str) -> None:
    asked = config(task)
    found = page(asked, table(task), all=table(task, seed=1))
    folds = dict(zip(asked.data.columns, found.folds, strict=True))
    assert found.tags.count("svg") == len(folds) - 1  # a time has none
    assert all("1,000 rows, " in fold and "holds" in fold for fold in folds.values())
    assert "warning" not in found.text
    for said in (
        "number",
        "48 null (4.8 %)",
        "median \N{MINUS SIGN}0.0556",
        "at least -50",
        "PSI at most 0.25",
    ):
        assert said in folds["size"]
    assert "target: holds" in folds["y"]
    assert "the target's rate within 10 % of the reference" in folds["y"]
    assert "3 distinct" in folds["kind"]
    assert "one of dark, light" in folds["shade"]
    assert "2013-01-01 00:00:00 to 2013-01-01 16:39:00" in folds["at"]
    assert "1 of 1 partitions compared with data/reference.json" in found.text


def test_without_a_reference_there_is_one_series() -> None:
    found = page(config(), None, all=table())
    assert "data/reference.json is empty" in found.text
    assert "PSI" not in found.text
    assert found.tags.count("svg") == 7


def test_warnings_stand_above_and_at_their_column() -> None:
    moved = table(seed=1).assign(size=table(seed=1)["size"] + 1)
    found = page(config(), table(), all=moved)
    assert "as conf/data/ declares it, 2 warnings" in found.text
    assert "Warnings (2)" in found.text
    assert "number: warning" in found.folds[3].replace("  ", " ")
    assert "0.695 in all" in found.folds[3]


def test_what_is_refused_is_shown_too() -> None:
    moved = table(seed=1).assign(kind=1, size=np.inf, shade="grey").drop(columns="flag")
    found = page(config(), table(), all=moved)
    assert "refused, 4 problems" in found.text
    folds = dict(zip(config().data.columns, found.folds, strict=True))
    for column in ("kind", "size", "shade", "flag"):
        assert "broken" in folds[column], column
    assert "inf in row 1 of all (1,000 in all)" in folds["size"]
    assert "is missing (all)" in folds["flag"]
    assert "Not summed up" in folds["kind"]


def test_it_opens_without_network_and_script() -> None:
    found = page(config(), table(), all=table(seed=1))
    assert not {"script", "link", "img", "iframe", "object", "a"} & set(found.tags)
    loading = {"src", "href", "xlink:href", "srcset", "action"}
    assert not loading & {name for name, _ in found.attributes}
    text = validation.PAGE.read_text("utf-8")
    assert "url(" not in text
    assert text.replace('xmlns="http://www.w3.org/2000/svg"', "").count("http") == 1  # http-equiv


def test_foreign_names_change_no_element() -> None:
    def tags(name: str) -> list[str]:
        asked = config()
        columns = {name if key == "kind" else key: one for key, one in asked.data.columns.items()}
        data = msgspec.structs.replace(asked.data, columns=columns)
        odd = msgspec.structs.replace(asked, data=data)
        rows = table().rename(columns={"kind": name})
        later = rows.assign(**{name: rows[name].replace("k", name)})
        found = page(odd, rows, all=later)
        return [tag for tag in found.tags if tag != "wbr"]

    assert tags(HOSTILE) == tags("plain")


def test_the_same_data_gives_the_same_bytes() -> None:
    page(config(), table(), all=table(seed=1))
    first = validation.PAGE.read_bytes()
    page(config(), table(), all=table(seed=1))
    assert validation.PAGE.read_bytes() == first


def test_it_is_written_again_from_the_report() -> None:
    asked = config()
    known = taken(asked, all=table())
    found = judged(asked, known, all=table(seed=1).assign(size=1.0))
    validation.write(found, known, asked)
    first = validation.PAGE.read_bytes()
    assert validation.rewrite() is None
    write_json(layout.VALIDATION, found)
    reference.write(known)
    record.write(msgspec.to_builtins(asked), frozenset())
    validation.PAGE.unlink()
    assert validation.rewrite() == validation.PAGE
    assert validation.PAGE.read_bytes() == first


def test_many_columns_are_folded_but_for_findings() -> None:
    asked = config()
    more = {f"more {place}": Column("number") for place in range(50)}
    data = msgspec.structs.replace(asked.data, columns=asked.data.columns | more)
    wide = msgspec.structs.replace(asked, data=data)
    rows = table().assign(**dict.fromkeys(more, 1.0))
    found = page(wide, rows, all=rows.assign(size=rows["size"] + 2))
    assert [name for name, _ in found.attributes].count("open") == 1
    assert found.tags.count("details") == 58


def test_warnings_are_printed_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    asked = config(
        limits={"psi": {"warning": 0, "error": None}, "ks": {"warning": 0, "error": None}}
    )
    known = taken(asked, all=table())
    found = judged(asked, known, **{f"part-{place}": table(seed=place) for place in range(1, 4)})
    validation.tell(found, known, asked)
    lines = capsys.readouterr().out.splitlines()
    assert [line.startswith("warning: raw") for line in lines] == [True] * 12 + [False] * 3
    assert lines[12] == (
        f"warning: ... and {len(found['warnings']) - 12} more: reports/validation.html"
    )
    assert lines[13] == "3,000 rows in 3 partitions are as conf/data/ declares them"


def test_a_column_that_the_reference_does_not_know_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = config()
    known = taken(asked, all=table())
    validation.tell(judged(asked, known, all=table()), known, asked)
    assert f"every partition is as {reference.PATH} has it;" in capsys.readouterr().out
    known = taken(asked, all=table().drop(columns="size"))
    validation.tell(judged(asked, known, all=table()), known, asked)
    told = capsys.readouterr().out
    assert "without size: `uv run mlops schema --update` adds it;" in told
