"""Split: every row of data/raw goes to train, validation or test in data/prepared."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mlops.config import params
from mlops.config.schema import Config, FoldSplit, GroupSplit, TimeSplit
from mlops.data import partitions, splits, tables

from .paths import PREPARED, RAW

if TYPE_CHECKING:
    import pandas as pd


def split() -> None:
    """Write one file a side, month after month, so that memory does not grow with the data."""
    config = params.load()
    paths = partitions.files(RAW)
    work = partial(sides_of, config=config, last=last_day(config, paths))
    rows, classes = dict.fromkeys(splits.SIDES, 0), {side: set[str]() for side in splits.SIDES}
    with ExitStack() as files:
        writers = {
            side: files.enter_context(
                tables.appending(PREPARED / f"{side}.parquet", config.data.columns)
            )
            for side in splits.SIDES
        }
        for parts in partitions.each(work, paths):
            for side, table in parts.items():
                writers[side](table)
                rows[side] += len(table)
                if config.data.task != "regression":
                    classes[side] |= set(map(str, table[config.data.target].unique()))
        if isinstance(config.split, FoldSplit):
            del rows["validation"]  # each fold is tested in its turn
        splits.check_sides(rows, None if config.data.task == "regression" else classes)
    print(", ".join(f"{count:,} rows to {side}" for side, count in rows.items()))


def last_day(config: Config, paths: list[Path]) -> "pd.Timestamp | None":
    """The last day in the data, where the split is by time."""
    if not isinstance(config.split, TimeSplit) or config.data.time is None:
        return None
    work = partial(splits.last_day, time=config.data.time)
    return max(day for day in partitions.each(work, paths) if day is not None)


def sides_of(path: Path, config: Config, last: "pd.Timestamp | None") -> dict[str, "pd.DataFrame"]:
    """Cut one month into its sides."""
    table = tables.read(path)
    if isinstance(config.split, FoldSplit):
        return {"train": table, "validation": table.head(0), "test": table}
    if isinstance(config.split, TimeSplit):
        assert config.data.time is not None  # compose checks it
        assert last is not None
        side = splits.by_time(table[config.data.time], config.split, last)
    else:
        grouped = isinstance(config.split, GroupSplit)
        columns = config.data.kept_together if grouped else config.data.key
        side = splits.by_hash(table[columns], config.split)
    return {name: table[side == name] for name in splits.SIDES}
