"""The error of a request: it becomes an answer with its status."""

from msgspec import Struct


class RefusedError(Exception):
    """A request that is not done, and why, in one line; the row and the column where one is wrong.

    `wait` are the seconds after which it may be tried again.
    """

    def __init__(
        self,
        status: int,
        error: str,
        row: int | None = None,
        column: str | None = None,
        wait: int | None = None,
    ) -> None:
        super().__init__(error)
        self.status, self.error, self.row, self.column, self.wait = status, error, row, column, wait


class Error(Struct, omit_defaults=True):
    """A refusal as JSON."""

    id: str
    error: str
    row: int | None = None
    column: str | None = None
