"""A stand-in for Docker, first on the path, and what it was asked to build and to push."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STANDINS = Path(__file__).parent.parent / "standins"


@dataclass(frozen=True)
class Docker:
    """What the stand-in keeps in a folder of its own."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables that put it in Docker's place."""
        self.folder.mkdir(exist_ok=True)
        path = f"{STANDINS}{os.pathsep}{os.environ['PATH']}"
        return {"STANDIN": str(self.folder), "PATH": path}

    @property
    def asked(self) -> list[str]:
        """The verbs that it was asked for, in turn."""
        lines = (self.folder / "asked.txt").read_text("utf-8").splitlines()
        return [line.split()[0] for line in lines]

    def image(self, tag: str) -> Path:
        """The files of which an image was made."""
        return self.folder / "images" / tag / "context"

    def told(self, tag: str) -> dict[str, str]:
        """The options that an image was built with."""
        return dict(json.loads((self.image(tag).parent / "told.json").read_text("utf-8")))

    @property
    def pushed(self) -> dict[str, Any]:
        """The digests of what was pushed, by its tag."""
        found: dict[str, Any] = json.loads((self.folder / "pushed.json").read_text("utf-8"))
        return found
