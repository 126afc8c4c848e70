"""Find and open the files that a table comes from."""

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import IO

from mlops.errors import UserError

PACKAGE = "package:"
DAMAGE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


def find_files(source: str, names: Sequence[str]) -> list[Path]:
    """Find the named files of a source: `package:NAME`, an installed package, or a folder.

    The package is never imported. Raise `UserError` where the source or a file is missing.
    """
    if source.startswith(PACKAGE):
        there = package_files(source.removeprefix(PACKAGE))
    else:
        folder = Path(source)
        if not folder.is_dir():
            raise UserError(f"data.source: there is no folder {source!r}")
        there = {path.name: path for path in sorted(folder.iterdir()) if path.is_file()}
    for name in names:
        if name not in there:
            found = [other for other in there if not other.startswith((".", "__"))]
            raise UserError(
                f"{source}: there is no file {name!r}; found: {', '.join(found[:8]) or 'nothing'}"
            )
    return [there[name] for name in names]


def package_files(package: str) -> dict[str, Path]:
    """Find the files that an installed package carries, by name."""
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        raise UserError(
            f"data.source: the package {package!r} is not installed: `uv add {package}`"
        ) from None
    return {file.name: Path(str(file.locate())) for file in files}


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file, seeing through `.gz`, `.xz`, `.zst` and `.zip` (its only member)."""
    if path.suffix == ".gz":
        return gzip.open(path)  # type: ignore[return-value]
    if path.suffix == ".xz":
        return lzma.open(path)
    if path.suffix == ".zst":
        import pyarrow as pa

        stream: IO[bytes] = pa.CompressedInputStream(pa.OSFile(str(path)), "zstd")
        return stream
    if path.suffix == ".zip":
        archive = zipfile.ZipFile(path)
        members = archive.namelist()
        if len(members) != 1:
            raise UserError(f"{path}: expected one file in the archive, found {len(members)}")
        return archive.open(members[0])
    return path.open("rb")


def unreadable(path: Path, error: Exception) -> UserError:
    """Say that a file is damaged or cannot be opened."""
    problem = " ".join(str(error).split()) or type(error).__name__
    return UserError(f"{path}: unreadable or cut short ({problem}): fetch the file again")
