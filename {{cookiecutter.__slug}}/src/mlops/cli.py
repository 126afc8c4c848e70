"""The `mlops` command: verbs only, each a few lines that call a room of the package."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from mlops.commands import data, overview, pipeline, release, review, serve, shell
from mlops.errors import UserError, missing_libraries_named


class Commands(click.Group):
    """A group whose commands print a `UserError` as its lines and exit with 1."""

    def add_command(self, command: click.Command, name: str | None = None) -> None:
        r"""Add a command. A line `\b` in its help keeps the paragraph below as it is written."""
        command.help = (command.help or "").replace("\\b", "\b")
        if command.callback and command.name != "completion":
            command.callback = in_the_projects_folder(command.callback)
        super().add_command(command, name)

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the loop, not the alphabet."""
        formatter.write(overview.drawn(self) + "\n")

    def invoke(self, context: click.Context) -> object:
        """Run the command."""
        try:
            with missing_libraries_named():
                return super().invoke(context)
        except UserError as error:
            click.echo(error, err=True)
            sys.exit(1)


def in_the_projects_folder(run: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse a command in a folder below: it would look for everything in vain."""

    @wraps(run)
    def checked(*arguments: Any, **options: Any) -> Any:
        here = Path.cwd()
        above = [folder for folder in (here, *here.parents) if is_project(folder)]
        if above and above[0] != here:
            back = os.path.relpath(above[0], here)
            raise UserError(f"{here.name} is a folder of the project: `cd {back}`, then again")
        return run(*arguments, **options)

    return checked


def is_project(folder: Path) -> bool:
    """Tell whether a folder is a project's own."""
    return all((folder / name).is_file() for name in ("conf/config.yaml", "dvc.yaml"))


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.pass_context
def main(context: click.Context) -> None:
    """Run the model's life from the command line, beside `dvc`."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for room in (data, pipeline, review, release, serve, shell):
    for verb in vars(room).values():
        if isinstance(verb, click.Command):
            main.add_command(verb)
