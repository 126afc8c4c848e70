"""The verbs of a release: what is in production, what was, and what should be."""

from typing import TYPE_CHECKING

import click
from mlops.errors import UserError

if TYPE_CHECKING:
    from mlops.release.promote import Bump

STAGE = click.option("--stage", default="production", show_default=True, help="Where to.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")


def known(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """The versions and stages whose names begin so, for completion in a shell."""
    from mlops.errors import UserError
    from mlops.release import registry

    try:
        tags = registry.tags()
    except UserError:
        return []
    versions = {version.name for version in registry.versions(tags).values()}
    stages = {move.stage for move in registry.assignments(tags)}
    return sorted(name for name in versions | stages if name.startswith(begun))


@click.command()
@STAGE
@click.option(
    "--bump",
    type=click.Choice(["major", "minor", "patch"]),
    default="minor",
    envvar="BUMP",
    show_default=True,
    help="Which number of the version goes up.",
)
@click.option(
    "--again",
    envvar="AGAIN",
    is_flag=True,
    help="Bring back a version that was in the stage before.",
)
@DRY_RUN
def promote(stage: str, bump: "Bump", again: bool, dry_run: bool) -> None:
    r"""Put this commit's model into production. The gate has to let it.

    \b
    The commit has to be merged; nothing is trained:
        uv run mlops promote --dry-run
    """
    from mlops.release import promote, workflow

    try:
        done = promote.promote(stage, bump, again, dry_run)
    except promote.BlockedError as blocked:
        from mlops.review.presentation import terminal

        terminal.show(blocked.report)
        raise
    click.echo(done.line)
    if done.missing:
        click.echo(done.missing, err=True)
    if done.version:
        workflow.tell("version", done.version.name)


@click.command()
@click.option(
    "--to",
    metavar="VERSION",
    shell_complete=known,
    help="The version; else the one before the present one.",
)
@click.option("--reason", default="", help="Why; it is kept in the tag.")
@STAGE
@DRY_RUN
def rollback(to: str | None, reason: str, stage: str, dry_run: bool) -> None:
    r"""Put an earlier version into production again. It is not gated.

    \b
    It stays until another model is promoted; the one rolled back does not return by itself:
        uv run mlops rollback --reason "Too many alarms in Newark"
    """
    from mlops.release import rollback, workflow

    done = rollback.rollback(to, reason, stage, dry_run)
    click.echo(done.line if workflow.is_on_github() else f"{done.line}; {workflow.BY_HAND}")
    if done.version:
        workflow.tell("version", done.version.name)


@click.command()
@click.argument("stage", required=False, shell_complete=known)
@click.option("--json", "as_json", is_flag=True, help="Print everything as data.")
def registry(stage: str | None, as_json: bool) -> None:
    r"""List the model's versions, or what STAGE has held. Git's tags hold it all.

    \b
    What is in production, since when, by whom and why:
        uv run mlops registry production
    """
    from mlops.release import listing, origin
    from mlops.release.registry import tags

    origin.refresh()
    there = tags()
    found = listing.listing(there)
    if as_json:
        click.echo(listing.as_json(found))
    elif stage:
        click.echo(listing.stage_table(found, stage))
    elif found.versions:
        click.echo(listing.versions_table(found))
    else:
        click.echo("no version is known here: `git fetch --tags` brings those of origin;")
        click.echo("where there is none yet, `uv run mlops promote` makes the first")
    for warning in listing.warnings(there):
        click.echo(warning, err=True)


@click.command()
@click.argument("version", shell_complete=known)
def show(version: str) -> None:
    r"""Tell all about VERSION, or about that in a stage.

    \b
        uv run mlops show production
    """
    from mlops.release import details

    click.echo(details.details(version))


@click.command()
@click.argument("metric")
def history(metric: str) -> None:
    r"""Tell which commits moved METRIC. Each has it on the test rows of its own day.

    \b
        uv run mlops history roc_auc
    """
    from mlops.release import history

    click.echo(history.drawn(metric, history.history(metric)))


@click.command()
@click.argument("version", default="production", shell_complete=known)
@click.option(
    "-o",
    "--output",
    default="scorer.zip",
    show_default=True,
    help="The file to write, or the folder for it.",
)
def get(version: str, output: str) -> None:
    r"""Fetch what serves of VERSION or of a stage. It comes from DVC, or from its release.

    \b
    Its bytes are checked first:
        uv run mlops get production -o scorer.zip
    One that ends in .skops is the scikit-learn pipeline; models/MODEL_CARD.md shows how to
    load it:
        uv run mlops get production -o model.skops
    """
    from mlops.files import local
    from mlops.release import storage

    path = local(output)
    if output.endswith("/") or path.is_dir():
        path /= "scorer.zip"
    if path.suffix not in (".zip", ".skops"):
        kinds = ".zip, for what serves, or in .skops, for the scikit-learn pipeline"
        raise UserError(f"{output}: its name has to end in {kinds}")
    click.echo(f"model {storage.get(version, path).name}: {path}")


@click.command()
@click.argument("version", default="production", shell_complete=known)
@click.option("--push", metavar="REGISTRY", help="Where to, such as ghcr.io/me/flights.")
def image(version: str, push: str | None) -> None:
    r"""Build the container image of VERSION or of a stage. It is the service with its model.

    \b
    It needs Docker. An image that the registry has already is not built again:
        uv run mlops image production
        uv run mlops image v0.2.0 --push ghcr.io/me/flights
    """
    from mlops.release import image, workflow

    done = image.build(version, push)
    click.echo(done.reference)
    workflow.tell("image", done.reference)
    workflow.tell("name", done.name)
    workflow.tell("digest", done.digest or "")
    workflow.tell("built", "true" if done.built else "")


@click.command()
@click.argument("version", shell_complete=known)
def release(version: str) -> None:
    r"""Make the GitHub Release of VERSION. It has scorer, model, card, digests, libraries.

    \b
    It reads GITHUB_TOKEN, and finishes what was broken off:
        uv run mlops release v0.2.0
    """
    from mlops.release import publish, workflow

    done = publish.publish(version)
    click.echo(done.line)
    if done.changed or workflow.is_run_again():
        workflow.tell("deploy", "true")
