"""Keys that two partitions share: a hash of each row's key is enough to find them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops.config.schema import Data
from mlops.data import tables
from mlops.data.problem import Problem

if TYPE_CHECKING:
    import pandas as pd

Key = tuple[str, ...]
Hashes = dict[Key, dict[str, "pd.Series[Any]"]]  # by columns, then by partition


def hashes(frame: "pd.DataFrame", partition: str, data: Data) -> Hashes:
    """Eight bytes for each row of a partition, for each key that other partitions may have too.

    Rows of different months differ in a key that the time is part of.
    """
    from pandas.util import hash_pandas_object

    keys: list[Key] = [(name,) for name, column in data.columns.items() if column.unique]
    if data.start is None or data.time not in data.key:
        keys.append(tuple(data.key))
    found: Hashes = {}
    for key in keys:
        if set(key) <= set(frame.columns):
            known = frame[list(key)].dropna().reset_index(names="")
            whole = [name for name in key if data.columns[name].type == "integer"]
            known = known.astype(dict.fromkeys(whole, "int64"))  # where there were nulls as well
            values = hash_pandas_object(known[list(key)], index=False)
            found[key] = {partition: values.set_axis(known[""])}
    return found


def merge(one: Hashes, other: Hashes) -> Hashes:
    """Put those of other partitions beside them; associative, order kept."""
    keys = dict.fromkeys([*one, *other])
    return {key: one.get(key, {}) | other.get(key, {}) for key in keys}


def repeated(found: Hashes, directory: str) -> list[Problem]:
    """The keys that are in several partitions: where the first one is for the second time."""
    import pandas as pd

    problems = []
    for key, parts in found.items():
        every = pd.concat(parts)
        again = every.duplicated()
        if again.any():
            first: tuple[str, int] = every.index[int(again.to_numpy().argmax())]
            partition, row = first
            path = Path(directory, f"{partition}.parquet")
            cells: list[Any] = tables.read(path, key).iloc[row].tolist()
            value, count = ", ".join(map(str, cells)), int(again.sum())
            expected = "each key once in all partitions"
            problems.append(Problem(str(path), ", ".join(key), row + 1, value, expected, count))
    return problems
