"""The `mlops` command: verbs only, each a few lines that call a room of the package."""

import sys
from pathlib import Path

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


@main.command()
def reproduce() -> None:
    r"""Run this commit's pipeline as a runner does: fetch what is needed, build what is missing.

    \b
    Unlike `dvc repro`, it fetches from a shared remote, and only what changed stages need:
        uv run mlops reproduce
    """
    from mlops.review import reproduce

    sys.exit(reproduce.reproduce())


@main.command()
@click.option("--markdown", "form", flag_value="markdown", help="Print it as GitHub shows it.")
@click.option("--json", "form", flag_value="json", help="Print it as data.")
def report(form: str | None) -> None:
    r"""Compare this branch with production and with its base, as the pull request will show it.

    \b
    It also writes reports/pull-request.json, .md and .html:
        uv run mlops report
    """
    from mlops.review import review
    from mlops.review.presentation import files, terminal

    found = review.review()
    markdown, data = files.write(found)
    if form is None:
        terminal.show(found)
    else:
        click.echo(markdown if form == "markdown" else data, nl=False)


@main.command()
def gate() -> None:
    r"""Say whether a merge would promote this model; exit with 1 where the gate does not let it.

    \b
    What it asks for is in conf/gate/:
        uv run mlops gate
    """
    from mlops.review.latest import passing_report
    from mlops.review.presentation import terminal

    found = passing_report()
    if found is None:
        from mlops.review import review

        found = review.review()
    terminal.show(found)
    sys.exit(any(line.outcome == "fail" for line in found.gate))


@main.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.option(
    "--event",
    envvar="GITHUB_EVENT_PATH",
    required=True,
    type=click.Path(path_type=Path),
    help="The event `workflow_run`; on GitHub it is found by itself.",
)
def publish(report: Path, event: Path) -> None:
    r"""Put REPORT on its pull request as one comment, as .github/workflows/report.yaml does.

    \b
    It reads GITHUB_TOKEN and trusts nothing in REPORT:
        uv run mlops publish incoming/pull-request.json
    """
    from mlops.review.publication import comment

    click.echo(comment.publish(report, event))


@main.command()
@click.option("--fix", is_flag=True, help="Mend what can be mended; no work is deleted.")
def doctor(fix: bool) -> None:
    r"""Find what a crash, a race or a bad disk left, and mend it; exit with 1 where some is left.

    \b
    It reads every object in DVC's cache and remote, and never touches your own work:
        uv run mlops doctor --fix
    """
    from mlops.doctor import doctor

    sys.exit(not doctor.doctor(fix))
