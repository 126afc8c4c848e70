"""The reference, `data/reference.json` in Git: the data that somebody looked at and took.

It holds a summary of each column over all partitions, and of each partition its rows and a digest,
so that one that has not changed since is known. A project starts with an empty one, `{}`.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypedDict

import msgspec
from mlops.data import summaries
from mlops.data.summaries import Summary
from mlops.errors import UserError
from mlops.files import write_text

PATH = Path("data/reference.json")
REMEDY = "`uv run mlops schema --update` writes it again from data/raw"

Columns = Mapping[str, Summary]


class Partition(TypedDict):
    """What is remembered of a partition."""

    rows: int
    digest: str


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a name: its partitions, and its columns over all of them."""

    name: str
    partitions: dict[str, Partition]
    columns: dict[str, Summary]

    def has(self, partition: str, columns: Columns) -> bool:
        """Tell whether a partition is in the reference as it is here."""
        known = self.partitions.get(partition)
        return known is not None and known["digest"] == digest(columns, self.columns)


def take(name: str, rows: Mapping[str, int], columns: Mapping[str, Columns]) -> Reference:
    """Make a table the reference; its rows and columns are given by partition."""
    names = list(dict.fromkeys(name for parts in columns.values() for name in parts))
    whole = {
        name: summaries.pooled([parts[name] for parts in columns.values() if name in parts])
        for name in names
    }
    partitions: dict[str, Partition] = {
        part: {"rows": count, "digest": digest(columns[part], names)}
        for part, count in rows.items()
    }
    return Reference(name, partitions, whole)


def digest(columns: Columns, names: Iterable[str]) -> str:
    """Digest the summaries of some columns; a column that came later is none of them."""
    found = {name: columns[name] for name in sorted(names) if name in columns}
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:16]


def read(path: Path = PATH) -> Reference | None:
    """Read the reference; None where there is none yet. Raise `UserError` where it is damaged."""
    try:
        text = path.read_bytes()
        return None if json.loads(text) == {} else msgspec.json.decode(text, type=Reference)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise UserError(f"{path}: not readable ({error}): {REMEDY}") from None


def write(reference: Reference, path: Path = PATH) -> None:
    """Write it with a line for each partition and column, so that a change is a short diff."""
    write_text(path, text(reference))


def text(reference: Reference) -> str:
    """The reference as JSON, the same bytes for the same data."""
    name = shown(reference.name)
    partitions, columns = lines(reference.partitions), lines(reference.columns)
    return f'{{\n  "name": {name},\n  "partitions": {partitions},\n  "columns": {columns}\n}}\n'


def lines(values: Mapping[str, object]) -> str:
    """A mapping of JSON with a line for each key."""
    inner = ",\n".join(f"    {shown(name)}: {shown(value)}" for name, value in values.items())
    return f"{{\n{inner}\n  }}" if inner else "{}"


def shown(value: object) -> str:
    """A value as JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
