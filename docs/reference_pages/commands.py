"""The page of the commands, from what click knows of them."""

import inspect
from collections.abc import Iterator
from itertools import groupby

import click
from mlops import cli

TITLE = """\
# Commands

`uv run mlops COMMAND`, in the folder of a project; `--help` tells the same as this page.

Exit codes:

0
: Done.

1
: Not done: a line or a few on the error stream say what is wrong, where, and what helps. So do
  `compose --check`, `gate` and `doctor` where they have found something, and `tune` where a trial
  failed.

2
: The command line itself is not understood.

`reproduce` without a version ends with the exit code of DVC, and `tune` that Ctrl-C ended with 130.
"""
KINDS = {
    click.IntRange: "NUMBER",
    click.FloatRange: "NUMBER",
    click.types.IntParamType: "NUMBER",
}


def page() -> str:
    """The page."""
    context = click.Context(cli.main, info_name="mlops")
    parts = [TITLE]
    for name in cli.main.list_commands(context):
        parts += section(name, cli.main.commands[name], context)
    return "\n\n".join(parts) + "\n"


def section(name: str, command: click.Command, parent: click.Context) -> Iterator[str]:
    """One command."""
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"## `mlops {name}`"
    yield f"```text\n{usage}\n```"
    yield from told(command)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield option(parameter, context)


def told(command: click.Command) -> Iterator[str]:
    """The help of a command; what is indented in it is to be typed."""
    lines = inspect.cleandoc(command.help or "").replace("\b\n", "").splitlines()
    for typed, group in groupby(lines, key=lambda line: line.startswith(" ")):
        text = "\n".join(line.strip() for line in group)
        yield f"```console\n{text}\n```" if typed else text.strip()


def option(parameter: click.Option, context: click.Context) -> str:
    """One option: how it is written, what it means, what holds without it."""
    kind = KINDS.get(type(parameter.type)) or parameter.make_metavar(context)
    written = " ".join([", ".join(parameter.opts), *([] if parameter.is_flag else [kind])])
    facts = []
    if isinstance(parameter.type, click.IntRange | click.FloatRange):
        facts.append(f"At least {parameter.type.min:g}.")
    if parameter.required:
        facts.append("Required.")
    if isinstance(parameter.default, str | int | float) and not parameter.is_flag:
        facts.append(f"Else `{parameter.default}`." if parameter.default != "" else "")
    if parameter.envvar:
        facts.append(f"Also in the environment: `{parameter.envvar}`.")
    shown = f"\n\n  [{' '.join(facts)}]{{.facts}}" if any(facts) else ""
    return f"`{written}`\n: {parameter.help}{shown}"
