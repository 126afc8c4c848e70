"""Columns as they come, Python lists or Arrow arrays with nulls, as numbers that a model takes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

Values: TypeAlias = "list[Any] | pa.Array | pa.ChunkedArray"
Columns: TypeAlias = Mapping[str, Values]


def numbers(values: Values) -> np.ndarray:
    """Numbers or truth values as float64, null as NaN, shape (rows,)."""
    if not isinstance(values, list):
        values = values.to_numpy(zero_copy_only=False)
    return np.asarray(values, dtype=np.float64)


def places(values: Values, known: Mapping[Any, int], unseen: int) -> np.ndarray:
    """The place of each text, shape (rows,); `known` has one for null (None) too."""
    if isinstance(values, list):
        return np.array([known.get(value, unseen) for value in values], dtype=np.intp)
    import pyarrow as pa

    if not pa.types.is_dictionary(values.type):
        values = values.dictionary_encode()
    if isinstance(values, pa.ChunkedArray):
        values = values.unify_dictionaries().combine_chunks()
    distinct = values.dictionary.to_pylist()
    table = np.array([known.get(value, unseen) for value in [*distinct, None]], dtype=np.intp)
    found: np.ndarray = table.take(values.indices.fill_null(len(distinct)).to_numpy())
    return found
