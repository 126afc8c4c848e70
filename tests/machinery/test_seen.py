"""Rows that another model was trained on are found by key, or by the split it had."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlops.config.schema import Config, GroupSplit, HashSplit, TimeSplit
from mlops.data import splits, tables
from mlops.review.seen import among, by_split, side_of

from machinery.composing import config_of


@pytest.fixture
def settings() -> Config:
    return config_of("data.key=[departure,flight]")


@pytest.fixture
def flights() -> pd.DataFrame:
    """An hourly flight from May to July."""
    times = pd.date_range("2013-05-01", "2013-07-31 23:00", freq="h")
    return pd.DataFrame({"departure": times, "flight": np.arange(len(times))})


def test_training_keys_are_found_whatever_precision_their_times_have(
    flights: pd.DataFrame, settings: Config, tmp_path: Path
) -> None:
    trained = flights[100:200].assign(departure=lambda t: t["departure"].astype("datetime64[ms]"))
    tables.write(trained, tmp_path / "train.parquet")
    found = among(flights, tmp_path / "train.parquet", settings.data.key, settings.data)
    assert np.flatnonzero(found).tolist() == list(range(100, 200))


def test_a_time_split_keeps_what_came_before_its_validation_days(
    flights: pd.DataFrame, settings: Config
) -> None:
    split = TimeSplit(name="time", validation_days=14, test_days=30)
    seen = side_of(flights, settings.data, split, "2013-06")
    assert flights["departure"][seen].max() == pd.Timestamp("2013-05-17 23:00")
    assert flights["departure"][~seen].min() == pd.Timestamp("2013-05-18 00:00")


def test_a_hash_split_keeps_its_training_side_of_its_own_window(
    flights: pd.DataFrame, settings: Config
) -> None:
    split = HashSplit(name="hash", validation_share=0.1, test_share=0.2)
    seen = side_of(flights, settings.data, split, "2013-06")
    june = flights["departure"] < "2013-07-01"
    trained = splits.by_hash(flights[settings.data.key], split) == "train"
    np.testing.assert_array_equal(seen, june.to_numpy() & trained)
    assert 0.6 < seen[june.to_numpy()].mean() < 0.8


def test_a_group_split_keeps_the_training_side_of_whole_groups(flights: pd.DataFrame) -> None:
    data = config_of("data.group=carrier", "data.key=[departure,flight]").data
    flights = flights.assign(carrier=[f"c{number % 40}" for number in flights["flight"]])
    split = GroupSplit(name="group", validation_share=0.1, test_share=0.2)
    seen = pd.Series(side_of(flights, data, split, "2013-07"))
    assert (seen.groupby(flights["carrier"]).nunique() == 1).all()
    side = splits.by_hash(flights[["carrier"]], split)
    np.testing.assert_array_equal(seen, side == "train")


def test_a_cross_validated_model_has_seen_what_nobody_can_tell(
    flights: pd.DataFrame, settings: Config
) -> None:
    text = "split: {name: c, method: cross_validation, folds: 5}\ndata: {through: 2013-06}\n"
    assert by_split(flights, settings.data, text) is None


def test_params_of_another_time_may_tell_nothing(flights: pd.DataFrame, settings: Config) -> None:
    text = "split: {name: t, method: time, validation_days: 14, test_days: 30}\n"
    known = by_split(flights, settings.data, text + "data: {through: 2013-06}\n")
    assert known is not None
    assert known.sum() == 17 * 24
    for unknown in (None, "", "split: {method: magic}\ndata: {through: 2013-06}", "a: [", text):
        assert by_split(flights, settings.data, unknown) is None
