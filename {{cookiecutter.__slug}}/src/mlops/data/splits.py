"""Decide each row's side, train, validation or test, from the row alone or from the last day."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops.config.schema import ShareSplit, TimeSplit
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


def by_hash(keys: "pd.DataFrame", split: ShareSplit) -> "np.ndarray":
    """Let a hash of the key, or of the group, decide: the same one is always on the same side."""
    import numpy as np

    position = positions(keys)
    test, validation = split.test_share, split.test_share + split.validation_share
    return np.select([position < test, position < validation], ["test", "validation"], "train")


def folds(keys: "pd.DataFrame", count: int) -> "np.ndarray":
    """The fold of each row, from 0 on, by a hash of its key or of its group."""
    import numpy as np

    fold: np.ndarray = np.minimum((positions(keys) * count).astype(int), count - 1)
    return fold


def positions(keys: "pd.DataFrame") -> "np.ndarray":
    """Place each row between 0 and 1, evenly, by a hash of its key."""
    import numpy as np

    return np.fromiter((hash_position(key) for key in key_texts(keys)), float, len(keys))


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


def check_sides(rows: dict[str, int], classes: dict[str, set[str]] | None) -> None:
    """Refuse a split with an empty side, with one class on a side, or one that training lacks.

    `classes` are those of the target on each side; None for a number.
    """
    for side in rows:
        where = f"data/prepared/{side}.parquet: this split leaves"
        if rows[side] == 0:
            raise UserError(
                f"{where} no rows for {side}: change conf/split/, or widen the window in conf/data/"
            )
        if classes is None:
            continue
        if len(classes[side]) < 2:
            raise UserError(
                f"{where} one class among the {rows[side]:,} rows of {side}:"
                " change conf/split/, or widen the window"
            )
        if unseen := sorted(classes[side] - classes["train"]):
            raise UserError(
                f"{where} the class {unseen[0]!r} in {side}, but not in train:"
                " change conf/split/, or widen the window"
            )
