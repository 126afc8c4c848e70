"""A registry with small scorers: an origin, DVC's storage, and a clone where a service stands."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import yaml
from mlops.scoring import archive
from mlops.scoring.archive import DOCUMENT
from mlops.scoring.contract import Contract, Feature
from mlops.scoring.document import Document
from mlops.scoring.inputs import Input

from baked import IN_PLACE, PROJECT, execute

SCORER = "models/scorer.zip"


def scorer(path: Path, answer: float, *more: str, promised: float | None = None) -> bytes:
    """Write a scorer that answers always the same; it reads `distance`, and `more` if they come.

    What it was exported with is the same, or another promise.
    """
    names = ["distance", *more]
    contract = Contract(
        task="regression",
        name="flights",
        target="delay",
        classes=[],
        threshold=None,
        features={
            name: Feature("number", name in more, None, None, None, None, []) for name in names
        },
        ignored=["delay"],
        key=[],
        rung="masks",
        why=[],
        examples=[dict.fromkeys(names, 1.0)],
        expected=[answer if promised is None else promised],
    )
    leaves = np.zeros((1, 1, 32))
    leaves[0, 0, 0] = answer
    document = Document(contract, inputs=[Input(name, "number") for name in names])
    arrays: dict[str, np.ndarray] = {
        "counts": np.zeros(len(names), np.int64),
        "thresholds": np.zeros(0),
        "lines": np.zeros(0, np.int32),
        "trees": np.zeros(0, np.int32),
        "masks": np.zeros(0, np.uint32),
        "leaves": leaves,
    }
    members = {f"{name}.npy": archive.packed(array) for name, array in arrays.items()}
    archive.write({DOCUMENT: msgspec.json.encode(document), **members}, path)
    return path.read_bytes()


@dataclass(frozen=True)
class Registry:
    """A folder with all that: `ours` promotes, and `service` is the clone that follows."""

    folder: Path

    @property
    def ours(self) -> Path:
        return self.folder / "ours"

    @property
    def service(self) -> Path:
        return self.folder / "service"

    @classmethod
    def of(cls, folder: Path) -> "Registry":
        """Make it, with v0.1.0, which answers 1, in production."""
        registry = cls(folder)
        execute("git", "init", "-q", "--bare", "--initial-branch=main", "origin.git", cwd=folder)
        execute("git", "clone", "-q", "origin.git", "ours", cwd=folder)
        shutil.copytree(PROJECT / ".dvc", registry.ours / ".dvc")
        config = (
            f"[core]\n    remote = storage\n['remote \"storage\"']\n    url = {folder}/storage\n"
        )
        (registry.ours / ".dvc/config").write_text(config, "utf-8")
        (registry.ours / ".gitignore").write_text("/models\n/data\n", "utf-8")
        registry.commit("v0.1.0", 1)
        registry.promote("v0.1.0", 1)
        execute("git", "clone", "-q", "origin.git", "service", cwd=folder)
        return registry

    def commit(
        self, version: str, answer: float, *more: str, promised: float | None = None
    ) -> Path:
        """Commit and register a version; return its scorer in the storage."""
        content = scorer(self.ours / SCORER, answer, *more, promised=promised)
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        out = {"path": SCORER, "hash": "md5", "md5": digest, "size": len(content)}
        lock = {"schema": "2.0", "stages": {"export": {"cmd": version, "outs": [out]}}}
        (self.ours / "dvc.lock").write_text(yaml.safe_dump(lock), "utf-8")
        stored = self.folder / "storage/files/md5" / digest[:2] / digest[2:]
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.write_bytes(content)
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", version)
        self.git("tag", "-a", "-m", "x", f"model@{version}")
        self.git("push", "-q", "origin", "HEAD:main", f"model@{version}")
        return stored

    def promote(self, version: str, counter: int, stage: str = "production") -> None:
        """Put a version into a stage, or back into it."""
        name = f"model#{stage}#{counter}"
        self.git("tag", "-a", "-m", "x", name, f"model@{version}^{{commit}}")
        self.git("push", "-q", "origin", name)

    def git(self, *arguments: str) -> str:
        return execute("git", *arguments, cwd=self.ours).out


def environment() -> dict[str, str]:
    """That of a process which runs the machinery in place."""
    return os.environ | IN_PLACE
