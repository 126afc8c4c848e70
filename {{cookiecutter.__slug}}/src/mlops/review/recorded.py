"""The scores that a commit's own evaluation recorded, for rows that are in this exam too.

A change of the recipe may give a column another meaning. Another model would then be examined on
inputs that it was not made for; what it said of the same rows with its own inputs is on record.
"""

from typing import TYPE_CHECKING

from mlops import layout
from mlops.config.schema import Data
from mlops.data import tables
from mlops.errors import UserError
from mlops.repository import lock, objects
from mlops.review.seen import key_hashes

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def recorded_scores(table: "pd.DataFrame", data: Data, commit: str) -> "np.ndarray | None":
    """The recorded score of each row, shape (rows,), NaN where there is none.

    None where the test rows are the same to the byte, so that nothing can differ, and where the
    record cannot be had.
    """
    import numpy as np

    theirs, ours = lock.at(commit), lock.read()
    test = layout.TEST.as_posix()
    digest = lock.digest(theirs, layout.PREDICTIONS.as_posix())
    if digest is None or lock.digest(theirs, test) == lock.digest(ours, test):
        return None
    try:
        record = tables.read(objects.fetch(digest), [*data.key, "score"])
    except UserError:
        return None
    known = key_hashes(record, data.key)
    order = np.argsort(known)
    wanted = key_hashes(table, data.key)
    place = np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)
    found = known[order][place] == wanted
    scores: np.ndarray = np.where(found, record["score"].to_numpy()[order][place], np.nan)
    return scores
