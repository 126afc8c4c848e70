"""The lower rungs, which run scikit-learn: on the whole pipeline, or on its estimator alone."""

from pathlib import Path
from typing import Any

import numpy as np
from mlops.scoring.archive import Members
from mlops.scoring.columns import Columns
from mlops.scoring.contract import Contract

MODEL = "model.skops"
TYPES = {"number": "float64", "integer": "int64", "category": "string", "boolean": "bool"}


def model(members: Members) -> Any:
    """The pipeline that an archive carries, of trusted types only."""
    from mlops.model import persistence

    return persistence.loads(members[MODEL], Path(MODEL))


def of_pipeline(pipeline: Any, contract: Contract, columns: Columns) -> np.ndarray:
    """The scores of a pipeline, on a table as the stages read one."""
    from mlops.model.tasks import task

    return task.predict(contract.task, pipeline, frame(contract, columns), contract.classes)


def frame(contract: Contract, columns: Columns) -> Any:
    """The features as a pandas table, each of the type that the training rows had."""
    import pyarrow as pa

    arrays = {}
    for name, feature in contract.features.items():
        values, kind = columns[name], pa.type_for_alias(TYPES[feature.type])
        arrays[name] = pa.array(values, kind) if isinstance(values, list) else values.cast(kind)
    return pa.table(arrays).to_pandas()
