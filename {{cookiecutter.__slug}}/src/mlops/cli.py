"""The `mlops` command: verbs only, each a few lines that call a room of the package."""

import sys

import click
from mlops.errors import UserError


class Commands(click.Group):
    """A group whose commands print a `UserError` as its lines and exit with 1."""

    def invoke(self, context: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(context)
        except UserError as error:
            click.echo(error, err=True)
            sys.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run the model's life from the command line, beside `dvc`."""


@main.command()
@click.option("--check", "way", flag_value="check", help="Say where params.yaml and conf/ differ.")
@click.option("--adopt", "way", flag_value="adopt", help="Write params.yaml's values into conf/.")
@click.option("--discard", "way", flag_value="discard", help="Write params.yaml anew from conf/.")
def compose(way: str | None) -> None:
    r"""Compose conf/ into params.yaml, as the first stage of `dvc repro` does.

    \b
    After `dvc exp apply`, make the experiment's values your own:
        uv run mlops compose --adopt
    """
    from mlops.config import adopt, compose

    if way == "check":
        compose.check()
        click.echo("params.yaml is what conf/ composes")
    elif way == "adopt":
        adopt.adopt()
    elif way == "discard":
        compose.discard()
    else:
        compose.update()
