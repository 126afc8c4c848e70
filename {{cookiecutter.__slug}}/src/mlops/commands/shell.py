"""The verb of one's own shell."""

from typing import NamedTuple

import click

CALL = "uv run --quiet --no-sync mlops 2>/dev/null"  # silent where there is no project


class Shell(NamedTuple):
    """What makes `mlops` a command, and the edits of click's script, which looks for a program."""

    function: str
    edits: dict[str, str]


SHELLS = {
    "bash": Shell('mlops() { uv run mlops "$@"; }', {"_complete $1)": f"_complete {CALL})"}),
    "zsh": Shell(
        'mlops() { uv run mlops "$@"; }',
        {"_complete mlops)": f"_complete {CALL})", "$+commands[mlops]": "$+commands[uv]"},
    ),
    "fish": Shell("function mlops; uv run mlops $argv; end", {"-t) mlops)": f"-t) {CALL})"}),
}


@click.command()
@click.argument("shell", type=click.Choice([*SHELLS]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    r"""Print what lets a shell complete `mlops` with TAB.

    \b
    With it `mlops` is short for `uv run mlops`. In bash or zsh, and in fish:
        eval "$(uv run mlops completion bash)"
        uv run mlops completion fish | source
    To keep it:
        uv run mlops completion bash >> ~/.bashrc
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click knows no completion for {shell}")
    script = kind(context.find_root().command, {}, "mlops", "_MLOPS_COMPLETE").source()
    for old, new in SHELLS[shell].edits.items():
        script = script.replace(old, new)
    click.echo(f"{SHELLS[shell].function}\n{script}")
