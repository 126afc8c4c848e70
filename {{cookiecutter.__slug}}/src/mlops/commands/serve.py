"""The verbs that answer with predictions."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mlops.predict.formats import Format
    from mlops.serve.model import Model


@click.command()
@click.option(
    "--model",
    metavar="FILE|VERSION|STAGE",
    help="Which model; else the one of the stage that is followed, or models/scorer.zip.",
)
@click.option("--digest", metavar="MD5", help="What its file must have; else that of dvc.lock.")
@click.option("--follow", metavar="STAGE", help="Take up what is promoted, as it comes.")
@click.option(
    "--follow-every",
    type=click.FloatRange(0.1),
    default=10,
    show_default=True,
    help="Seconds from one look at the stage to the next.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets others ask.")
@click.option("--port", default=8000, show_default=True, help="0 takes a free one.")
@click.option(
    "--log",
    type=click.Path(path_type=Path, file_okay=False),
    default="data/predictions",
    show_default=True,
    help="The folder for rows and their predictions.",
)
@click.option("--no-log", is_flag=True, help="Keep no rows and predictions.")
@click.option(
    "--log-days",
    type=click.IntRange(1),
    help="Delete what is logged after so many days; else never.",
)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option("--access-log", is_flag=True, help="Log every request, not errors only.")
@click.option(
    "--max-rows", type=click.IntRange(1), default=10_000, show_default=True, help="In a request."
)
@click.option(
    "--max-megabytes", type=click.IntRange(1), default=16, show_default=True, help="Of a body."
)
@click.option(
    "--max-waiting",
    type=click.IntRange(1),
    default=16,
    show_default=True,
    help="Large requests that are worked on or wait for it.",
)
@click.option(
    "--max-connections",
    type=click.IntRange(1),
    default=2000,
    show_default=True,
    help="Of each worker.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(1),
    default=30,
    show_default=True,
    help="Seconds for a request to come, for its turn, and for its answer to be taken.",
)
@click.option(
    "--keep-alive",
    type=click.FloatRange(1),
    default=75,
    show_default=True,
    help="Seconds that a connection stays without a request.",
)
@click.option(
    "--drain",
    type=click.FloatRange(0),
    default=1,
    show_default=True,
    help="Seconds from SIGTERM until connections are refused; /ready says 503 at once.",
)
def serve(no_log: bool, **options: Any) -> None:
    r"""Answer with predictions over HTTP: POST /predict.

    \b
    The address is said when it is ready:
        uv run mlops serve
    What is in production, and what will be, without a stop:
        uv run mlops serve --follow production
    Where the environment has MLOPS_SERVE_TOKEN, requests must bear it; /health and /ready need not.
    """
    from mlops.serve import lines, process
    from mlops.serve.settings import Settings

    lines.configure()
    if no_log:
        options["log"] = None
    process.serve(Settings(**options), announce)


@click.command()
@click.argument("table", metavar="IN")
@click.argument("target", metavar="OUT")
@click.option(
    "--model", metavar="FILE|VERSION|STAGE", help="Which model; else the one of models/scorer.zip."
)
@click.option(
    "--format",
    "piped",
    type=click.Choice(["csv", "parquet", "arrow"]),
    default="csv",
    show_default=True,
    help="Of a pipe, `-`; a file's name tells its own.",
)
def predict(table: str, target: str, model: str | None, piped: "Format") -> None:
    r"""Score the rows of a table. It is CSV, Parquet or Arrow, of any size.

    \b
    OUT gets all columns of IN, what is predicted and by which model; all rows, or none:
        uv run mlops predict new.parquet scored.parquet
        uv run mlops predict new.csv scored.csv --model production
        zcat new.csv.gz | uv run mlops predict - - > scored.csv
    """
    from mlops.predict import predict
    from mlops.serve import source
    from mlops.serve.settings import Settings

    found = source.load(Settings(model=model))
    by = found.version or found.digest
    rows = predict.predict(table, target, found.scorer, by, piped)
    click.echo(f"{rows:,} rows scored by model {by}", err=target == "-")


def announce(model: "Model", address: str) -> None:
    """Say in one line what answers where."""
    version = f"version {model.version}, " if model.version else ""
    click.echo(f"{address}: {version}model {model.digest}, rung {model.contract.rung}")
