"""Ingest: the table that `conf/data/` names becomes data/raw, month by month or in parts."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from mlops import stage
from mlops.config import params
from mlops.config.explain import nearest
from mlops.data import partitions
from mlops.data.reading import snapshots
from mlops.errors import UserError

from .paths import RAW

READERS = Path(__file__).parent / "readers"


def ingest() -> None:
    """Bring data/raw to what `conf/data/` says; what is there already is kept."""
    data, code = params.load().data, stage.code_digest("ingest")
    if data.reader is None:
        snapshots.update(RAW, data, code)
        return
    source: partitions.Source = reader(data.reader).read(data)
    columns = json.dumps([data.name, *data.columns])
    fingerprint = partitions.digest(code, columns, *source.files)
    partitions.update(RAW, partitions.names(data), fingerprint, source.build)


def newest_period() -> str | None:
    """The last month that the source has, if it has months; `mlops retrain` asks for it."""
    data = params.load().data
    if data.reader is None:
        return snapshots.newest(data)
    newest: str | None = reader(data.reader).newest(data)
    return newest


def reader(name: str) -> Any:
    """The module of readers/ that has this name: `read(data)` and `newest(data)` are its own."""
    there = sorted(path.stem for path in READERS.glob("[!_]*.py"))
    if name not in there:
        near = nearest(name, there) if there else "there is no module in it"
        raise UserError(f"data.reader: {READERS.name}/ has no {name!r}; {near}")
    return import_module(f".{READERS.name}.{name}", __package__)
