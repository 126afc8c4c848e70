"""The `mlops` command: verbs only, each a few lines that call a room of the package."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from mlops.errors import UserError

if TYPE_CHECKING:
    from mlops.release.promote import Bump


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
@click.argument("version", required=False)
def reproduce(version: str | None) -> None:
    r"""Run this commit's pipeline as a runner does; or run that of VERSION anew, and compare.

    \b
    Unlike `dvc repro`, it fetches from a shared remote, and only what changed stages need:
        uv run mlops reproduce
    Does the pipeline of a version, checked out aside, still give the version's bytes?
        uv run mlops reproduce v0.2.0
    """
    if version:
        from mlops.release import reproduce as versions

        click.echo(versions.reproduce(version))
    else:
        from mlops.review import reproduce

        sys.exit(reproduce.reproduce())


@main.command()
@click.option("--through", metavar="PERIOD", help="Up to which period; else the source's newest.")
def retrain(through: str | None) -> None:
    r"""Make a pull request of what the source has new; its report decides what becomes of it.

    \b
    As .github/workflows/retrain.yaml does; your working tree is not touched:
        uv run mlops retrain --through 2013-07
    """
    from mlops.monitor import retrain

    click.echo(retrain.retrain(through))


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


STAGE = click.option("--stage", default="production", show_default=True, help="Where to.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")


@main.command()
@STAGE
@click.option(
    "--bump",
    type=click.Choice(["major", "minor", "patch"]),
    default="minor",
    show_default=True,
    help="Which number of the version goes up.",
)
@click.option("--again", is_flag=True, help="Bring back a version that was in the stage before.")
@DRY_RUN
def promote(stage: str, bump: "Bump", again: bool, dry_run: bool) -> None:
    r"""Put this commit's model into production, if the gate lets it; tags at origin say so.

    \b
    The commit has to be merged; nothing is trained:
        uv run mlops promote --dry-run
    """
    from mlops.release import promote, workflow
    from mlops.repository import git

    try:
        done = promote.promote(stage, bump, again, dry_run)
    except promote.BlockedError as blocked:
        from mlops.review.presentation import terminal

        terminal.show(blocked.report)
        raise
    click.echo(done.line)
    if done.version and done.version.commit == git.commit("HEAD"):
        workflow.tell(done.version)  # also where an earlier run broke off after promoting


@main.command()
@click.option("--to", metavar="VERSION", help="The version; else the one before the present one.")
@click.option("--reason", default="", help="Why; it is kept in the tag.")
@STAGE
@DRY_RUN
def rollback(to: str | None, reason: str, stage: str, dry_run: bool) -> None:
    r"""Put a version that was in production before there again, at once and without the gate.

    \b
    It stays until another model is promoted; the one rolled back does not return by itself:
        uv run mlops rollback --reason "Too many alarms in Newark"
    """
    from mlops.release import rollback, workflow

    done = rollback.rollback(to, reason, stage, dry_run)
    click.echo(done.line)
    if done.version:
        workflow.tell(done.version)


@main.command()
@click.argument("stage", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print everything as data.")
def registry(stage: str | None, as_json: bool) -> None:
    r"""List the model's versions, or what happened to STAGE; Git's tags hold it all.

    \b
    What is in production, since when, by whom and why:
        uv run mlops registry production
    """
    from mlops.release import listing
    from mlops.release.registry import tags

    there = tags()
    found = listing.listing(there)
    if as_json:
        click.echo(listing.as_json(found))
    elif stage:
        click.echo(listing.stage_table(found, stage))
    elif found.versions:
        click.echo(listing.versions_table(found))
    else:
        click.echo("no version yet: `uv run mlops promote` makes the first; `git fetch --tags`")
    for warning in listing.warnings(there):
        click.echo(warning, err=True)


@main.command()
@click.argument("version")
def show(version: str) -> None:
    r"""Tell all about VERSION, or about the version in a stage: from what it is, and why.

    \b
        uv run mlops show production
    """
    from mlops.release import details

    click.echo(details.details(version))


@main.command()
@click.argument("metric")
def history(metric: str) -> None:
    r"""Tell which commits moved METRIC, each on the test rows of its own day.

    \b
        uv run mlops history roc_auc
    """
    from mlops.release import history

    click.echo(history.drawn(metric, history.history(metric)))


@main.command()
@click.argument("version", default="production")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write.")
def get(version: str, output: Path | None) -> None:
    r"""Fetch the model of VERSION, or of a stage: from DVC, or from its GitHub Release.

    \b
    Its bytes are checked first:
        uv run mlops get production -o model.skops
    """
    from mlops.release import storage

    target = output or Path("model.skops")
    click.echo(f"model {storage.get(version, target).name}: {target}")


@main.command()
@click.argument("version")
def release(version: str) -> None:
    r"""Make the GitHub Release of VERSION: its model, card, digests and bill of materials.

    \b
    It reads GITHUB_TOKEN, and finishes what was broken off:
        uv run mlops release v0.2.0
    """
    from mlops.release import publish

    click.echo(publish.publish(version))


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
