"""Trees of any size, evaluated by Treelite's general library."""

import numpy as np
from mlops.scoring.archive import Members
from mlops.scoring.columns import Columns
from mlops.scoring.document import Document
from mlops.scoring.inputs import Matrix

TREES = "trees.treelite"


class Trees:
    """The margins of an ensemble; the member is Treelite's own format."""

    def __init__(self, members: Members, document: Document) -> None:
        from treelite import Model

        self.model = Model.deserialize_bytes(members[TREES])
        self.matrix = Matrix(document.inputs)
        if self.model.num_feature != self.matrix.width:
            raise ValueError("the trees are not those of the inputs")
        self.single = document.single
        self.type = np.dtype(self.model.input_type)

    def margins(self, table: Columns) -> np.ndarray:
        """Shape (rows,), or (rows, classes) of more than one."""
        found = np.concatenate([self.of(rows) for rows in self.matrix.blocks(table)])
        return found[:, 0] if found.shape[1] == 1 else found

    def of(self, rows: np.ndarray) -> np.ndarray:
        """The margins of some rows, shape (rows, classes)."""
        from treelite import gtil

        if self.single:
            with np.errstate(over="ignore"):  # what is too large is infinite, as the library has it
                rows = rows.astype(np.float32)
        found = gtil.predict(self.model, rows.astype(self.type), nthread=1, pred_margin=True)
        margins: np.ndarray = found.reshape(len(rows), -1)
        return margins
