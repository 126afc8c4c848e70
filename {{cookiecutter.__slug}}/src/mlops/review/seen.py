"""Find the test rows that another model was trained on: on those it would be examined unfairly."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from mlops import layout
from mlops.config.params import parse
from mlops.config.schema import Data, FoldSplit, GroupSplit, HashSplit, Split, TimeSplit
from mlops.data import splits, tables
from mlops.errors import UserError
from mlops.repository import git, lock, objects
from mlops.review.same_rows import hashes, key_holds, telling

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def seen_rows(table: "pd.DataFrame", data: Data, commit: str) -> "np.ndarray | None":
    """Tell which rows the model of a commit was trained on, shape (rows,); None where unknown.

    The keys of its training rows decide, or all their cells where a key is only a place. Where
    these cannot be had, its split does: by the key's hash, or by the time from which on rows were
    kept for the test.
    """
    import numpy as np

    theirs = lock.digest(lock.at(commit), layout.TRAIN.as_posix())
    if theirs is None:
        return None
    if theirs == lock.digest(lock.read(), layout.TRAIN.as_posix()):
        return np.zeros(len(table), bool)  # its training rows are the candidate's own
    try:
        train = objects.fetch(theirs)
        return among(table, train, telling(data, commit, train), data)
    except UserError:
        if data.kept_together == data.key and not key_holds(data, commit):
            return None
        return by_split(table, data, git.show(commit, "params.yaml"))


def among(table: "pd.DataFrame", train: Path, columns: list[str], data: Data) -> "np.ndarray":
    """Tell which rows have the cells of a training row."""
    import numpy as np

    return np.isin(hashes(table, columns, data), hashes(tables.read(train, columns), columns, data))


def by_split(table: "pd.DataFrame", data: Data, params: str | None) -> "np.ndarray | None":
    """Apply the split of another commit's `params.yaml` to the rows of its window."""
    try:
        values: dict[str, Any] = parse(params or "", "params.yaml", "")
        split = msgspec.convert(values["split"], Split)
        through = values["data"]["through"]
    except (UserError, msgspec.ValidationError, KeyError, TypeError):
        return None
    if isinstance(split, FoldSplit) or data.time is None or through is None:
        return None
    return side_of(table, data, split, str(through))


def side_of(
    table: "pd.DataFrame", data: Data, split: TimeSplit | HashSplit | GroupSplit, through: str
) -> "np.ndarray":
    """Tell which rows up to the month `through` a split gives to training."""
    import numpy as np
    import pandas as pd

    times = table[data.time]
    last = pd.Period(through, "M").end_time.normalize()
    known = (times < last + pd.Timedelta(days=1)).to_numpy()
    if isinstance(split, TimeSplit):
        side = splits.by_time(times, split, last)
    else:
        grouped = isinstance(split, GroupSplit)
        side = splits.by_hash(table[data.kept_together if grouped else data.key], split)
    return np.asarray(known & (side == "train"))
