"""Which of the project's dependency groups a scorer needs; run by deploy/Dockerfile as a script.

It prints the group's name. It imports nothing but the standard library, since nothing else is there
yet when an image is built.
"""

import json
import sys
import zipfile
from pathlib import Path

GROUPS = {
    "masks": "serve",
    "linear": "serve",
    "constant": "serve",
    "treelite": "serve-treelite",
    "predict": "serve-pipeline",
    "pipeline": "serve-pipeline",
}


def group(path: Path) -> str:
    """The group of pyproject.toml that a scorer's rung needs."""
    with zipfile.ZipFile(path) as archive:
        return GROUPS[json.loads(archive.read("scorer.json"))["contract"]["rung"]]


if __name__ == "__main__":
    print(group(Path(sys.argv[1])))
