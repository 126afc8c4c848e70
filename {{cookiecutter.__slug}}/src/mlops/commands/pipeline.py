"""The verbs of the pipeline: its parameters, its run, their search, new data, and its health."""

import sys

import click


@click.command()
@click.option("--check", "way", flag_value="check", help="Say where params.yaml and conf/ differ.")
@click.option("--adopt", "way", flag_value="adopt", help="Write params.yaml's values into conf/.")
@click.option("--discard", "way", flag_value="discard", help="Write params.yaml anew from conf/.")
def compose(way: str | None) -> None:
    r"""Compose conf/ into params.yaml. `dvc repro` does so first.

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


@click.command()
@click.option(
    "--trials", type=click.IntRange(min=1), default=50, help="How many in all, earlier ones too."
)
@click.option("--minutes", type=click.IntRange(min=1), help="After so many no trial begins.")
@click.option(
    "--adopt", is_flag=True, help="Write the best trial's values into conf/; it searches nothing."
)
def tune(trials: int, minutes: int | None, adopt: bool) -> None:
    r"""Search parameters as conf/search/ says.

    Trials are scored on the validation rows. The best is compared with what conf/ has, on the test
    rows. Ctrl-C ends it with a report; the same command goes on. Exit code 1 where a trial failed,
    130 after Ctrl-C.

    \b
    For as long as the coffee takes, then the best into conf/:
        uv run mlops tune --minutes 10
        uv run mlops tune --adopt
    """
    context = click.get_current_context()
    given = [name for name in ("trials", "minutes") if is_given(context, name)]
    if adopt and given:
        raise click.UsageError(
            f"--adopt searches nothing: run it without --{given[0]}, after the search"
        )
    if adopt:
        from mlops.tune import adopting

        adopting.adopt_best()
    else:
        from mlops.tune import tune

        sys.exit(tune.tune(trials, minutes))


def is_given(context: click.Context, name: str) -> bool:
    """Tell whether an option stands on the command line."""
    return context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


@click.command()
def page() -> None:
    r"""Write reports/report.html, the page of the run. Also validation.html, that of its data.

    \b
    `dvc repro` does so last; this does after `dvc checkout` or in a new clone:
        uv run mlops page
    """
    from mlops.run import page, validation

    click.echo(page.write())
    if written := validation.rewrite():
        click.echo(written)


@click.command()
@click.argument("version", required=False)
@click.option("--merged", is_flag=True, help="Run nothing where dvc.lock is not of this commit.")
def reproduce(version: str | None, merged: bool) -> None:
    r"""Run this pipeline as a runner does. Or run VERSION's anew, and compare.

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

        sys.exit(reproduce.reproduce_merged() if merged else reproduce.reproduce())


@click.command()
@click.option("--through", metavar="PERIOD", help="Up to which period; else the source's newest.")
@click.option(
    "--start-review",
    envvar="START_REVIEW",
    is_flag=True,
    help="Start the pull request's checks too: what a workflow's own token opens starts none.",
)
def retrain(through: str | None, start_review: bool) -> None:
    r"""Make a pull request of what the source has new. Its report decides.

    \b
    As .github/workflows/retrain.yaml does; your working tree is not touched:
        uv run mlops retrain --through 2013-07
    """
    from mlops.monitor import retrain

    click.echo(retrain.retrain(through, start_review))


@click.command()
@click.option("--fix", is_flag=True, help="Mend what can be mended; no work is deleted.")
def doctor(fix: bool) -> None:
    r"""Find what a crash, a race or a bad disk left. With --fix, mend it.

    \b
    It reads every object in DVC's cache and remote, and never touches your own work:
        uv run mlops doctor --fix
    """
    from mlops.doctor import doctor

    sys.exit(not doctor.doctor(fix))
