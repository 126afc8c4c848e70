"""Where a table comes from, brought to a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mlops.adopt import database, remote
from mlops.adopt.edits import aside
from mlops.adopt.masking import public
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
    check(request)
    if request.source and "://" not in request.source:
        path = Path(request.source)
        if not path.exists():
            raise UserError(f"{request.source}: there is no such file")
        yield Fetched(path, request.source, path.name, None)
        return
    with aside() as folder:
        yield fetch(request, folder)


def check(request: Request) -> None:
    """Refuse half a request, or two at once."""
    if request.source and request.sql:
        raise UserError("give a file or a URL, or --sql with --query; not both")
    if not request.source and not request.sql:
        raise UserError("give a file or a URL, or a database: --sql URL --query SELECT")
    if bool(request.sql) != bool(request.query):
        raise UserError("--sql and --query go together: --sql sqlite:///shop.db --query SELECT")


def fetch(request: Request, folder: Path) -> Fetched:
    """Fetch what is not a file here."""
    if request.sql and request.query:
        path = folder / "query.csv"
        origin = database.fetch(request.sql, request.query, path)
        return Fetched(path, f"{origin.url} (query)", database.stem(request.query), origin)
    assert request.source is not None  # `check` has seen to it
    path, origin = remote.fetch(request.source, folder)
    return Fetched(path, public(request.source), path.name, origin)
