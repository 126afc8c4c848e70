"""A table's file in `conf/data/`, as a person would write it."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
from mlops.adopt.names import NOT_TEXT
from mlops.adopt.proposal import Proposal
from mlops.config.schema import Column, TimeSplit
from mlops.config.source import Reading

PLAIN = re.compile(r"[^\W\d]([\w .-]*\w)?")


def text(proposal: Proposal) -> str:
    """The whole file."""
    parts, split = proposal.roles, proposal.split
    window = "" if split.start else "# All of it is one table, without months.\n"
    if split.start:
        window = "# The window, in months. Move `through` on when new data arrives.\n"
    blocks = [
        head(proposal),
        "\n".join(reading(proposal.reading)) + "\n",
        f"{window}start: {scalar(split.start)}\nthrough: {scalar(split.through)}\n",
        "\n".join(
            [
                line(f"target: {proposal.asked.target.name}"),
                f"time: {scalar(parts.time)}",
                line(f"key: {flow(parts.key)}", key_remark(proposal)),
                f"group: {scalar(parts.group)}",
                line(f"resample: {split.resample}", resample_remark(split.resample)),
                line(f"segments: {flow(parts.segments)}"),
                line(f"identifiers: {flow(list(parts.identifiers))}", hidden(proposal)),
            ]
        )
        + "\n",
        "\n".join(columns(proposal)) + "\n",
    ]
    return "\n".join(blocks)


def head(proposal: Proposal) -> str:
    """What the table is, the configs that suit it, and where it is."""
    sample, asked = proposal.sample, proposal.asked
    lines = [
        f"# {one_line(Path(sample.file).name)}: what is {asked.target.name}?",
        "# `mlops adopt` wrote this, for you to edit. Run it on a newer file with",
        f"# `--name {proposal.name}`: your edits stay.",
        "defaults:",
        f"  - override /split@_global_.split: {proposal.split.method}",
        f"  - override /evaluation@_global_.evaluation: {asked.task}",
        f"  - override /gate@_global_.gate: {asked.task}",
        "  - _self_",
        f"name: {proposal.name}",
        line(f"task: {asked.task}", asked.why),
        line(f"source: {proposal.source}", "a copy, tracked by DVC"),
    ]
    if proposal.origin:
        lines += ["", "# Where `mlops adopt` took it from; credentials are never kept.", "origin:"]
        lines.append(f"  url: {scalar(proposal.origin.url)}")
        if proposal.origin.query:
            lines.append(f"  query: {scalar(proposal.origin.query)}")
    return "\n".join(lines) + "\n"


def own_split(split: TimeSplit, table: str) -> str:
    """A split by time whose days suit the table."""
    return (
        "# Train on the past, test on the last days, as in time.yaml: so many that\n"
        f"# {table} has about a fifth of its rows there.\n"
        f"name: {split.name}\nmethod: time\n"
        f"validation_days: {split.validation_days}\ntest_days: {split.test_days}\n"
    )


def reading(how: Reading | None) -> list[str]:
    """Who reads the file, and how it is written."""
    lines = ["# The file is read as it is written; `reader` would be a module of your own."]
    lines.append("reader: null")
    if how is None:
        return [*lines, "reading: null"]
    usual = Reading()
    lines.append("reading:")
    if how != Reading(columns=how.columns) or not how.columns:
        lines.append(f"  encoding: {scalar(how.encoding)}")
        lines.append(f"  delimiter: {scalar(how.delimiter)}")
        if how.quote != usual.quote:
            lines.append(f"  quote: {scalar(how.quote)}")
        lines.append(line(f"  nulls: {flow(how.nulls)}", "cells that hold no value"))
    if how.columns:
        lines.append("  columns:")
        lines += [f"    {name}: {flow(plain(said))}" for name, said in how.columns.items()]
    return lines


def columns(proposal: Proposal) -> list[str]:
    """The columns, each in a line, and what was left out."""
    lines = ["columns:"]
    for name, column in proposal.columns.items():
        lines.append(line(f"  {name}: {flow(plain(column))}", proposal.remarks.get(name)))
    left = proposal.roles.left_out
    if left:
        lines.append("  # Left out:")
        lines += [f"  # {name}: {reason}" for name, reason in left.items()]
    return lines


def plain(section: Column | Any) -> dict[str, Any]:
    """What of a section is not as it is anyway; a column's type is always said."""
    values: dict[str, Any] = {}
    for name in section.__struct_fields__:
        value = getattr(section, name)
        if value != default(section, name) or name == "type":
            values[name] = whole(value)
    return values


def whole(value: Any) -> Any:
    """A value, as an integer where it is a whole number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def default(section: Any, name: str) -> Any:
    """The value that a key of a section has where it is not given."""
    fields = {field.name: field for field in msgspec.structs.fields(section)}
    return fields[name].default


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{scalar(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def scalar(value: Any) -> str:
    """A plain value; a text is quoted where a reader could take it for something else."""
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    text = str(value)
    if PLAIN.fullmatch(text) and text.casefold() not in {*NOT_TEXT, "y", "n", "nan", "inf"}:
        return text
    return json.dumps(text, ensure_ascii=False)


def line(text: str, remark: str | None = None) -> str:
    """A line with a remark behind it."""
    return f"{text} # {one_line(remark)}" if remark else text


def one_line(text: str) -> str:
    """A text that stays within a comment."""
    return " ".join(text.split())


def key_remark(proposal: Proposal) -> str:
    """What tells one row from another."""
    if proposal.roles.counts_rows:
        return "its number in the file: no column tells one row from another"
    return "tells one row from another"


def resample_remark(unit: str) -> str | None:
    """Why whole days or groups are drawn for the intervals."""
    if unit == "row":
        return None
    return f"rows of one {unit} are alike: rows alone would make intervals too narrow"


def hidden(proposal: Proposal) -> str | None:
    """What identifiers are."""
    return "kept in the data, not shown to the model" if proposal.roles.identifiers else None
