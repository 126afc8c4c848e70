"""`mlops profile`: a closer look at any table, by skrub's TableReport."""

from pathlib import Path
from typing import TYPE_CHECKING

from mlops.adopt import adopt
from mlops.errors import UserError
from mlops.files import replacing

if TYPE_CHECKING:
    import pandas as pd

PAGE = Path("reports/profile.html")
ROWS = 100_000  # of more, a report takes minutes
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
    """Read a sample of a table as `mlops adopt` does, whatever its encoding and notation are."""
    import pandas as pd

    try:
        sample = adopt.read(path, str(path), None, ())
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from None
    return pd.DataFrame({seen.header: seen.values for seen in sample.columns}).head(ROWS)
