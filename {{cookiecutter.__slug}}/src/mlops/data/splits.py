"""Decide each row's side, train, validation or test, from the row alone or from the last day."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops.config.schema import HashSplit, TimeSplit
from mlops.data import tables
from mlops.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SIDES = ("train", "validation", "test")


def last_day(path: Path, time: str) -> "pd.Timestamp | None":
    """The last day in one partition."""
    latest = tables.read(path, [time])[time].max()
    return latest.normalize() if latest == latest else None


def by_time(times: "pd.Series[Any]", split: TimeSplit, last: "pd.Timestamp") -> "np.ndarray":
    """Give the last `test_days` days, `last` included, to test; those before, to validation."""
    import numpy as np
    import pandas as pd

    test = last - pd.Timedelta(days=split.test_days - 1)
    validation = test - pd.Timedelta(days=split.validation_days)
    return np.select([times >= test, times >= validation], ["test", "validation"], "train")


def by_hash(keys: "pd.DataFrame", split: HashSplit) -> "np.ndarray":
    """Let a hash of the key decide: the same key is always on the same side."""
    import numpy as np

    position = np.fromiter((hash_position(key) for key in key_texts(keys)), float, len(keys))
    test, validation = split.test_share, split.test_share + split.validation_share
    return np.select([position < test, position < validation], ["test", "validation"], "train")


def key_texts(keys: "pd.DataFrame") -> list[str]:
    """Write each row's key as one text, the same wherever and whenever it is read."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def text(column: pa.Array) -> pa.Array:
        if pa.types.is_timestamp(column.type):  # whatever precision it was stored in
            column = column.cast(pa.timestamp("us"))
        return pc.fill_null(column.cast(pa.string()), "")

    texts = [text(pa.Array.from_pandas(keys[name])) for name in keys]
    joined = pc.binary_join_element_wise(*texts, "\x1f")
    return list(joined.to_pylist())


def hash_position(key: str) -> float:
    """Place a key between 0 and 1, evenly (BLAKE2b, 8 bytes)."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest()) / 2**64


def check_sides(rows: dict[str, int], positives: dict[str, int]) -> None:
    """Refuse a split with an empty side, or with a side of one class."""
    for side in SIDES:
        if rows[side] == 0:
            raise UserError(
                f"data/prepared/{side}.parquet: this split leaves no rows for {side}:"
                " change conf/split/, or widen the window in conf/data/"
            )
        if positives[side] in (0, rows[side]):
            raise UserError(
                f"data/prepared/{side}.parquet: this split leaves one class among the"
                f" {rows[side]:,} rows of {side}: change conf/split/, or widen the window"
            )
