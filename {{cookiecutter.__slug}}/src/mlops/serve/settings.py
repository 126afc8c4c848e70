"""What a service may be asked for, and how long it waits: the options of `mlops serve`."""

import os
from pathlib import Path

from mlops.errors import UserError
from msgspec import Struct

TOKEN = "MLOPS_SERVE_TOKEN"
MEGABYTE = 2**20


class Settings(Struct, frozen=True):
    """The options of `mlops serve`; times are in seconds."""

    model: str | None = None  # a file, a version or a stage; else what is followed, or what is here
    digest: str | None = None
    follow: str | None = None
    follow_every: float = 10
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    log: Path | None = None
    log_days: int | None = None
    access_log: bool = False
    max_rows: int = 10_000  # in a request
    max_megabytes: int = 16  # of a body
    max_waiting: int = 16  # large requests that are worked on or wait for it
    max_connections: int = 2_000  # of each worker
    timeout: float = 30  # for a request to come, to wait its turn, and for its answer to be taken
    keep_alive: float = 75  # for the next request of a connection
    drain: float = 1  # from SIGTERM until connections are refused

    @property
    def max_body(self) -> int:
        """The bytes that a body may have."""
        return self.max_megabytes * MEGABYTE


def token() -> str | None:
    """The token that requests have to bear. Raise `UserError` where it is empty.

    An empty one, as of a secret that is missing, must not open the service to all.
    """
    found = os.environ.get(TOKEN)
    if found is not None and not found.strip():
        raise UserError(f"{TOKEN} is empty: give it a value, or unset it to serve without a token")
    return found
