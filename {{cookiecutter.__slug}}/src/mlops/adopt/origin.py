"""Where a table comes from, brought to a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mlops.adopt.request import Request
from mlops.config.source import Origin
from mlops.errors import UserError


class Fetched(NamedTuple):
    """A file or folder with the table, what messages call it, and a name for the table."""

    path: Path
    file: str
    stem: str
    origin: Origin | None


@contextmanager
def fetched(request: Request) -> Iterator[Fetched]:
    """Bring the table here for the time of the block. Raise `UserError` where that fails."""
    if request.source is None:
        raise UserError("give a file, or a database: `mlops adopt --help`")
    path = Path(request.source)
    if not path.exists():
        raise UserError(f"{request.source}: there is no such file")
    yield Fetched(path, request.source, path.name, None)
