"""The reference in Git: short diffs, the same bytes, and a line where it is damaged."""

from pathlib import Path

import pytest
from mlops.data import reference
from mlops.errors import UserError

from baked import PROJECT
from machinery.skewing import config, table, taken


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_is_read_as_it_was_written() -> None:
    known = taken(config(), **{"part-0001": table(), "part-0002": table(seed=1)})
    reference.write(known)
    text = reference.PATH.read_text("utf-8")
    assert reference.read() == known
    reference.write(known)
    assert reference.PATH.read_text("utf-8") == text
    assert len(text.splitlines()) == 5 + 2 + 2 + len(known.columns)
    assert max(map(len, text.splitlines())) < 1_000


def test_a_partition_is_known_by_what_is_in_it() -> None:
    asked = config()
    one, other = (taken(asked, all=table(seed=seed)) for seed in (0, 1))
    assert one.has("all", one.columns)
    assert not one.has("all", other.columns)
    assert not one.has("2013-01", one.columns)
    more = {**one.columns, "later": one.columns["size"]}
    assert one.has("all", more)


def test_a_project_starts_with_an_empty_one() -> None:
    assert reference.read(PROJECT / reference.PATH) is None
    assert reference.read(Path("there is none.json")) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "null", "[1", "\x00", '{"name": "t"}', '{"name": "t", "rows": 1}'),
        '<<<<<<< HEAD\n{"name": "t", "partitions": {}, "columns": {}}',
        '{"name": "t", "partitions": {"all": 5}, "columns": {}}',
        '{"name": "t", "partitions": {}, "columns": {"x": {"rows": 1}}}',
        '{"name": "t", "partitions": {}, "columns": {"x": {"rows": 1, "nulls": "no"}}}',
    ],
)
def test_a_damaged_one_is_a_line(text: str) -> None:
    path = Path("reference.json")
    path.write_text(text, "utf-8")
    with pytest.raises(
        UserError, match=r"^reference.json: not readable .*schema --update"
    ) as error:
        reference.read(path)
    assert len(error.value.lines) == 1
