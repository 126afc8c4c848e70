"""A zip file from anybody is unpacked into its folder, or refused in a line."""

import io
import stat
import zipfile
from pathlib import Path

import pytest
from mlops.errors import UserError
from mlops.github import archive

from machinery.zips import zipped


def unpack(content: bytes, folder: Path) -> None:
    packed = folder.parent / "a.zip"
    packed.write_bytes(content)
    archive.unpack("fetch it", packed, folder)


def refused(content: bytes, folder: Path) -> str:
    """Nothing is left behind, neither inside of the folder nor beside it."""
    folder.parent.mkdir()
    with pytest.raises(UserError) as error:
        unpack(content, folder)
    assert [path.name for path in folder.parent.iterdir()] == ["a.zip"]
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "job" / "model"


@pytest.mark.parametrize("there", [True, False], ids=["empty", "new"])
def test_files_and_folders(folder: Path, there: bool) -> None:
    folder.parent.mkdir()
    if there:
        folder.mkdir()
    unpack(zipped({"models/": b"", "models/model.skops": b"x" * 9, "dvc.lock": b""}), folder)
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == {"models/model.skops", "dvc.lock"}
    assert (folder / "models" / "model.skops").read_bytes() == b"x" * 9


@pytest.mark.parametrize(
    "name",
    [
        "../model.skops",
        "models/../../model.skops",
        "/etc/model.skops",
        "//host/model.skops",
        "models//model.skops",
        "./model.skops",
        "..\\model.skops",
        "C:/model.skops",
        "model\n.skops",
        "model\u202e.skops",
    ],
)
def test_a_name_that_leads_elsewhere(folder: Path, name: str) -> None:
    said = refused(zipped({"dvc.lock": b"", name: b"x"}), folder)
    assert said.startswith("fetch it: it holds a file named '")
    assert said.isascii()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_only_regular_files(folder: Path, kind: int) -> None:
    said = refused(zipped({"models/model.skops": b"/etc/passwd"}, kind), folder)
    assert said == "fetch it: models/model.skops is not a regular file: refused"


def test_a_bomb(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "UNPACKED", 5_000_000)
    bomb = zipped({str(number): b"\0" * 1_000_000 for number in range(6)})
    assert len(bomb) < 10_000
    assert refused(bomb, folder) == "fetch it: its files have more than 5,000,000 bytes: refused"


def test_a_bomb_that_claims_to_be_small(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "UNPACKED", 1_000)
    size = (1_000_000).to_bytes(4, "little")
    lying = zipped({"a": b"\0" * 1_000_000}).replace(size, (10).to_bytes(4, "little"))
    assert "cannot be unpacked (BadZipFile: Bad CRC-32" in refused(lying, folder)


def test_too_many_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FILES", 10)
    many = zipped({str(number): b"" for number in range(11)})
    assert refused(many, folder) == "fetch it: it holds more than 10 files: refused"


def test_too_deep(folder: Path) -> None:
    said = refused(zipped({"a/" * 20 + "b": b""}), folder)
    assert said == "fetch it: it holds files more than 20 folders deep: refused"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_comes_twice(folder: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("a", b"1")
        made.writestr("a", b"2")
    assert "cannot be unpacked (FileExistsError" in refused(buffer.getvalue(), folder)


def test_a_file_that_is_a_folder_as_well(folder: Path) -> None:
    assert "cannot be unpacked" in refused(zipped({"a": b"", "a/b": b""}), folder)


def test_an_encrypted_file(folder: Path) -> None:
    locked = bytearray(zipped({"a": b"x"}))
    central = locked.index(b"PK\x01\x02")
    locked[6] |= 1
    locked[central + 8] |= 1
    assert "cannot be unpacked (RuntimeError" in refused(bytes(locked), folder)


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_file(folder: Path, content: bytes) -> None:
    assert refused(content, folder).startswith("fetch it: it cannot be unpacked (BadZipFile: ")


def test_a_zip_file_cut_or_changed_anywhere(tmp_path: Path) -> None:
    """It is refused and leaves nothing, or is unpacked."""
    whole = zipped({"dvc.lock": b"stages: {}", "models/model.skops": b"model"})
    refusals = 0
    for place in range(len(whole)):
        changed = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        for number, content in enumerate((whole[:place], changed)):
            folder = tmp_path / f"{place}-{number}" / "model"
            folder.parent.mkdir()
            is_refused = refuses(content, folder)
            assert is_refused != folder.exists()
            refusals += is_refused
    assert refusals > len(whole)


def refuses(content: bytes, folder: Path) -> bool:
    try:
        unpack(content, folder)
    except UserError:
        return True
    return False


def test_a_folder_with_something_in_it_is_left_alone(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "mine").write_text("x")
    with pytest.raises(UserError, match="cannot be unpacked"):
        unpack(zipped({"a": b""}), folder)
    assert [path.name for path in folder.iterdir()] == ["mine"]
