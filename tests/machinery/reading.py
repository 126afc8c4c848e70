"""Tables as files, and how they are read: what the tests of reading have in common."""

import gzip
import io
import lzma
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from mlops.config.schema import Column, Data
from mlops.config.source import Reading
from mlops.data.reading import rows
from mlops.errors import UserError

COLUMNS = {
    "id": Column(type="integer"),
    "size": Column(type="number", nullable=True),
    "kind": Column(type="category", nullable=True),
    "sold": Column(type="boolean"),
    "at": Column(type="timestamp", nullable=True),
}
HEADER = "id,size,kind,sold,at\n"
GOOD = f"{HEADER}1,2.5,a,true,2013-01-01 10:00\n2,,NA,no,2013-01-02 11:30:15.5\n"
MORE = "".join(f"{n},1.5,b,0,2013-01-03\n" for n in range(3, 1003))


def data(path: Path, reading: Reading | None = None, **changes: Any) -> Data:
    """The declaration of a table that is read from a file."""
    given: dict[str, Any] = {
        "name": "things",
        "task": "binary",
        "source": path.as_posix(),
        "start": None,
        "through": None,
        "target": "sold",
        "time": None,
        "key": ["id"],
        "group": None,
        "resample": "row",
        "segments": [],
        "identifiers": ["id", "at"],
        "columns": COLUMNS,
        "reading": reading,
    }
    return Data(**(given | changes))


def frame(path: Path, reading: Reading | None = None, **changes: Any) -> pd.DataFrame:
    """All rows of a source, in their order."""
    table = data(path, reading, **changes)
    batches = rows.batches(table, rows.files(table.source), table.columns)
    parts: list[pd.DataFrame] = [batch.to_pandas() for batch in batches]
    return pd.concat(parts, ignore_index=True)


def refused(path: Path, reading: Reading | None = None) -> list[str]:
    """What is said of a file that is refused."""
    with pytest.raises(UserError) as error:
        frame(path, reading)
    lines = str(error.value).splitlines()
    assert lines == list(error.value.lines)
    assert max(map(len, lines)) < 300
    return lines


def pack(content: bytes, name: Path) -> bytes:
    """Compress as the ending of a file's name says."""
    if name.suffix == ".gz":
        return gzip.compress(content)
    if name.suffix == ".xz":
        return lzma.compress(content)
    if name.suffix == ".zst":
        packed: bytes = pa.compress(content, codec="zstd", asbytes=True)
        return packed
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", content)
    return buffer.getvalue()
