"""Ingest: the table that `conf/data/` names becomes data/raw, one Parquet file for each month."""

import json
from collections.abc import Callable

from mlops import stage
from mlops.config import params
from mlops.config.explain import nearest
from mlops.config.schema import Data
from mlops.data import partitions
from mlops.errors import UserError

from . import bundled, flights
from .paths import RAW

# Who reads which table, by the name of its file in `conf/data/`. Yours goes here.
READERS: dict[str, Callable[[Data], partitions.Source]] = {
    "breast_cancer": bundled.breast_cancer,
    "diabetes": bundled.diabetes,
    "flights": flights.flights,
    "wine": bundled.wine,
}


def ingest() -> None:
    """Bring data/raw to the window of `conf/data/`; months that are there already are kept."""
    data = params.load().data
    if data.name not in READERS:
        known = nearest(data.name, sorted(READERS))
        raise UserError(f"{__file__}: READERS has no reader for the data {data.name!r}; {known}")
    files, build = READERS[data.name](data)
    columns = json.dumps([data.name, *data.columns])
    fingerprint = partitions.digest(stage.code_digest("ingest"), columns, *files)
    partitions.update(RAW, partitions.names(data), fingerprint, build)


def newest_period() -> str:
    """The last month that the source has; `mlops retrain` asks for it."""
    return flights.newest_month(params.load().data)
