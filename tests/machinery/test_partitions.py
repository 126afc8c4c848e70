"""A directory of partitions ends the same bytes, whichever way it came about."""

from pathlib import Path

import pandas as pd
import pytest
from mlops.config.schema import Column
from mlops.data import partitions, tables
from mlops.errors import UserError


class Builder:
    """Builds partitions and remembers which."""

    def __init__(self) -> None:
        self.built: list[str] = []

    def __call__(self, name: str) -> pd.DataFrame:
        self.built.append(name)
        month = int(name[-2:])
        return pd.DataFrame({"month": [month] * 3, "text": ["a", None, "c"]})


def update(folder: Path, *names: str, fingerprint: str = "f") -> list[str]:
    builder = Builder()
    partitions.update(folder / "raw", names, fingerprint, builder)
    return builder.built


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


def test_months_of_a_window() -> None:
    expected = ["2012-11", "2012-12", "2013-01"]
    assert partitions.months("2012-11", "2013-01") == expected
    assert partitions.months("2013-06", "2013-06") == ["2013-06"]


def test_only_what_is_new_is_built_and_what_is_outside_is_removed(tmp_path: Path) -> None:
    assert update(tmp_path, "2013-01", "2013-02") == ["2013-01", "2013-02"]
    assert update(tmp_path, "2013-01", "2013-02") == []
    assert update(tmp_path, "2013-02", "2013-03") == ["2013-03"]
    assert [path.stem for path in partitions.files(tmp_path / "raw")] == ["2013-02", "2013-03"]


def test_the_way_does_not_show_in_the_bytes(tmp_path: Path) -> None:
    roundabout, direct = tmp_path / "roundabout", tmp_path / "direct"
    update(roundabout, "2013-01", "2013-02", fingerprint="old code")
    update(roundabout, "2013-02", "2013-03", "2013-04")
    update(roundabout, "2013-02", "2013-03")
    update(direct, "2013-02", "2013-03")
    assert contents(roundabout) == contents(direct)


def test_a_changed_source_rebuilds_everything(tmp_path: Path) -> None:
    update(tmp_path, "2013-01", "2013-02")
    built = update(tmp_path, "2013-01", "2013-02", fingerprint="another")
    assert built == ["2013-01", "2013-02"]


def test_a_damaged_partition_is_built_again(tmp_path: Path) -> None:
    update(tmp_path, "2013-01", "2013-02")
    before = contents(tmp_path)
    (tmp_path / "raw" / "2013-01.parquet").write_bytes(b"damaged")
    (tmp_path / "raw" / "2013-02.txt").write_text("stray")
    (tmp_path / "raw" / "stray").mkdir()
    assert update(tmp_path, "2013-01", "2013-02") == ["2013-01"]
    assert contents(tmp_path) == before


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"2013-01": 3}'])
def test_a_damaged_manifest_costs_time_only(tmp_path: Path, text: str) -> None:
    update(tmp_path, "2013-01")
    before = contents(tmp_path)
    (tmp_path / "raw.json").write_text(text)
    assert update(tmp_path, "2013-01") == ["2013-01"]
    assert contents(tmp_path) == before


def test_a_failure_changes_nothing(tmp_path: Path) -> None:
    update(tmp_path, "2013-01")
    before = contents(tmp_path)

    def fail(name: str) -> pd.DataFrame:
        if name == "2013-03":
            raise UserError("no such month")
        return Builder()(name)

    with pytest.raises(UserError):
        partitions.update(tmp_path / "raw", ["2013-02", "2013-03"], "f", fail)
    assert contents(tmp_path) == before


def test_a_period_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="2014-01: the source has no rows for this period"):
        partitions.update(tmp_path / "raw", ["2014-01"], "f", lambda _: pd.DataFrame({"a": []}))
    assert list(tmp_path.iterdir()) == []


def test_appending_gives_declared_types_and_appears_at_the_end(tmp_path: Path) -> None:
    columns = {
        "n": Column(type="number"),
        "c": Column(type="category"),
        "b": Column(type="boolean"),
    }
    path = tmp_path / "all.parquet"
    with tables.appending(path, columns) as append:
        append(pd.DataFrame({"b": [True], "n": [1], "c": ["x"], "other": [0]}))
        append(pd.DataFrame({"b": [False], "n": [2.5], "c": [None], "other": [0]}))
        append(pd.DataFrame({"b": pd.Series([], dtype=bool), "n": [], "c": []}))
        assert not path.exists()
    frame = tables.read(path)
    assert frame.columns.tolist() == ["n", "c", "b"]
    assert frame["n"].tolist() == [1.0, 2.5]
    assert frame["c"].isna().tolist() == [False, True]


def test_appending_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    columns = {"n": Column(type="number")}
    path = tmp_path / "all.parquet"
    path.write_bytes(b"old")

    def fail() -> None:
        with tables.appending(path, columns) as append:
            append(pd.DataFrame({"n": [1.0]}))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["all.parquet"]


@pytest.mark.parametrize("data", [b"", b"PAR1", b"not parquet at all"])
def test_an_unreadable_file_is_one_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.parquet"
    path.write_bytes(data)
    with pytest.raises(UserError, match=r"bad\.parquet: not a readable Parquet file") as error:
        tables.read(path)
    assert "\n" not in str(error.value)


def test_an_empty_directory_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there are no Parquet files"):
        partitions.files(tmp_path)
