"""The data that the model learns from and is tested on."""

from pathlib import Path

import pandas as pd
import pytest
from mlops.config import params
from mlops.config.schema import TimeSplit
from mlops.data import sources, splits

from {{cookiecutter.__package}} import ingest
from {{cookiecutter.__package}}.paths import PREPARED, RAW


def sides() -> dict[str, pd.DataFrame]:
    return {side: pd.read_parquet(PREPARED / f"{side}.parquet") for side in splits.SIDES}


def test_each_row_is_on_exactly_one_side(project: Path) -> None:
    key = params.load().data.key
    rows = pd.concat(sides().values())
    raw = pd.concat(pd.read_parquet(path) for path in sorted(RAW.glob("*.parquet")))
    assert not rows.duplicated(key).any()
    assert len(rows) == len(raw)


def test_the_past_is_trained_on_and_the_future_tested(project: Path) -> None:
    config = params.load()
    if not isinstance(config.split, TimeSplit):
        pytest.skip("the split is not by time")
    train, validation, test = (table[config.data.time] for table in sides().values())
    assert train.max() < validation.min()
    assert validation.max() < test.min()


def test_the_model_sees_nothing_that_is_known_only_afterwards(project: Path) -> None:
    features = params.load().data.features
    leaks = {"late", "arr_delay", "dep_delay", "dep_time", "arr_time", "air_time"}
    assert not leaks & set(features)
    assert set(features) <= set(sides()["test"].columns)


def test_weather_is_that_of_an_hour_before_departure(small_run: Path) -> None:
    data = params.load(small_run / "params.yaml").data
    files = sources.find_files(data.source, ["flights.csv.zip", "weather.csv", "planes.csv"])
    flights, weather = ingest.read_flights(files[0]), ingest.read_weather(files[1])
    flight = flights[flights["arr_delay"].notna()].iloc[1000]
    hour = flight["time_hour"] - pd.Timedelta(hours=1)
    known = weather[(weather["origin"] == flight["origin"]) & (weather["known_at"] == hour)]
    if "temperature" not in data.columns:
        pytest.skip("the temperature is no column any more")
    month = ingest.month_table(files, list(data.columns), f"2013-{flight['month']:02d}")
    row = month[
        (month["flight"] == flight["flight"])
        & (month["carrier"] == flight["carrier"])
        & (month["departure"].dt.day == flight["day"])
    ]
    assert row["temperature"].tolist() == known["temp"].tolist()


def test_minutes_after_midnight() -> None:
    assert ingest.minutes(pd.Series([5, 1745, 2359])).tolist() == [5, 17 * 60 + 45, 23 * 60 + 59]
