"""A query's rows as a CSV file."""

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from mlops.adopt.masking import masked, public
from mlops.config.source import Origin
from mlops.errors import UserError

READS = re.compile(r"[\s(]*(select|with|values|table)\b", re.IGNORECASE)
BATCH = 10_000  # rows in memory
DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
EXTRAS = {"postgresql": "postgres"}


def fetch(url: str, query: str, path: Path) -> Origin:
    """Write what a query gives; return where it is from, without credentials.

    Raise `UserError`, never with credentials, where the database or the query is not as expected.
    """
    import sqlalchemy
    from sqlalchemy import exc

    where = public(url)
    if not READS.match(query):  # what writes is not even tried
        raise UserError(f"--query: expected a SELECT, got {query[:60]!r}")
    try:
        engine = sqlalchemy.create_engine(with_driver(url))
    except (exc.ArgumentError, exc.NoSuchModuleError, ValueError) as error:
        raise UserError(f"--sql {where}: {masked(str(error), url)}") from None
    except ImportError as error:
        raise UserError(f"--sql {where}: {missing(url, error)}") from None
    check_there(url, where)
    try:
        with engine.connect() as connection:
            streamed = connection.execution_options(stream_results=True, yield_per=BATCH)
            result = streamed.execute(sqlalchemy.text(escaped(query)))
            write(path, list(result.keys()), result.partitions(BATCH), where)
    except exc.SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise UserError(f"--sql {where}: {masked(str(cause), url)}") from None
    finally:
        engine.dispose()
    return Origin(where, " ".join(query.split()))


def with_driver(url: str) -> str:
    """The URL with the driver that the extra brings, where it names none."""
    scheme, colon, rest = url.partition(":")
    return f"{DRIVERS.get(scheme, scheme)}{colon}{rest}"


def missing(url: str, error: ImportError) -> str:
    """Say which extra brings a driver."""
    extra = EXTRAS.get(url.partition(":")[0].partition("+")[0])
    help = f": `uv sync --extra {extra}`" if extra else f" ({masked(str(error), url)}): `uv add` it"
    return f"its driver is not installed{help}"


def check_there(url: str, where: str) -> None:
    """Refuse a SQLite file that is not there, which SQLite would make."""
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).is_file():
        raise UserError(f"--sql {where}: there is no such file")


def escaped(query: str) -> str:
    """A query in which a colon is a colon."""
    return re.sub(r"(?<!:):(?=\w)", r"\\:", query)


def write(path: Path, names: list[str], batches: Iterator[Any], where: str) -> None:
    """Write rows as CSV; null and the empty text are the same there."""
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled is not None:
        raise UserError(f"--query: column {doubled!r} is there twice: rename one with AS")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for batch in batches:
            for row in batch:
                writer.writerow(
                    [cell(value, name, where) for name, value in zip(names, row, strict=True)]
                )


def cell(value: Any, name: str, where: str) -> str:
    """A value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, int | float | Decimal | str):
        return str(value)
    if isinstance(value, bytes | memoryview | list | dict):
        kind = type(value).__name__
        raise UserError(
            f"--sql {where}: column {name!r}: {kind}, which no model takes: leave it out"
        )
    return str(value)


def stem(query: str) -> str:
    """A name for what a query gives: that of its first table."""
    found = re.search(r"\bfrom\s+[\"`\[]?(?:\w+[\"`\]]?\.[\"`\[]?)?(\w+)", query, re.IGNORECASE)
    return found[1] if found else "query"
