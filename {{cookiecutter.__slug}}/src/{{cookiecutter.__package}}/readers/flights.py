"""The starter's table: flights joined with weather and planes, month by month."""

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from mlops.config.schema import Data
from mlops.data import sources
from mlops.data.partitions import Source
from mlops.data.reading import delimited

if TYPE_CHECKING:
    import pandas as pd

FILES = ["flights.csv.zip", "weather.csv", "planes.csv"]

# What is read of each file of the source, and as what. Columns that are known only after departure
# (dep_time, dep_delay, arr_time, air_time) are not read at all; arr_delay makes the target.
FLIGHTS = {
    **dict.fromkeys(["year", "month", "day", "sched_dep_time", "sched_arr_time"], "integer"),
    **dict.fromkeys(["carrier", "tailnum", "origin", "dest"], "category"),
    **{"time_hour": "timestamp", "flight": "integer", "distance": "number", "arr_delay": "number"},
}
WEATHER = {
    **{"origin": "category", "time_hour": "timestamp", "temp": "number", "dewp": "number"},
    **dict.fromkeys(["humid", "wind_dir", "wind_speed", "wind_gust"], "number"),
    **dict.fromkeys(["precip", "pressure", "visib"], "number"),
}
PLANES = {"tailnum": "category", "year": "number", "seats": "number", "manufacturer": "category"}
NAMES = {
    **{"dest": "destination", "manufacturer": "plane_maker", "seats": "plane_seats"},
    **{"temp": "temperature", "dewp": "dew_point", "humid": "humidity", "visib": "visibility"},
    **{"wind_dir": "wind_direction", "precip": "precipitation"},
}


def read(data: Data) -> Source:
    """The files that the months are made of, and how one is made."""
    files = sources.find_files(data.source, FILES)
    return Source(files, partial(month_table, files, list(data.columns)))


def newest(data: Data) -> str:
    """The last month that the source has."""
    files = sources.find_files(data.source, FILES[:1])
    table = delimited.read(files[0], {"year": "integer", "month": "integer"})
    year, month = max(zip(table["year"], table["month"], strict=True))
    return f"{year}-{month:02}"


def month_table(files: list[Path], columns: list[str], month: str) -> "pd.DataFrame":
    """One row for each flight of the month that landed where it was meant to."""
    import pandas as pd

    flights, weather, planes = files
    year, number = map(int, month.split("-"))
    table = read_flights(flights)
    table = table[(table["year"] == year) & (table["month"] == number)]
    table = table[table["arr_delay"].notna()]
    table = table.merge(read_weather(weather), on=["origin", "known_at"], how="left")
    table = table.merge(read_planes(planes), on="tailnum", how="left")
    table["late"] = table["arr_delay"] > 15
    table["departure_minute"] = minutes(table["sched_dep_time"])
    table["arrival_minute"] = minutes(table["sched_arr_time"])
    days = pd.to_datetime(table[["year", "month", "day"]])
    table["departure"] = days + pd.to_timedelta(table["departure_minute"], unit="min")
    table["weekday"] = days.dt.day_of_week
    table["plane_age"] = (table["year"] - table["plane_year"]).clip(lower=0)
    table = table.sort_values(["departure", "origin", "carrier", "flight"])
    table = table.rename(columns=NAMES)
    return table[[column for column in columns if column in table]]


@cache
def read_flights(path: Path) -> "pd.DataFrame":
    """All flights; the weather that counts is what was known an hour before departure."""
    import pandas as pd

    table = delimited.read(path, FLIGHTS)
    table["known_at"] = table["time_hour"] - pd.Timedelta(hours=1)
    return table


@cache
def read_weather(path: Path) -> "pd.DataFrame":
    """The weather of each airport and hour."""
    table = delimited.read(path, WEATHER).rename(columns={"time_hour": "known_at"})
    return table.drop_duplicates(["origin", "known_at"])


@cache
def read_planes(path: Path) -> "pd.DataFrame":
    """Each plane by its tail number."""
    table = delimited.read(path, PLANES).rename(columns={"year": "plane_year"})
    return table.drop_duplicates("tailnum")


def minutes(clock: "pd.Series[int]") -> "pd.Series[int]":
    """Turn 1745, quarter to six in the evening, into minutes after midnight."""
    return clock // 100 * 60 + clock % 100
