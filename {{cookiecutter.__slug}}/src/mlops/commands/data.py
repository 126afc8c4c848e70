"""The verbs of the data: its schema, and a closer look at a table."""

from pathlib import Path

import click


@click.command()
@click.option("--update", is_flag=True, help="Widen conf/data/, and take the data as reference.")
@click.option("--dry-run", is_flag=True, help="With --update: only show what would be written.")
def schema(update: bool, dry_run: bool) -> None:
    r"""Say where data/raw and conf/data/ differ, or edit conf/data/ so that they do not.

    \b
    The edit is shown as a diff, to be reviewed like any other; data/reference.json is written too:
        uv run mlops schema --update
    """
    from mlops.adopt import schema

    if update:
        schema.update(dry_run)
    else:
        click.echo(schema.check())


@click.command()
@click.argument("table", type=click.Path(path_type=Path))
def profile(table: Path) -> None:
    r"""Write reports/profile.html, skrub's report on a CSV or Parquet file. Needs an extra.

    \b
    Distributions and associations of columns, on a page that opens offline:
        uv sync --extra profile
        uv run mlops profile data/source/houses.csv
    """
    from mlops.adopt import profile

    click.echo(profile.profile(table))
