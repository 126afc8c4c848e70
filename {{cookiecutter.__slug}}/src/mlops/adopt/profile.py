"""`mlops profile`: a closer look at any table, by skrub's TableReport."""

from pathlib import Path
from typing import TYPE_CHECKING

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
    report = TableReport(
        frame,
        title=path.name,
        verbose=0,
        max_plot_columns=COLUMNS,
        max_association_columns=COLUMNS,
    )
    with replacing(PAGE) as temporary:
        temporary.write_text(report.html(), "utf-8")
    return PAGE


def read(path: Path) -> "pd.DataFrame":
    """Read the first rows of a table, the delimiter of a CSV file as it is found."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if path.suffix == ".parquet" or path.is_dir():
            frame: pd.DataFrame = pq.read_table(path).slice(0, ROWS).to_pandas()
            return frame
        return pd.read_csv(path, sep=None, engine="python", nrows=ROWS, encoding="utf-8-sig")
    except (OSError, ValueError, EOFError, pa.ArrowException) as error:
        raise UserError(
            f"{path}: not readable as a table ({' '.join(str(error).split())})"
        ) from None
