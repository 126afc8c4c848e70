"""The site is built without a warning, and what the documentation names is there."""

import ast
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from mlops import cli

from baked import PROJECT, TEMPLATE

SITE = [*(TEMPLATE / "docs" / "tutorials").glob("*.md"), *(TEMPLATE / "docs").glob("how-to/*.md")]
OTHERS = [TEMPLATE / name for name in ("README.md", "CONTRIBUTING.md", "benchmarks/README.md")]
PAGES = {
    path.relative_to(TEMPLATE).as_posix(): path for path in (*SITE, *OTHERS, *PROJECT.rglob("*.md"))
}
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)|(?:src|srcset)=\"([^\"]+)\"")
BLOCK = re.compile(r"^```(json|yaml|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"uv run mlops ([^#|`]*)")
READERS: dict[str, Callable[[str], object]] = {
    "json": json.loads,
    "yaml": yaml.safe_load,
    "python": ast.parse,
}


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    """A warning is also a page that no other leads to, and a link that leads nowhere."""
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "docs"]
    done = subprocess.run(
        [*command, str(tmp_path)], cwd=TEMPLATE, capture_output=True, text=True, timeout=300
    )
    assert not done.stderr, done.stderr
    assert done.returncode == 0
    for page in SITE:
        written = tmp_path / page.relative_to(TEMPLATE / "docs").with_suffix(".html")
        assert "<h1>" in written.read_text("utf-8"), page
    told = {
        name: (tmp_path / "reference" / f"{name}.html").read_text("utf-8")
        for name in ("commands", "configuration", "http", "python/mlops.review", "stages")
    }
    for command_name in cli.main.commands:
        assert f'id="mlops-{command_name}"' in told["commands"]
    assert "gate.segments.drop" in told["configuration"]
    assert "A row is not what the model takes" in told["http"]
    assert "what a candidate has to reach" in told["python/mlops.review"]
    assert "models/scorer.zip" in told["stages"]


@pytest.mark.parametrize("name", PAGES)
def test_what_is_linked_is_there(name: str) -> None:
    page = PAGES[name]
    for pair in LINK.findall(page.read_text("utf-8")):
        target = "".join(pair)
        generated = target.startswith("../reference/")
        assert generated or (page.parent / target).exists(), f"{name} links to {target}"


@pytest.mark.parametrize("name", PAGES)
def test_commands_and_options_are_known(name: str) -> None:
    text = PAGES[name].read_text("utf-8").replace("\\\n", " ")
    for line in COMMAND.findall(text):
        command, *words = shlex.split(line.partition("&&")[0].partition("\n")[0]) or ["--help"]
        known = {"--help"} if command not in cli.main.commands else options(command)
        assert command in (*cli.main.commands, "--help", "COMMAND"), f"{name}: {line}"
        used = {word.partition("=")[0] for word in words if word.startswith("-") and word != "-"}
        assert used <= known, f"{name}: {line}"


def options(command: str) -> set[str]:
    return {option for each in cli.main.commands[command].params for option in each.opts}


@pytest.mark.parametrize("name", PAGES)
def test_code_is_well_formed(name: str) -> None:
    for kind, body in BLOCK.findall(PAGES[name].read_text("utf-8")):
        READERS[kind](body.replace("$", ""))  # placeholders of the model card
