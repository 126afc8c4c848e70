"""How tables are kept: CSV, Parquet or Arrow, by a file's name; `-` is a pipe."""

from typing import Literal

from mlops.errors import UserError
from mlops.files import local

Format = Literal["csv", "parquet", "arrow"]

PIPE = "-"
PARQUET = (".parquet", ".pq")
ARROW = (".arrow", ".feather", ".arrows")
STREAM = ".arrows"  # Arrow that can be read as it comes
TEXT = (".csv", ".tsv", ".txt")
PACKED = (".gz", ".xz", ".zst", ".zip")  # text, where it is read
PIPED: dict[Format, str] = {"csv": ".csv", "parquet": ".parquet", "arrow": STREAM}


def of(path: str, piped: Format, packed: bool) -> Format:
    """The format of a table. `piped` is that of `-`; only what is read may be `packed`.

    Raise `UserError` where the name tells none.
    """
    if path == PIPE:
        return piped
    known: dict[Format, tuple[str, ...]] = {
        "csv": (*TEXT, *PACKED) if packed else TEXT[:1],
        "parquet": PARQUET,
        "arrow": ARROW,
    }
    for name, endings in known.items():
        if local(path).suffix.lower() in endings:
            return name
    there = ", ".join(ending for endings in known.values() for ending in endings)
    raise UserError(f"{path}: its name has to end in one of {there}")
