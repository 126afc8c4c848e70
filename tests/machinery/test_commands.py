"""The commands as people meet them: the map of the loop, help with examples, completion."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from mlops import cli
from mlops.commands import overview, pipeline, shell

from baked import IN_PLACE, environment

COMMANDS = cli.main.commands
EXAMPLE = re.compile(r"^ +.*?\buv run mlops ([^|<>)\n]*)", re.MULTILINE)
HEAVY = {"dvc", "hydra", "numpy", "pandas", "pyarrow", "requests", "rich", "sklearn", "yaml"}


def test_every_command_is_in_one_part_of_the_loop() -> None:
    parts = sorted(name for part in overview.LOOP for name in part.commands)
    assert not {*parts} - {*COMMANDS}, "in LOOP, but its module is not in mlops/cli.py"
    assert parts == sorted(COMMANDS), "LOOP in mlops/commands/overview.py names each once"


def test_without_arguments_the_loop_is_shown_on_one_screen() -> None:
    """At once: nothing heavy is imported for it."""
    code = f"""
import sys
from mlops.cli import main
try:
    main()
finally:
    print({HEAVY} & {{*sys.modules}}, file=sys.stderr)
"""
    command, here = [sys.executable, "-c", code], environment() | IN_PLACE
    done = subprocess.run(command, env=here, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "set()\n")
    lines = done.stdout.splitlines()
    assert 24 <= len(lines) <= 30
    assert max(map(len, lines)) <= 100
    assert "..." not in done.stdout.replace("mlops ...", "")
    shown: list[str] = re.findall(r"^.{11}(\w+)", done.stdout, re.MULTILINE)
    assert [name for name in shown if name in COMMANDS] == [
        name for part in overview.LOOP for name in part.commands
    ]
    assert CliRunner().invoke(cli.main, ["--help"]).output == done.stdout


def test_in_a_folder_of_the_project_the_way_back_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("conf/config.yaml", "dvc.yaml", "reports/plots/roc.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path / "reports/plots")
    for command in ("serve", "doctor", "report"):
        done = CliRunner().invoke(cli.main, [command])
        assert (done.exit_code, done.output) == (
            1,
            "plots is a folder of the project: `cd ../..`, then again\n",
        )
    assert CliRunner().invoke(cli.main, ["completion", "bash"]).exit_code == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples_that_are_understood(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each example's words are parsed as the command would, types and all."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_EVENT_PATH", "event.json")
    examples = EXAMPLE.findall(COMMANDS[name].get_help(click.Context(COMMANDS[name])))
    assert examples
    used = []
    for example in examples:
        command, *words = shlex.split(example)
        COMMANDS[command].make_context(command, words)
        used.append(command)
    assert name in used


@pytest.mark.parametrize("name", shell.SHELLS)
def test_the_script_of_each_shell_calls_uv(name: str) -> None:
    """click's own script looks for a program `mlops`, and there is none on the path."""
    script = CliRunner().invoke(cli.main, ["completion", name]).output
    for old, new in shell.SHELLS[name].edits.items():
        assert new in script
        assert old not in script
    assert script.startswith(shell.SHELLS[name].function)


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `uv` that runs the machinery in place, in a repository with two versions."""
    program = tmp_path / "bin" / "uv"
    program.parent.mkdir()
    code = "from mlops.cli import main; main(prog_name='mlops')"
    program.write_text(
        f'#!/bin/sh\nwhile [ "$1" != mlops ]; do shift; done\nshift\n'
        f'exec {sys.executable} -c "{code}" "$@"\n',
        "utf-8",
    )
    program.chmod(0o755)
    for variable, value in (environment() | IN_PLACE).items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    for words in ("init -q", "commit -q --allow-empty -m One", "tag -a -m First model@v0.1.0"):
        subprocess.run(["git", *words.split()], check=True)
    subprocess.run(["git", "tag", "-a", "-m", "In", "model#production#1"], check=True)


COMPLETED = {
    "mlops prom": "promote",
    "mlops promote --dr": "--dry-run",
    "mlops show ": "production v0.1.0",
    "mlops rollback --to v": "v0.1.0",
}


@pytest.mark.usefixtures("uv")
@pytest.mark.parametrize("typed", COMPLETED)
def test_bash_completes_commands_options_and_versions(typed: str) -> None:
    words = typed.split(" ")
    script = (
        'eval "$(uv run mlops completion bash)"\n'
        f"COMP_WORDS=({' '.join(map(shlex.quote, words))}) COMP_CWORD={len(words) - 1}\n"
        '_mlops_completion mlops\necho "${COMPREPLY[*]}"\n'
        "mlops show v9.9.9\n"
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout == f"{COMPLETED[typed]}\n"
    assert "v9.9.9" in done.stderr  # the function ran the command


@pytest.mark.parametrize("option", ["--trials", "--minutes"])
def test_what_adopting_would_not_do_is_refused(option: str) -> None:
    ran = CliRunner().invoke(pipeline.tune, [option, "3", "--adopt"])
    assert ran.exit_code == 2
    assert f"--adopt searches nothing: run it without {option}" in ran.output
