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
    """The columns by which rows are found in a file of another commit: the key, or else all."""
    if key_holds(data, commit):
        return data.key
    return [name for name in tables.names(file) if name in data.columns and name != PLACE]


def hashes(table: "pd.DataFrame", columns: list[str], data: Data) -> "np.ndarray":
    """Hash some columns of each row to 64 bits.

    It does not matter in which precision a time was stored, nor whether there are nulls among whole
    numbers, which pandas then reads as floats.
    """
    import pandas as pd

    types = {
        name: "datetime64[us]" if declared.type == "timestamp" else "float64"
        for name, declared in data.columns.items()
        if declared.type == "timestamp" or (declared.type == "integer" and declared.nullable)
    }
    cells = table[columns]
    cells = cells.astype({name: kind for name, kind in types.items() if name in columns})
    found: np.ndarray = pd.util.hash_pandas_object(cells, index=False).to_numpy()
    return found
