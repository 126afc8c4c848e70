"""Find the rows of one commit among those of another."""

from pathlib import Path
from typing import TYPE_CHECKING

from mlops import layout
from mlops.config.schema import Data
from mlops.data import tables
from mlops.data.reading.rows import PLACE
from mlops.repository import lock

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def key_holds(data: Data, commit: str) -> bool:
    """Tell whether the key of a row was the same row's at another commit.

    A row's place is another's in another source, where rows may have moved.
    """
    source = layout.SOURCE.as_posix()
    if data.key != [PLACE]:
        return True
    return lock.digest(lock.at(commit), source) == lock.digest(lock.read(), source)


def telling(data: Data, commit: str, file: Path) -> list[str]:
    """The columns by which rows are found in a file of another commit: the key, or else all.

    A column that was text there and is none here, or the other way round, tells nothing.
    """
    from pyarrow import types

    if key_holds(data, commit):
        return data.key
    here, there = tables.schema(data.columns), tables.read_schema(file)
    both = [name for name in there.names if name in data.columns and name != PLACE]
    kinds = types.is_string, types.is_timestamp
    return [
        name
        for name in both
        if all(kind(here.field(name).type) == kind(there.field(name).type) for kind in kinds)
    ]


def hashes(table: "pd.DataFrame", columns: list[str], data: Data) -> "np.ndarray":
    """Hash some columns of each row to 64 bits.

    It does not matter in which precision a time was stored. Beside the key, neither does it whether
    a number was a whole one by declaration.
    """
    import pandas as pd

    types = {
        name: "datetime64[us]" if data.columns[name].type == "timestamp" else "float64"
        for name in columns
        if data.columns[name].type == "timestamp"
        or (name not in data.key and data.columns[name].type != "category")
    }
    cells = table[columns].astype(types)
    found: np.ndarray = pd.util.hash_pandas_object(cells, index=False).to_numpy()
    return found
