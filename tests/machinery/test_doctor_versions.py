"""`mlops doctor`: registered versions of which no store has the files."""

import hashlib
import shutil
from pathlib import Path

import pytest
from mlops.errors import UserError
from mlops.repository import objects

from machinery.doctoring import Patient

WELL = (True, "all is well\n")
SCORER, PIPELINE = (hashlib.md5(text).hexdigest() for text in (b"scorer", b"pipeline"))
LOCK = f"""
schema: '2.0'
stages:
  export:
    cmd: x
    outs:
    - {{path: models/model.skops, md5: {PIPELINE}}}
    - {{path: models/scorer.zip, md5: {SCORER}}}
"""


@pytest.fixture
def registered(patient: Patient) -> Patient:
    """The small project after it had a version with another model, which no store has."""
    now = Path("dvc.lock").read_text()
    for text, message in ((LOCK, "A version"), (now, "On")):
        Path("dvc.lock").write_text(text)
        patient.git("commit", "-qam", message)
    patient.git("tag", "-a", "-m", "x", "model@v0.1.0", "HEAD~1")
    return patient


def put(store: Path, digest: str, content: bytes) -> None:
    """Let a store have an object."""
    path = store / "files/md5" / digest[:2] / digest[2:]
    path.parent.mkdir(parents=True)
    path.write_bytes(content)


def test_a_version_that_no_store_has_is_told(registered: Patient) -> None:
    well, said = registered.doctor(fix=True)
    assert not well
    problem, remedy, _ = said.splitlines()
    assert problem == (
        "v0.1.0: models/scorer.zip and models/model.skops: neither in DVC's cache nor in the remote"
    )
    assert "`uv run mlops doctor --fix` in a clone that has it" in remedy
    assert "`uv run mlops reproduce v0.1.0` makes it anew" in remedy


def test_a_remote_that_is_not_there_is_told_first(registered: Patient) -> None:
    shutil.rmtree(registered.storage)
    well, said = registered.doctor(fix=True)
    assert not well
    problem, remedy, *_ = said.splitlines()
    assert (
        problem == f"the remote {registered.storage} is not there, though versions are registered"
    )
    assert "`uv run dvc remote modify --local storage url FOLDER` says where it is" in remedy


def test_a_damaged_object_is_told_as_the_versions(registered: Patient) -> None:
    put(registered.storage, SCORER, b"damaged")
    said = registered.doctor()[1]
    assert "it is models/scorer.zip of v0.1.0: `uv run mlops doctor --fix` in a clone" in said
    assert "where none has, `uv run mlops reproduce v0.1.0`" in said
    with pytest.raises(UserError, match="is damaged in the remote: `uv run mlops doctor --fix`"):
        objects.pull(SCORER)


def test_what_the_remote_lacks_is_copied_to_it(registered: Patient) -> None:
    put(registered.storage, SCORER, b"scorer")
    put(registered.cache, PIPELINE, b"pipeline")
    problem, done, _ = registered.doctor(fix=True)[1].splitlines()
    assert problem == "in DVC's cache here, but not in the remote: v0.1.0 models/model.skops"
    assert done == "    mended: copied to the remote"
    assert registered.doctor() == WELL


def test_only_the_file_that_is_lost_is_named(registered: Patient) -> None:
    put(registered.storage, PIPELINE, b"pipeline")
    assert "v0.1.0: models/scorer.zip: neither" in registered.doctor()[1]


def test_without_a_remote_the_cache_alone_is_looked_in(registered: Patient) -> None:
    config = Path(".dvc/config")
    config.write_text(config.read_text().replace("remote = storage", ""))
    said = registered.doctor()[1]
    assert "models/model.skops: not in DVC's cache, and there is no remote here\n" in said
    assert "dvc push" not in said


def test_a_remote_that_cannot_be_reached_is_one_line(registered: Patient) -> None:
    config = Path(".dvc/config")
    config.write_text(config.read_text().replace("../../storage", "http://127.0.0.1:9"))
    problem, _, found = registered.doctor()[1].splitlines()
    assert "gives no access here" in problem
    assert found == "1 found"


def test_of_many_versions_the_oldest_are_counted(registered: Patient) -> None:
    for number in range(2, 8):
        commit = registered.git("commit-tree", "-m", str(number), "HEAD~1^{tree}").strip()
        registered.git("tag", "-a", "-m", "x", f"model@v0.{number}.0", commit)
    lines = registered.doctor()[1].splitlines()
    assert lines[0].startswith("v0.7.0: ")
    assert lines[10] == "older versions, neither in DVC's cache nor in the remote: 2 more"
    assert lines[-1] == "6 found"
