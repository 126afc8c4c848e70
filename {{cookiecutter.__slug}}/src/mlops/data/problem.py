"""What is wrong with a table, as a line that a person can act upon."""

from typing import NamedTuple


class Problem(NamedTuple):
    """One kind of failure in one column of one file, or in all; `row` counts from 1."""

    file: str
    column: str
    row: int | None
    value: str
    expected: str
    rows: int

    def __str__(self) -> str:
        where = f"{self.file}: column {self.column!r}" if self.column else self.file
        if self.row is None:
            return f"{where}: {self.value}, expected {self.expected}"
        many = f"{self.rows:,} rows" if self.rows != 1 else "1 row"
        return f"{where}, row {self.row:,}: {self.value}, expected {self.expected} ({many})"
