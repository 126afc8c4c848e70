"""Splits: time never trains on the future, and a hash never lets a row change sides."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlops.config.schema import HashSplit, TimeSplit
from mlops.data import splits, tables
from mlops.errors import UserError

HASH = HashSplit(name="hash", validation_share=0.1, test_share=0.2)
BOTH = {side: {"True", "False"} for side in splits.SIDES}


def keys(rows: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "at": pd.date_range("2013-01-01", periods=rows, freq="min"),
            "number": np.arange(rows),
            "carrier": [f"c{row % 7}" for row in range(rows)],
        }
    )


def test_the_last_days_are_the_test() -> None:
    times = pd.Series(pd.date_range("2013-01-01 08:30", periods=30))
    split = TimeSplit(name="time", validation_days=5, test_days=10)
    side = splits.by_time(times, split, pd.Timestamp("2013-01-30"))
    assert side.tolist() == ["train"] * 15 + ["validation"] * 5 + ["test"] * 10


def test_the_last_day_of_a_partition(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    tables.write(
        pd.DataFrame({"at": pd.to_datetime(["2013-01-05 23:59", "2013-01-02 08:00"])}), path
    )
    assert splits.last_day(path, "at") == pd.Timestamp("2013-01-05")


def test_hash_shares_are_kept() -> None:
    counts = pd.Series(splits.by_hash(keys(20_000), HASH)).value_counts(normalize=True)
    assert counts["test"] == pytest.approx(0.2, abs=0.01)
    assert counts["validation"] == pytest.approx(0.1, abs=0.01)


def test_a_row_keeps_its_side_when_rows_are_added_and_reordered() -> None:
    table = keys(3000)
    before = pd.Series(splits.by_hash(table.head(1000), HASH), table.index[:1000])
    shuffled = table.sample(frac=1, random_state=0)
    after = pd.Series(splits.by_hash(shuffled, HASH), shuffled.index)
    assert (after[before.index] == before).all()


def test_the_hash_is_the_same_for_all_time() -> None:
    """Frozen values: a library's new version must not move rows from training to test."""
    assert splits.key_texts(keys(2)) == [
        "2013-01-01 00:00:00.000000\x1f0\x1fc0",
        "2013-01-01 00:01:00.000000\x1f1\x1fc1",
    ]
    assert splits.hash_position("2013-01-01 00:00:00.000000\x1f0\x1fc0") == pytest.approx(
        0.5426985372284343, abs=1e-12
    )


@pytest.mark.parametrize("empty", splits.SIDES)
def test_an_empty_side_is_refused(empty: str) -> None:
    rows = dict.fromkeys(splits.SIDES, 10) | {empty: 0}
    with pytest.raises(UserError, match=f"leaves no rows for {empty}"):
        splits.check_sides(rows, BOTH)


@pytest.mark.parametrize("only", ["True", "False"])
def test_a_side_of_one_class_is_refused(only: str) -> None:
    classes = BOTH | {"test": {only}}
    with pytest.raises(UserError, match=r"test\.parquet: this split leaves one class among the 10"):
        splits.check_sides(dict.fromkeys(splits.SIDES, 10), classes)
