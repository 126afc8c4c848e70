"""The starter's table; this file goes when `readers/flights.py` does."""

from pathlib import Path

import pandas as pd
import pytest
from mlops.config import params
from mlops.config.schema import Data
from mlops.data import sources

from {{cookiecutter.__package}}.readers import flights


@pytest.fixture
def data(small_run: Path) -> Data:
    data = params.load(small_run / "params.yaml").data
    if data.name != "flights":
        pytest.skip("the data is another table")
    return data


def test_the_model_sees_nothing_that_is_known_only_afterwards(data: Data) -> None:
    leaks = {"late", "arr_delay", "dep_delay", "dep_time", "arr_time", "air_time"}
    assert not leaks & set(data.features)


def test_weather_is_that_of_an_hour_before_departure(data: Data) -> None:
    if "temperature" not in data.columns:
        pytest.skip("the temperature is no column any more")
    files = sources.find_files(data.source, flights.FILES)
    table, weather = flights.read_flights(files[0]), flights.read_weather(files[1])
    flight = table[table["arr_delay"].notna()].iloc[1000]
    hour = flight["time_hour"] - pd.Timedelta(hours=1)
    known = weather[(weather["origin"] == flight["origin"]) & (weather["known_at"] == hour)]
    month = flights.month_table(files, list(data.columns), f"2013-{flight['month']:02d}")
    row = month[
        (month["flight"] == flight["flight"])
        & (month["carrier"] == flight["carrier"])
        & (month["departure"].dt.day == flight["day"])
    ]
    assert row["temperature"].tolist() == known["temp"].tolist()


def test_minutes_after_midnight() -> None:
    assert flights.minutes(pd.Series([5, 1745, 2359])).tolist() == [5, 17 * 60 + 45, 23 * 60 + 59]
