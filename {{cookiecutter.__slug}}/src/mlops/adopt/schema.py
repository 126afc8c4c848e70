"""`mlops schema`: where data/raw and `conf/data/` differ, and the edit that the data asks for."""

import difflib
from collections.abc import Mapping
from functools import partial, reduce
from pathlib import Path
from typing import Any

from mlops import layout
from mlops.adopt import widening
from mlops.config import composition, conf, params, record
from mlops.config.edit import edited
from mlops.config.schema import Data
from mlops.data import checks, partitions, reference
from mlops.data.checks import Profile
from mlops.errors import UserError
from mlops.files import write_text
from mlops.repository import pipeline

PROPOSE = "`uv run mlops schema --update --dry-run` shows the edit of conf/data/ that would do"
BY_HAND = "mend the source, or edit conf/data/ by hand; nothing was written"
OLDER = f"{layout.RAW} is older than conf/data/ or the source: `uv run dvc repro` first"


def check() -> str:
    """Say that the data is as declared. Raise `UserError` with a line for each difference."""
    values = composition.compose().values
    found, problems = examined(declared(values))
    if problems:
        raise UserError(*problems, PROPOSE)
    return f"{sum(found.rows.values()):,} rows in {layout.RAW} are as conf/data/ declares them"


def update(dry_run: bool) -> None:
    """Widen `conf/data/` to what the data is, and make the data the reference; print both.

    Nothing is ever narrowed. Raise `UserError`, and write nothing, where widening does not do.
    """
    composed = composition.compose()
    data = declared(composed.values)
    edited = record.differences(params.read()["data"], composed.values["data"])
    changes = widening.widened(data, partitions.files(layout.RAW))
    for key, value in changes.items():
        record.assign(composed.values, ["data", "columns", *key], value)
    found, problems = examined(declared(composed.values))
    texts = proposed(changes, composed.choices)
    for path, text in texts.items():
        print(difference(path, text), end="")
    if problems:
        raise UserError(*problems, OLDER if edited or is_older() else BY_HAND)
    taken = reference.take(data.name, found.rows, found.columns)
    print(said(taken, found))
    if dry_run:
        print("nothing was written: leave out --dry-run")
        return
    for path, text in texts.items():
        write_text(path, text)
    before = reference.read()
    reference.write(taken)
    if texts or before != taken:
        print("next: uv run dvc repro")


def declared(values: dict[str, Any]) -> Data:
    """The table as composed values declare it."""
    return params.typed(values, str(conf.ROOT)).data


def examined(data: Data) -> tuple[Profile, list[str]]:
    """What the partitions hold, and where that is not what is declared."""
    profiles = partitions.each(partial(checks.profile, data=data), partitions.files(layout.RAW))
    found = reduce(Profile.merge, profiles)
    problems = found.problems + checks.whole_problems(found, data, str(layout.RAW))
    return found, list(map(str, problems))


def is_older() -> bool:
    """Tell whether data/raw is still to be made."""
    try:
        return "ingest" in pipeline.stages_to_run()
    except UserError:  # DVC cannot tell
        return False


def proposed(
    changes: Mapping[tuple[str, str], Any], choices: Mapping[str, str | None]
) -> dict[Path, str]:
    """The files of `conf/` as they would be."""
    edits: dict[Path, dict[tuple[str, ...], Any]] = {}
    for (column, key), value in changes.items():
        place = conf.find(f"data.columns.{column}.{key}", choices)
        edits.setdefault(place.path, {})[place.inside] = value
    return {path: edited(path, inside) for path, inside in edits.items()}


def difference(path: Path, text: str) -> str:
    """A file's edit as a unified diff."""
    old, new = (content.splitlines(keepends=True) for content in (conf.text(path), text))
    return "".join(difflib.unified_diff(old, new, f"a/{path}", f"b/{path}"))


def said(taken: reference.Reference, found: Profile) -> str:
    """How the reference changes."""
    before = reference.read()
    rows = sum(found.rows.values())
    parts = "1 partition" if len(found.rows) == 1 else f"{len(found.rows)} partitions"
    line = f"{reference.PATH}: {rows:,} rows in {parts}"
    if before is None or before.name != taken.name:
        return line
    if before == taken:
        return f"{line}, as it is"
    old = sum(part["rows"] for part in before.partitions.values())
    return f"{line}; it was {old:,} in {len(before.partitions)}"
