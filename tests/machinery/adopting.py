"""A project in which a table is adopted, and what tests do with it."""

import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml
from mlops.adopt.adopt import adopt
from mlops.adopt.request import Request
from mlops.config import composition, params
from mlops.config.schema import Config
from mlops.data import tables
from mlops.data.reading import snapshots

from baked import PROJECT, execute

ROWS = 60  # below which a sample is too small to tell anything


def project_in(folder: Path) -> None:
    """`conf/`, DVC and Git as a new project has them, with one commit."""
    shutil.copytree(PROJECT / "conf", folder / "conf")
    shutil.copytree(PROJECT / ".dvc", folder / ".dvc", ignore=shutil.ignore_patterns("tmp"))
    config = (PROJECT / ".dvc/config").read_text("utf-8")
    url = config.partition("url = ")[2].partition("\n")[0]
    (folder / ".dvc/config").write_text(config.replace(url, "../../storage"), "utf-8")
    (folder / "data/source").mkdir(parents=True)
    (folder / "data/source/README.md").write_text("Source files go here.\n")
    execute("git", "init", "-q", "-b", "main", cwd=folder)
    execute("git", "add", "--all", cwd=folder)
    execute("git", "commit", "-q", "-m", "Start", cwd=folder)


def take(source: Path | str, target: str = "target", **asked: Any) -> Config:
    """Adopt a table; return what `conf/` composes then, by which its copy can be read."""
    adopt(Request(str(source), target, **asked))
    config = params.typed(composition.compose().values, "conf")
    if not asked.get("dry_run"):
        snapshots.update(Path("data/raw"), config.data, "code")
        raw = sorted(Path("data/raw").glob("*.parquet"))
        schema = tables.schema(config.data.columns)
        assert raw
        assert all(pq.read_schema(path).equals(schema) for path in raw)
        shutil.rmtree("data/raw")
    return config


def written(name: str = "table") -> Any:
    """The table's file in `conf/data/`, as plain values."""
    return yaml.safe_load(Path("conf/data", f"{name}.yaml").read_text("utf-8"))


def state(folder: Path) -> dict[str, bytes]:
    """All files but DVC's own caches and locks, with their bytes."""
    hidden = {folder / ".dvc/tmp", folder / ".dvc/cache", folder / ".git"}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and hidden.isdisjoint(path.parents)
    }


def rows(**columns: Any) -> str:
    """A CSV file of 60 rows: each column is a list that is repeated, or a function of the row."""
    lines = [",".join(columns)]
    for row in range(ROWS):
        cells = [
            cell(row) if callable(cell) else cell[row % len(cell)] for cell in columns.values()
        ]
        lines.append(",".join(map(str, cells)))
    return "\n".join(lines) + "\n"
