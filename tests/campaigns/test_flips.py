"""A flipped byte in any object: the doctor names it, and what needs it refuses it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from baked import BakedProject, execute
from campaigns.arena import ORIGIN, STORAGE, Arena, tags
from campaigns.killing import made, project_in
from campaigns.portion import among
from machinery.doctoring import flip

CACHE = ".dvc/cache/files/md5"
USED = {  # what each command reads of DVC's cache
    "promote": ("models/model.skops", "models/scorer.zip", "reports/predictions.parquet"),
    "report": ("models/scorer.zip", "reports/predictions.parquet"),
}
Note = Callable[[str], None]


@pytest.fixture(scope="session")
def flipping(arena: Arena) -> BakedProject:
    """A project with a storage and an origin of its own; nothing is promoted."""
    folder = arena.folder / "flips"
    shutil.copytree(arena.folder / STORAGE, folder / STORAGE)
    shutil.copytree(arena.folder / ORIGIN, folder / ORIGIN)
    project = project_in(folder, arena.project.path, arena.project)
    for path in (folder / ORIGIN, project.path):
        execute("git", "tag", "-d", *tags(path), cwd=path)
    return project


def objects(store: Path) -> list[str]:
    return sorted(str(path.relative_to(store)) for path in store.rglob("*") if path.is_file())


@contextmanager
def flipped(path: Path) -> Iterator[bytes]:
    """Have one bit of a file wrong for a while."""
    whole = path.read_bytes()
    flip(path)
    yield path.read_bytes()
    path.unlink(missing_ok=True)
    path.write_bytes(whole)
    path.chmod(0o444)


def test_the_doctor_names_each_object(flipping: BakedProject, note: Note) -> None:
    for store in (flipping.path / CACHE, flipping.path.parent / STORAGE / "files/md5"):
        for name in among(objects(store)):
            with flipped(store / name):
                said = flipping.run("mlops", "doctor", check=False)
            lines = [line for line in said.out.splitlines() if "is damaged" in line]
            assert [name in line for line in lines] == [True], said.out
            assert said.code == 1
            note(f"named, in {'the cache' if 'cache' in str(store) else 'the remote'}")


@pytest.mark.parametrize(
    ("command", "path"), [(command, path) for command in USED for path in USED[command]]
)
def test_what_is_used_is_refused_before(
    flipping: BakedProject, note: Note, path: str, command: str
) -> None:
    digest = recorded(flipping, path)
    model = flipping.snapshot("models")
    with flipped(flipping.path / CACHE / digest[:2] / digest[2:]):
        ran = flipping.run("mlops", command, check=False)
    assert "damaged" in ran.text
    assert digest in ran.text
    assert "Traceback" not in ran.text
    assert flipping.snapshot("models") == model
    assert tags(flipping.path.parent / ORIGIN) == tags(flipping.path) == {}
    note(f"refused by `mlops {command}`")


def recorded(project: BakedProject, path: str) -> str:
    """The digest of an output, from the lock."""
    outs = [
        out
        for stage in project.yaml("dvc.lock")["stages"].values()
        for out in stage.get("outs", [])
    ]
    (digest,) = [str(out["md5"]) for out in outs if out["path"] == path]
    return digest


def test_pull_refuses_each_object(flipping: BakedProject, note: Note) -> None:
    store, before = flipping.path.parent / STORAGE / "files/md5", made(flipping)
    needed = [name for name in objects(store) if is_needed(flipping, name)]
    assert len(needed) >= 7
    for name in among(needed):
        empty(flipping)
        with flipped(store / name) as damaged:
            assert flipping.run("dvc", "pull", "-q", check=False).code != 0
            here = flipping.snapshot("data", "models", "reports", CACHE)
            assert damaged not in here.values()
        if flipping.run("dvc", "pull", "-q", check=False).code:
            assert name.endswith(".dir")  # DVC remembers a damaged list of files, once
            flipping.run("dvc", "pull", "-q")
        assert made(flipping) == before
        note("refused by `dvc pull`")


def empty(project: BakedProject) -> None:
    """Remove everything that DVC keeps for this commit."""
    shutil.rmtree(project.path / ".dvc/cache", ignore_errors=True)
    for line in project.run("dvc", "ls", ".", "-R", "--dvc-only").out.split():
        (project.path / line).unlink(missing_ok=True)


def is_needed(project: BakedProject, name: str) -> bool:
    """Tell whether the project's lock names an object, or a directory that it names lists it."""
    digest = name.replace("/", "")
    if digest in project.read("dvc.lock"):
        return True
    return any(
        f'"{digest}"' in path.read_text("utf-8")
        for path in (project.path / CACHE).rglob("*.dir")
        if f"{path.parent.name}{path.name}" in project.read("dvc.lock")
    )
