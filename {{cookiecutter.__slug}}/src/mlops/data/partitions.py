"""Partitions: a folder of Parquet files, one a period, worked on one at a time.

This is the seam that keeps memory flat and that a distributed engine can stand behind: work is a
function of one partition, `each` maps it, and results are merged in the order of the partitions.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from mlops.config.schema import Data
from mlops.data import tables
from mlops.errors import UserError
from mlops.files import write_json

if TYPE_CHECKING:
    import pandas as pd

Item = TypeVar("Item")
Result = TypeVar("Result")
Entry = dict[str, str | int]


class Source(NamedTuple):
    """Where partitions come from: the files that decide their content, and what builds one."""

    files: "list[Path]"
    build: "Callable[[str], pd.DataFrame]"


def each(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Apply `work` to each partition, given by path or name; results come in the same order."""
    return map(work, items)


def names(data: Data) -> list[str]:
    """The partitions of a table: its months, or `all` where it has none."""
    if data.start is None or data.through is None:
        return ["all"]
    return months(data.start, data.through)


def months(start: str, through: str) -> list[str]:
    """List the months of a window, both ends included: `2013-01`, `2013-02`, ..."""
    first, last = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (start, through))
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, last + 1)]


def files(directory: Path) -> list[Path]:
    """List the partitions of a directory in order. Raise `UserError` where there is none."""
    found = sorted(directory.glob("*.parquet"))
    if not found:
        raise UserError(f"{directory}: there are no Parquet files: `uv run dvc repro ingest`")
    return found


def update(
    directory: Path,
    names: Sequence[str],
    fingerprint: str,
    build: Callable[[str], "pd.DataFrame"],
) -> None:
    """Make a directory hold exactly the named partitions.

    A partition is built anew only where it is missing, where its bytes are not those that were
    written, or where `fingerprint` (a digest of all that decides its content) has changed; what
    was written is kept in a manifest beside the directory (`raw.json` beside `raw`). New files are
    made aside and moved in at the end: when `build` fails, nothing has changed. Raise `UserError`
    where a partition would be empty.
    """
    current = current_entries(directory, fingerprint)
    kept = {name: current[name] for name in names if name in current}
    missing = [name for name in names if name not in current]
    replace(directory, kept, fingerprint, partial(write_each, build=build, names=missing))


def replace(
    directory: Path,
    kept: dict[str, Entry],
    fingerprint: str,
    write: Callable[[Path], Iterable[tuple[str, Entry]]],
) -> None:
    """Make a directory hold exactly the kept partitions and those that `write` makes aside.

    `write` is given the directory to write to; it tells each partition when that is complete.
    """
    aside = directory.with_name(f".{directory.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        built = {}
        for name, entry in write(aside):
            built[name] = entry | {"fingerprint": fingerprint}
            print(f"{path_of(directory, name)}: {entry['rows']:,} rows ingested", flush=True)
        directory.mkdir(parents=True, exist_ok=True)
        for name in built:
            path_of(aside, name).replace(path_of(directory, name))
        entries = kept | built
        remove_others(directory, list(entries))
        write_json(manifest_of(directory), {name: entries[name] for name in sorted(entries)})
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def write_each(
    directory: Path, build: Callable[[str], "pd.DataFrame"], names: Sequence[str]
) -> Iterator[tuple[str, Entry]]:
    """Build and write partitions, one after the other."""
    return zip(names, each(partial(write_one, directory, build), names), strict=True)


def write_one(directory: Path, build: Callable[[str], "pd.DataFrame"], name: str) -> Entry:
    """Build and write one partition; tell its rows and its digest."""
    frame = build(name)
    if frame.empty:
        raise UserError(
            f"{name}: the source has no rows for this period: change data.start or data.through"
        )
    tables.write(frame, path_of(directory, name))
    return {"rows": len(frame), "sha256": file_digest(path_of(directory, name))}


def current_entries(directory: Path, fingerprint: str) -> dict[str, Entry]:
    """The partitions that are as they were written, from the same source and code."""
    return {
        name: entry
        for name, entry in read_manifest(directory).items()
        if entry.get("fingerprint") == fingerprint
        and entry.get("sha256") == file_digest(path_of(directory, name))
    }


def remove_others(directory: Path, names: Sequence[str]) -> None:
    """Remove whatever is not one of the named partitions."""
    kept = {path_of(directory, name) for name in names}
    for path in sorted(set(directory.iterdir()) - kept):
        print(f"{path}: outside the window, removed", flush=True)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def read_manifest(directory: Path) -> dict[str, Entry]:
    """Read what is known of the partitions; a damaged manifest is none."""
    try:
        manifest = json.loads(manifest_of(directory).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    entries = manifest.items() if isinstance(manifest, dict) else ()
    return {name: entry for name, entry in entries if isinstance(entry, dict)}


def manifest_of(directory: Path) -> Path:
    """Where it is kept what was written."""
    return directory.with_suffix(".json")


def path_of(directory: Path, name: str) -> Path:
    """The file of a partition."""
    return directory / f"{name}.parquet"


def digest(*parts: str | Path) -> str:
    """Digest texts and the contents of files, in order."""
    total = hashlib.sha256()
    for part in parts:
        text = file_digest(part) if isinstance(part, Path) else part
        total.update(f"{len(text)}:{text}".encode())
    return total.hexdigest()


def file_digest(path: Path) -> str:
    """The SHA-256 of a file; empty where there is no file."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
