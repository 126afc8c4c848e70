"""The verbs of the data: a table of one's own, its schema, and a closer look."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mlops.config.tasks import Task


@click.command()
@click.argument("source", required=False)
@click.option("--target", required=True, metavar="COLUMN", help="What the model is to tell.")
@click.option("--name", help="What the table is to be called, or is already; else as the file is.")
@click.option(
    "--task",
    type=click.Choice(["binary", "multiclass", "regression"]),
    help="What is asked, where it is not what the target looks like.",
)
@click.option("--time", metavar="COLUMN", help="When a row was; the split is then by time.")
@click.option("--key", metavar="COLUMNS", help="What tells one row from another: a,b.")
@click.option("--segments", metavar="COLUMNS", help="Categories to look at apart: a,b.")
@click.option("--group", metavar="COLUMN", help="What keeps rows together, such as a customer.")
@click.option("--drop", metavar="COLUMNS", help="Columns to leave out: a,b.")
@click.option("--encoding", help="Of a text file, such as cp1252; else it is found out.")
@click.option("--sql", metavar="URL", help="A database, such as sqlite:///shop.db.")
@click.option("--query", metavar="SELECT", help="What to take from it.")
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
def adopt(
    source: str | None,
    target: str,
    name: str | None,
    task: "Task | None",
    time: str | None,
    key: str | None,
    segments: str | None,
    group: str | None,
    drop: str | None,
    encoding: str | None,
    sql: str | None,
    query: str | None,
    dry_run: bool,
) -> None:
    r"""Make a table of your own the project's. It is a CSV or Parquet file, a URL, a query.

    \b
    It writes conf/data/NAME.yaml and copies the table to data/source/; then run it:
        uv run mlops adopt houses.csv --target price
        uv run dvc repro
    """
    from mlops.adopt import adopt
    from mlops.adopt.request import Request, listed

    adopt.adopt(
        Request(
            source,
            target,
            name,
            task,
            time,
            listed(key),
            listed(segments),
            group,
            listed(drop),
            encoding,
            sql,
            query,
            dry_run,
        )
    )


@click.command()
@click.option("--update", is_flag=True, help="Widen conf/data/, and take the data as reference.")
@click.option("--dry-run", is_flag=True, help="With --update: only show what would be written.")
def schema(update: bool, dry_run: bool) -> None:
    r"""Say where data/raw and conf/data/ differ. With --update, edit conf/data/ till they do not.

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
    r"""Write skrub's report on a CSV or Parquet file. It needs an extra.

    \b
    Distributions and associations of columns, on a page that opens offline:
        uv sync --extra profile
        uv run mlops profile data/source/houses.csv
    """
    from mlops.adopt import profile

    click.echo(profile.profile(table))
