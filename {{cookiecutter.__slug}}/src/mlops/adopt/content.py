"""The bytes of a sample: all of a small file, else its beginning and some places up to its end."""

import gzip
import lzma
import zipfile
from pathlib import Path
from typing import IO, Any, NamedTuple

from mlops.data import sources
from mlops.errors import UserError

MEGABYTE = 2**20
WHOLE = 16 * MEGABYTE  # up to here a file is read as a whole
HEAD = 4 * MEGABYTE
PLACE = MEGABYTE // 2
PLACES = 8
READ_THROUGH = 64 * MEGABYTE  # up to here a compressed file is checked to its end

MAGIC = {b"\x1f\x8b": ".gz", b"\x28\xb5\x2f\xfd": ".zst", b"\xfd7zXZ": ".xz", b"PK\x03\x04": ".zip"}
OTHERS = {
    b"version https://git-lfs.github.com/": "a Git-LFS pointer, not the table: `git lfs pull`",
    b"SQLite format 3\0": 'a database: `mlops adopt --sql sqlite:///FILE --query "select ..."`',
    b"%PDF": "a PDF document: save the table as CSV",
    b"BZh": "compressed by bzip2: compress it with gzip or zstd instead",
    b"\xd0\xcf\x11\xe0": "an Excel workbook: save the sheet as CSV",
}


class Content(NamedTuple):
    """The beginning, places further on (these start and end anywhere), and the whole's size."""

    head: bytes
    places: list[bytes]
    whole: bool
    size: int  # in bytes, uncompressed; of a large compressed file a guess
    suffix: str  # of the compression, such as ".gz"


def read(path: Path) -> Content:
    """Read a sample. Raise `UserError` where it is empty, damaged, or plainly no table."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
            suffix = next((end for magic, end in MAGIC.items() if start.startswith(magic)), "")
        content = compressed(path, suffix) if suffix else plain(path)
    except sources.DAMAGE as error:
        raise sources.unreadable(path, error) from None
    check_kind(path, content.head)
    return content


def plain(path: Path) -> Content:
    """Sample a file that can be read from anywhere."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= WHOLE:
            return Content(file.read(), [], True, size, "")
        head, places = file.read(HEAD), []
        step = (size - HEAD - PLACE) // (PLACES - 1)
        for number in range(PLACES):
            file.seek(HEAD + number * step)
            places.append(file.read(PLACE))
    return Content(head, places, False, size, "")


def compressed(path: Path, suffix: str) -> Content:
    """Sample a file that is read from its beginning on."""
    with opened(path, suffix) as file:
        head = file.read(WHOLE + 1)
        size, packed = len(head), path.stat().st_size
        if size <= WHOLE:
            return Content(head, [], True, size, suffix)
        if packed <= READ_THROUGH:
            while part := file.read(MEGABYTE):
                size += len(part)
        else:
            size = 4 * packed
    return Content(head[:HEAD], [], False, size, suffix)


def opened(path: Path, suffix: str) -> IO[bytes]:
    """Open a compressed file; of an archive its only member."""
    if suffix == ".gz":
        return gzip.open(path)  # type: ignore[return-value]
    if suffix == ".xz":
        return lzma.open(path)
    if suffix == ".zst":
        import pyarrow as pa

        stream: Any = pa.CompressedInputStream(str(path), "zstd")
        return stream  # type: ignore[no-any-return]
    archive = zipfile.ZipFile(path)
    members = archive.namelist()
    if "xl/workbook.xml" in members:
        raise UserError(f"{path}: an Excel workbook: save the sheet as CSV")
    if len(members) != 1:
        raise UserError(f"{path}: expected one file in the archive, found {len(members)}")
    return archive.open(members[0])


def check_kind(path: Path, head: bytes) -> None:
    """Refuse what is something else than a table."""
    if not head.strip():
        raise UserError(f"{path}: the file is empty: expected a header and rows")
    for magic, said in OTHERS.items():
        if head.startswith(magic):
            raise UserError(f"{path}: {said}")
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        raise UserError(f"{path}: a web page or XML, not a table: fetch the file itself")
