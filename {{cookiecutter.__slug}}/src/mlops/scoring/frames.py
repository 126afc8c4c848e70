"""Score pandas tables, as the stages hold them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlops.config.schema import Column
from mlops.data import tables
from mlops.scoring import scorer

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def predictor(path: Path, features: Mapping[str, Column]) -> "Callable[[pd.DataFrame], np.ndarray]":
    """Load a scorer; the function from tables to scores, shape (rows,) or (rows, classes)."""
    loaded = scorer.load(path)
    return lambda table: loaded.score(tables.arrow(table, features))
