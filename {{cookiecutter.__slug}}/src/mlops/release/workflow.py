"""What a release tells the workflow that runs it."""

import os
from pathlib import Path

BY_HAND = "services that follow take it up; for images, run the workflow Deploy"


def tell(name: str, value: str) -> None:
    """Write an output of the step that runs, on GitHub; elsewhere do nothing."""
    if path := os.environ.get("GITHUB_OUTPUT"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{name}={value}\n")


def is_on_github() -> bool:
    """Tell whether a workflow runs this."""
    return "GITHUB_OUTPUT" in os.environ


def is_run_again() -> bool:
    """Tell whether somebody has the same run of a workflow done again: then all of it is done."""
    return int(os.environ.get("GITHUB_RUN_ATTEMPT") or 1) > 1
