"""Edits of the files of `conf/` that keep comments and order."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlops.config import conf, record


def edited(path: Path, changes: Mapping[tuple[str, ...], Any]) -> str:
    """The text of a file in which some keys are set, added or (`ABSENT`) removed."""
    values = conf.parse(path)
    for inside, value in changes.items():
        old = follow(values, inside, conf.text(path).splitlines())
        if isinstance(old, list) and isinstance(value, list) and value[: len(old)] == old:
            old.extend(map(plain, value[len(old) :]))
        else:
            around = follow(values, inside[:-1], [])
            last = next(reversed(around), None) if isinstance(around, dict) else None
            record.assign(values, list(inside), plain(value))
            keep_below(around, last)
    text = io.StringIO()
    conf.round_trip().dump(values, text)
    return text.getvalue()


def follow(values: Any, inside: tuple[str, ...], lines: list[str]) -> Any:
    """Go to a key and return its value; None where it is not set yet.

    Comments that are a space behind the line stay so, however long it becomes.
    """
    from ruamel.yaml.comments import CommentedMap

    for key in inside:
        if not isinstance(values, CommentedMap) or key not in values:
            return None
        comment = (values.ca.items.get(key) or [None] * 3)[2]
        if comment and comment.start_mark.line < len(lines):
            before = lines[comment.start_mark.line][: comment.start_mark.column]
            if len(before) - len(before.rstrip()) == 1:
                comment.start_mark.column = 0
        values = values[key]
    return values


def keep_below(values: Any, last: str | None) -> None:
    """Move the lines below what was the last key below the one that was added behind it.

    They tell of what comes next, and the reader has attached them to the key before.
    """
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.tokens import CommentToken

    if not isinstance(values, CommentedMap) or last not in values or next(reversed(values)) == last:
        return
    comment = (values.ca.items.get(last) or [None] * 3)[2]
    if comment is None:
        return
    own, _, below = comment.value.partition("\n")
    added = CommentToken(f"\n{below}", comment.start_mark, None)
    values.ca.items[next(reversed(values))] = [None, None, added, None]
    if own:
        comment.value = f"{own}\n"
    else:
        del values.ca.items[last]


def plain(value: Any) -> Any:
    """A value as it is to be written: texts such as NO or 12:30 quoted, for readers of YAML 1.1."""
    from ruamel.yaml.comments import CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, list):
        items = CommentedSeq(map(plain, value))
        items.fa.set_flow_style()
        return items
    if isinstance(value, str) and record.dump({"key": value}) != f"key: {value}\n":
        return DoubleQuotedScalarString(value)
    return value
