"""The lower rungs, which run scikit-learn: on its estimator alone, or on the whole pipeline."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from mlops.scoring.archive import Members
from mlops.scoring.columns import Columns
from mlops.scoring.contract import Contract
from mlops.scoring.document import Document
from mlops.scoring.inputs import Matrix

MODEL = "model.skops"
TYPES = {"number": "float64", "integer": "int64", "category": "string", "boolean": "bool"}


def pipeline(members: Members) -> Any:
    """The pipeline that an archive carries, of trusted types only."""
    from mlops.model import persistence

    if MODEL not in members:
        raise ValueError(f"{MODEL} is missing")
    return persistence.loads(members[MODEL], Path(MODEL))


class Estimator:
    """A pipeline's estimator, behind inputs that are made here."""

    def __init__(self, members: Members, document: Document) -> None:
        self.contract, self.matrix = document.contract, Matrix(document.inputs)
        self.estimator = pipeline(members)[-1]

    def scores(self, table: Columns) -> np.ndarray:
        """Shape (rows,) or (rows, classes)."""
        from mlops.model.tasks import task

        name, classes = self.contract.task, self.contract.classes
        inputs: Iterator[Any] = self.matrix.blocks(table)
        parts = [task.predict(name, self.estimator, rows, classes) for rows in inputs]
        return np.concatenate(parts).astype(np.float64)


class Whole:
    """A pipeline as it is, on a table as the stages read one."""

    def __init__(self, members: Members, document: Document) -> None:
        self.contract, self.pipeline = document.contract, pipeline(members)

    def scores(self, table: Columns) -> np.ndarray:
        """Shape (rows,) or (rows, classes)."""
        return of_pipeline(self.pipeline, self.contract, table)


def of_pipeline(pipeline: Any, contract: Contract, table: Columns) -> np.ndarray:
    """The scores of a pipeline, shape (rows,) or (rows, classes)."""
    from mlops.model.tasks import task

    found = task.predict(contract.task, pipeline, frame(contract, table), contract.classes)
    return found.astype(np.float64)


def frame(contract: Contract, table: Columns) -> Any:
    """The features as a pandas table, each of the type that the training rows had."""
    import pyarrow as pa

    arrays = {}
    for name, feature in contract.features.items():
        values, kind = table[name], pa.type_for_alias(TYPES[feature.type])
        arrays[name] = pa.array(values, kind) if isinstance(values, list) else values.cast(kind)
    return pa.table(arrays).to_pandas()
