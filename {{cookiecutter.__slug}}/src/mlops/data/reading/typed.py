"""Batches of a source's columns, brought to what `conf/data/` declares; and which cells are not."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlops.config.schema import Column
from mlops.config.source import Reading, Written
from mlops.data import tables
from mlops.data.problem import Problem
from mlops.data.reading import cells

if TYPE_CHECKING:
    import pyarrow as pa

UNSAID = Written()


class Wanted(NamedTuple):
    """What is read of a source: columns, how they are written, and which may not be null."""

    columns: Mapping[str, Column]
    reading: Reading
    required: Collection[str] = ()

    def written(self, name: str) -> Written:
        """How a column is written."""
        return self.reading.columns.get(name, UNSAID)

    @property
    def headers(self) -> dict[str, str]:
        """What each column is called in the source."""
        return {name: self.written(name).header or name for name in self.columns}


def convert(batch: "pa.RecordBatch", wanted: Wanted) -> "pa.RecordBatch":
    """Bring a batch, its columns in the wanted order, to the declared names and types.

    Raise `ValueError` where a cell is not of its type, or is null where it may not be.
    """
    import pyarrow as pa

    arrays = []
    for (name, column), array in zip(wanted.columns.items(), batch.columns, strict=True):
        if array.null_count and name in wanted.required:
            raise ValueError("a null that may not be")
        arrays.append(cells.convert(array, column, wanted.written(name)))
    return pa.record_batch(arrays, schema=tables.schema(wanted.columns))


def problems(
    path: Path, batches: "Iterable[pa.RecordBatch]", row: int, wanted: Wanted
) -> list[Problem]:
    """Look at each cell: the first that is wrong in each column, and how many are.

    `row` is the number of the first row. Columns are called as the source calls them.
    """
    import pyarrow.compute as pc

    found: dict[str, Problem] = {}
    for batch in batches:
        for (name, column), array in zip(wanted.columns.items(), batch.columns, strict=True):
            written = wanted.written(name)
            wrong = cells.wrong(array, column, written, name in wanted.required)
            if not (count := pc.sum(wrong).as_py()):
                continue
            place = pc.index(wrong, True).as_py()
            value = cells.shown(array[place])
            expected = cells.expected(column, written, value)
            header = wanted.headers[name]
            first = found.get(name) or Problem(str(path), header, row + place, value, expected, 0)
            found[name] = first._replace(rows=first.rows + count)
        row += batch.num_rows
    return [found[name] for name in wanted.columns if name in found]
