"""What a release tells the workflow that runs it."""

import os
from pathlib import Path

from mlops.release.registry import Version


def tell(version: Version) -> None:
    """Write the version that is to be released and deployed to the step's outputs, on GitHub."""
    if path := os.environ.get("GITHUB_OUTPUT"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"version={version.name}\n")
