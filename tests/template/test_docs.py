"""The site is built without a warning, and what the READMEs link to is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from baked import PROJECT, TEMPLATE

LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)|(?:src|srcset)=\"([^\"]+)\"")
PAGES = [
    *("README.md", "CONTRIBUTING.md", "benchmarks/README.md"),
    *(path.relative_to(TEMPLATE).as_posix() for path in PROJECT.rglob("*.md")),
]


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    """A warning is also a page that no other leads to, and a link that leads nowhere."""
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "docs", tmp_path]
    done = subprocess.run(command, cwd=TEMPLATE, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for page in (TEMPLATE / "docs").rglob("*.md"):
        written = tmp_path / page.relative_to(TEMPLATE / "docs").with_suffix(".html")
        assert "<h1>" in written.read_text("utf-8"), page
    text = (tmp_path / "reference" / "configuration.html").read_text("utf-8")
    assert "gate.margin" in text
    assert "mlops promote" in (tmp_path / "reference" / "commands.html").read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_what_is_linked_is_there(name: str) -> None:
    page = TEMPLATE / name
    for pair in LINK.findall(page.read_text("utf-8")):
        target = "".join(pair)
        assert (page.parent / target).exists(), f"{name} links to {target}"
