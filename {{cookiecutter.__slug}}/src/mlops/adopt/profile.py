"""`mlops profile`: a closer look at any table, by skrub's TableReport."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops.errors import UserError
from mlops.files import replacing

if TYPE_CHECKING:
    import pandas as pd

PAGE = Path("reports/profile.html")
ROWS = 100_000  # of a CSV file that are read; of more, a report takes minutes
COLUMNS = 100  # of which distributions and associations are drawn


def profile(path: Path) -> Path:
    """Write the report on a CSV or Parquet file. Raise `UserError` where that cannot be done."""
    try:
        from skrub import TableReport
    except ImportError:
        raise UserError("mlops profile needs skrub: `uv sync --extra profile`") from None
    frame = read(path)
    few = len(frame.columns) <= COLUMNS
    report = TableReport(
        frame, title=path.name, verbose=0, plot_distributions=few, compute_associations=few
    )
    with replacing(PAGE) as temporary:
        temporary.write_text(report.html(), "utf-8")
    return PAGE


def read(path: Path) -> "pd.DataFrame":
    """Read the first rows of a table, whatever the delimiter of a CSV file is."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if path.suffix == ".parquet" or path.is_dir():
            frame: pd.DataFrame = pq.read_table(path).slice(0, ROWS).to_pandas()
            return frame
        return read_csv(path)
    except (OSError, ValueError, EOFError, csv.Error, pa.ArrowException) as error:
        problem = " ".join(str(error).split())
        raise UserError(f"{path}: not readable as a table ({problem})") from None


def read_csv(path: Path) -> "pd.DataFrame":
    """Read a CSV file; one without any delimiter has one column."""
    import pandas as pd

    how: dict[str, Any] = {"nrows": ROWS, "encoding": "utf-8-sig"}
    frame: pd.DataFrame
    try:
        frame = pd.read_csv(path, sep=None, engine="python", **how)
    except csv.Error:
        frame = pd.read_csv(path, **how)
    return frame
