"""The scores that a commit's own evaluation recorded, for rows that are in this exam too.

A change of the recipe may give a column another meaning. Another model would then be examined on
inputs that it was not made for; what it said of the same rows with its own inputs is on record.
"""

from typing import TYPE_CHECKING

from mlops import layout
from mlops.config.schema import Data
from mlops.data import tables
from mlops.errors import UserError
from mlops.model import scores
from mlops.repository import lock, objects
from mlops.review.same_rows import hashes, telling

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def same_test_rows(commit: str) -> bool:
    """Tell whether a commit's test rows are those of today, to the byte."""
    test = layout.TEST.as_posix()
    return lock.digest(lock.at(commit), test) == lock.digest(lock.read(), test)


def recorded_scores(table: "pd.DataFrame", data: Data, commit: str) -> "np.ndarray | None":
    """The recorded score of each row, shape (rows,) or (rows, classes), NaN where there is none.

    None where the record cannot be had, or is one of other classes.
    """
    import numpy as np

    digest = lock.digest(lock.at(commit), layout.PREDICTIONS.as_posix())
    if digest is None:
        return None
    try:
        file = objects.fetch(digest)
        columns = telling(data, commit, file)
        record = tables.read(file, [*columns, *scores.names(scores.SCORE, data)])
    except UserError:
        return None
    known = hashes(record, columns, data)
    order = np.argsort(known)
    wanted = hashes(table, columns, data)
    place = np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)
    found = known[order][place] == wanted
    recorded = scores.read(record, scores.SCORE, data).astype(float)[order][place]
    recorded[~found] = np.nan
    return recorded
