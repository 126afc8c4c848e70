"""`params.yaml` as it is on disk: its values, and who wrote them.

A first line with a digest of the values tells what compose wrote from what somebody edited. What
DVC writes for an experiment has no such line; the compose stage then adds one that names the keys
in which the experiment differs from `conf/`.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from mlops import layout
from mlops.config import params
from mlops.files import write_json, write_text

COMPOSED = "# Composed from conf/: edit that, not this file."
EXPERIMENT = "# From an experiment; differs from conf/ in "
ABSENT = object()


class Record(NamedTuple):
    """Values of `params.yaml`, and the keys in which they are known to differ from `conf/`.

    `apart` is empty for what compose wrote, and None for an edit of unknown extent.
    """

    values: dict[str, Any]
    apart: frozenset[str] | None


def read(path: Path = params.PARAMS) -> Record:
    """Read the file and its first line. Raise `UserError` where it is not usable."""
    values = params.read(path)
    first = path.read_text("utf-8").partition("\n")[0].strip()
    head, _, recorded = first.rpartition(" ")
    if recorded != digest(values):
        return Record(values, None)
    if head == COMPOSED:
        return Record(values, frozenset())
    named = re.fullmatch(re.escape(EXPERIMENT) + r"(.*)\.", head)
    return Record(values, frozenset(named[1].split(", ")) if named else None)


def write(values: dict[str, Any], apart: frozenset[str], path: Path = params.PARAMS) -> None:
    """Write the values under the line that says where they came from.

    The columns also become a file of their own. Stages depend on that: as parameters, DVC would
    list every column again for every stage in `dvc.lock`, and read and write that for each.
    """
    head = EXPERIMENT + ", ".join(sorted(apart)) + "." if apart else COMPOSED
    write_text(path, f"{head} {digest(values)}\n{dump(values)}")
    write_json(path.parent / layout.SCHEMA, values["data"]["columns"])


def digest(values: dict[str, Any]) -> str:
    """Digest the values and their order, whatever the layout of the file."""
    canonical = json.dumps(values, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


class Dumper(yaml.SafeDumper):
    """Quotes each text that some reader of YAML, 1.1 or 1.2, could take for another type."""


def represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Quote what starts like a number, a date or a sign."""
    style = "'" if re.match(r"[0-9.+-]", text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Dumper.add_representer(str, represent_text)


def dump(values: dict[str, Any]) -> str:
    """Write values as YAML, keys in their own order."""
    text: str = yaml.dump(values, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=4096)
    return text


def differences(one: Any, other: Any, prefix: str = "") -> dict[str, tuple[Any, Any]]:
    """List the dotted keys whose values differ, with both values; `ABSENT` where there is none."""
    found: dict[str, tuple[Any, Any]] = {}
    for key in [*one, *(key for key in other if key not in one)]:
        ours, theirs = one.get(key, ABSENT), other.get(key, ABSENT)
        if isinstance(ours, dict) and isinstance(theirs, dict):
            found |= differences(ours, theirs, f"{prefix}{key}.")
        elif show(ours) != show(theirs):  # 1 is not true, nan is nan
            found[f"{prefix}{key}"] = (ours, theirs)
    return found


def show(value: Any) -> str:
    """Show one value as a person writes it in YAML."""
    return "not set" if value is ABSENT else json.dumps(value, ensure_ascii=False, default=str)


def assign(values: Any, inside: list[str], value: Any) -> None:
    """Set a nested key, making the mappings on the way; `ABSENT` removes it."""
    *above, last = inside
    for part in above:
        if isinstance(values, list):
            values = values[int(part)]
        else:
            if not isinstance(values.get(part), dict | list):
                values[part] = {}
            values = values[part]
    if value is ABSENT:
        values.pop(last, None)
    else:
        values[last] = value
