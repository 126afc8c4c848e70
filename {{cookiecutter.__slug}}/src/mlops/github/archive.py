"""Unpack a zip file that anybody may have written."""

import stat
import zipfile
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from mlops.errors import UserError
from mlops.review.report import clip

FILES = 10_000
UNPACKED = 4 << 30  # bytes of all files together
DEPTH = 20  # folders above a file
PIECE = 1 << 20  # bytes


def unpack(what: str, packed: Path, folder: Path) -> None:
    """Write the files of a zip file into `folder`, new or empty: all of them, or none.

    Raise `UserError`, which begins with `what`, where the zip file is damaged or holds anything
    but a bounded number of regular files of a bounded size with relative names.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=".unpack-") as temporary:
        target = Path(temporary) / "files"
        target.mkdir()
        try:
            with zipfile.ZipFile(packed) as archive:
                _extract(archive, target)
            if folder.exists():
                folder.rmdir()
            target.rename(folder)
        except UserError as error:
            raise UserError(f"{what}: {error}: refused") from None
        except Exception as error:  # damage shows in more ways than `zipfile` documents
            reason = clip(f"{type(error).__name__}: {error}", 200)
            raise UserError(f"{what}: it cannot be unpacked ({reason})") from None


def _extract(archive: zipfile.ZipFile, target: Path) -> None:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > FILES:
        raise UserError(f"it holds more than {FILES:,} files")
    left = UNPACKED
    for entry in entries:
        path = target / _relative(entry)
        path.parent.mkdir(parents=True, exist_ok=True)
        # What an entry claims to be its size is not believed.
        with archive.open(entry) as source, path.open("xb") as file:
            while piece := source.read(PIECE):
                left -= len(piece)
                if left < 0:
                    raise UserError(f"its files have more than {UNPACKED:,} bytes")
                file.write(piece)


def _relative(entry: zipfile.ZipInfo) -> PurePosixPath:
    """An entry's path inside the folder."""
    name = entry.filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    parts = name.split("/")
    is_odd = any(character in name for character in "\\:\0") or not name.isprintable()
    if is_odd or any(part in ("", ".", "..") for part in parts):
        raise UserError(f"it holds a file named {clip(ascii(name), 100)}")
    if len(parts) > DEPTH:
        raise UserError(f"it holds files more than {DEPTH} folders deep")
    if kind not in (0, stat.S_IFREG):
        raise UserError(f"{clip(name, 100)} is not a regular file")
    return PurePosixPath(name)
