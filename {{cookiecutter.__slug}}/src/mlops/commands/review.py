"""The verbs of a review: the report, the gate, and the comment."""

import sys
from pathlib import Path

import click


@click.command()
@click.option("--markdown", "form", flag_value="markdown", help="Print it as GitHub shows it.")
@click.option("--json", "form", flag_value="json", help="Print it as data.")
def report(form: str | None) -> None:
    r"""Compare this branch with production. Its pull request will show the same.

    \b
    It also writes reports/pull-request.json, .md and .html:
        uv run mlops report
    """
    from mlops import layout
    from mlops.release import origin
    from mlops.review import review
    from mlops.review.presentation import files, terminal

    origin.refresh()
    found = review.review()
    markdown, data = files.write(found)
    if form is None:
        terminal.show(found)
        click.echo(f"The whole, with charts: {layout.REPORT.with_suffix('.html').as_posix()}")
    else:
        click.echo(markdown if form == "markdown" else data, nl=False)


@click.command()
def gate() -> None:
    r"""Say whether this model may be merged. Exit with 1 where a check fails.

    A merge promotes what passes. A model that is in production, or was rolled back, is not asked
    again, and a merge leaves production as it is.

    \b
    What it asks for is in conf/gate/:
        uv run mlops gate
    """
    from mlops.release import origin
    from mlops.review.latest import passing_report
    from mlops.review.presentation import terminal

    origin.refresh()
    found = passing_report()
    if found is None:
        from mlops.review import review

        found = review.review()
    terminal.show(found)
    sys.exit(any(line.outcome == "fail" for line in found.gate))


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.option(
    "--event",
    envvar="GITHUB_EVENT_PATH",
    type=click.Path(path_type=Path),
    help="The event `workflow_run`; on GitHub it is found by itself.",
)
def publish(report: Path, event: Path | None) -> None:
    r"""Put REPORT on its pull request as one comment. On GitHub, report.yaml does so.

    \b
    It reads GITHUB_TOKEN and trusts nothing in REPORT:
        uv run mlops publish incoming/pull-request.json
    """
    from mlops.errors import UserError
    from mlops.review.publication import comment

    if event is None:
        raise UserError(
            "publish is run on GitHub, by report.yaml; elsewhere --event names a file with an event"
        )
    click.echo(comment.publish(report, event))
