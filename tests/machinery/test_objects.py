"""What is said of a remote that cannot be reached holds no password."""

from pathlib import Path

import pytest
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
