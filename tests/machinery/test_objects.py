"""What is said of a remote that cannot be reached, or is gone."""

from pathlib import Path
from typing import Any

import pytest
from dvc.repo import Repo
from mlops.errors import UserError
from mlops.repository import git, objects


def test_a_password_in_a_remote_s_address_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".dvc").mkdir()
    Path(".dvc/config").write_text(
        "[core]\n    remote = storage\n['remote \"storage\"']\n    url = webdavs://host.invalid/data\n",
        "utf-8",
    )
    Path(".dvc/config.local").write_text(
        "['remote \"storage\"']\n    url = webdavs://me:hunter2@host.invalid/data\n", "utf-8"
    )
    said = objects.no_access(PermissionError("me:hunter2 refused"))
    assert (
        said == "the remote webdavs://***@host.invalid/data gives no access here (PermissionError)"
    )
    gone = objects.no_access(FileNotFoundError("no such bucket"))
    assert gone.startswith("the remote webdavs://***@host.invalid/data is not there: if it was mov")


def test_credentials_are_taken_out_of_any_address() -> None:
    text = "fatal: https://me:secret@host.invalid/a.git and ssh://git@host.invalid/b"
    assert git.without_credentials(text) == (
        "fatal: https://***@host.invalid/a.git and ssh://***@host.invalid/b"
    )


@pytest.fixture
def in_a_bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """DVC's settings, of a project whose remote is in a bucket called flights."""
    monkeypatch.chdir(tmp_path)
    git.git("init", "-q")
    Repo.init().close()
    text = "[core]\n    remote = storage\n['remote \"storage\"']\n    url = s3://flights/x\n"
    Path(".dvc/config").write_text(text, "utf-8")
    return tmp_path


def test_a_folder_that_lacks_an_object_is_named_by_its_whole_path(in_a_bucket: Path) -> None:
    config = Path(".dvc/config")
    config.write_text(config.read_text("utf-8").replace("s3://flights/x", "../store"), "utf-8")
    folder = in_a_bucket / "store"
    folder.mkdir()
    with pytest.raises(UserError, match=rf"^object d+ is not in the remote {folder}: "):
        objects.pull("d" * 32)


def test_a_bucket_that_is_gone_is_told_from_one_that_lacks_an_object(
    in_a_bucket: Path, client: Any
) -> None:
    with pytest.raises(UserError, match=r"^the remote s3://flights/x is not there: if it was"):
        objects.pull("d" * 32)
    client.create_bucket(Bucket="flights")
    with pytest.raises(UserError, match=r"^object d+ is not in the remote s3://flights/x: "):
        objects.pull("d" * 32)
