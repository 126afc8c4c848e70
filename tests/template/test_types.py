"""The template's own Python, and that which it generates, passes mypy in strict mode."""

from baked import TEMPLATE, execute


def test_mypy_finds_nothing() -> None:
    assert "Success: no issues found in" in execute("mypy", cwd=TEMPLATE).out
