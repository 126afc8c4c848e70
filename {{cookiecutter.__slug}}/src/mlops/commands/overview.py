"""The commands in the order of a model's life, and what of `dvc` and `git` is typed beside them."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

import click

SHORT = 52  # characters of what a command does


class Part(NamedTuple):
    """A part of the loop."""

    name: str
    commands: tuple[str, ...]
    beside: tuple[str, ...] = ()


LOOP = (
    Part("define", ("adopt", "schema", "profile"), ("git switch -c BRANCH", "edit conf/")),
    Part("run", ("page", "reproduce"), ("dvc repro", "dvc metrics diff main")),
    Part("experiment", ("compose", "tune"), ("dvc exp run, show, apply",)),
    Part("review", ("report", "gate", "publish"), ("git commit", "dvc push", "git push")),
    Part(
        "release",
        ("promote", "release", "rollback", "registry", "show", "history"),
        ("merge on GitHub",),
    ),
    Part("serve", ("serve", "predict", "get", "image")),
    Part("retrain", ("retrain",)),
    Part("mend", ("doctor",), ("dvc checkout, dvc pull",)),
    Part("set up", ("completion",), ("pre-commit install",)),
)


def drawn(group: click.Group) -> str:
    """The loop as a table of one screen: part, command, what it does, what is typed beside it."""
    row = f"{{:11}}{{:12}}{{:{SHORT + 1}}}{{}}"
    head = row.format("", "mlops ...", "", "beside it")
    rows = [row.format(*cells).rstrip() for part in LOOP for cells in lines(part, group)]
    return "\n".join(
        [
            "Usage: uv run mlops COMMAND [OPTIONS]",
            "",
            head,
            *rows,
            "",
            "`uv run mlops COMMAND --help` tells more, with an example.",
        ]
    )


def lines(part: Part, group: click.Group) -> Iterator[tuple[str, str, str, str]]:
    """The lines of a part. Only the first one has its name."""
    for number, (name, beside) in enumerate(zip_longest(part.commands, part.beside, fillvalue="")):
        does = group.commands[name].get_short_help_str(SHORT) if name else ""
        yield part.name if number == 0 else "", name, does, beside
