"""DVC's two stores of objects, its cache and the default remote, and what is in them."""

import errno
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from mlops.doctor.finding import KEPT, set_aside
from mlops.errors import UserError
from mlops.repository import objects

OBJECT = re.compile(r"[0-9a-f]{30}(\.dir)?")


class Copy(NamedTuple):
    """An intact copy of an object: where it is in words, and its bytes or the file of them."""

    where: str
    fs: Any
    path: str = ""
    content: bytes | None = None

    @contextmanager
    def file(self) -> Iterator[str]:
        """The path of a file in `fs` that holds the bytes."""
        if self.content is None:
            yield self.path
            return
        with TemporaryDirectory() as folder:
            path = Path(folder) / "object"
            path.write_bytes(self.content)
            yield str(path)


class Store(NamedTuple):
    """A store: how it is called, DVC's view of it, and where its damaged objects are kept."""

    name: str
    odb: Any
    kept: Path

    @property
    def is_directory(self) -> bool:
        """Tell whether its objects are files that can be moved."""
        return bool(self.odb.fs.protocol == "local")

    @property
    def folder(self) -> Path:
        """Where its objects are, if it is a directory."""
        return Path(self.odb.path)

    def file(self, digest: str) -> Path:
        """The file of an object, if it is a directory."""
        return Path(self.odb.oid_to_path(digest))

    def digests(self) -> list[str]:
        """The names of all its objects, if it is a directory; what DVC did not name is none."""
        return [
            f"{path.parent.name}{path.name}"
            for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*"))
            if OBJECT.fullmatch(path.name) and path.is_file()
        ]

    def actual(self, digest: str) -> str | None:
        """The digest of an object's bytes as they are; None where there is no such object."""
        try:
            with self.odb.fs.open(self.odb.oid_to_path(digest), "rb") as file:
                return md5(file)
        except FileNotFoundError:
            return None
        except OSError as error:
            if self.is_directory and error.errno == errno.EIO:  # the disk cannot read it
                return ""
            raise UserError(f"{digest} in {self.name}: {error}") from None
        except Exception as error:  # each cloud's library raises its own
            raise UserError(objects.no_access(error)) from None

    def lacking(self, digests: list[str]) -> list[str]:
        """The digests of which it has no object. Raise `UserError` where it cannot be asked."""
        if self.is_directory:  # DVC's own question deletes what it finds damaged
            return [digest for digest in digests if not self.file(digest).is_file()]
        return objects.missing_in_remote(digests) if digests else []

    def is_intact(self, digest: str) -> bool:
        """Tell whether it has an object, with the bytes that its name says."""
        return self.actual(digest) == bare(digest)

    def copy(self, digest: str) -> Copy | None:
        """The object for another store; None where it is not there, or damaged."""
        if not self.is_intact(digest):
            return None
        return Copy(self.name, self.odb.fs, self.odb.oid_to_path(digest))

    def put(self, digest: str, source: Copy) -> None:
        """Write an object whatever was there. Raise `UserError` where it did not arrive intact."""
        try:
            with source.file() as path:
                # with its own check, DVC deletes what it finds damaged
                self.odb.add(path, source.fs, digest, check_exists=False, verify=False)
        except Exception as error:  # each cloud's library raises its own
            raise UserError(
                f"{digest}: not written to {self.name} ({error or type(error).__name__})"
            ) from None
        if not self.is_intact(digest):
            raise UserError(f"{digest}: written to {self.name}, and damaged again: a bad disk?")

    def set_aside(self, digest: str) -> None:
        """Move a damaged object's file away; one in a cloud is written over when it is mended."""
        if self.is_directory and self.file(digest).exists():
            set_aside(self.file(digest), self.kept, digest)


def cache() -> Store:
    """DVC's cache."""
    return Store("DVC's cache", objects.repository().cache.local, KEPT)


def remote() -> Store | None:
    """The default remote; None where there is none, or its directory is not there."""
    if not objects.has_remote():
        return None
    try:
        odb = objects.repository().cloud.get_remote_odb(hash_name="md5")
    except Exception as error:  # each cloud's library raises its own
        raise UserError(objects.no_access(error)) from None
    kept = Path(odb.path).parent.parent / "damaged"
    return Store("the remote", odb, kept)


def damaged(store: Store, digests: list[str]) -> list[str]:
    """The objects whose bytes are not those that their names say."""
    return [
        digest
        for digest in progress(digests, f"Reading {store.name}")
        if store.actual(digest) not in (None, bare(digest))
    ]


def progress(digests: list[str], words: str) -> Iterator[str]:
    """Yield them, with a bar on a terminal that goes away at the end."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(
        digests, words, console=console, transient=True, disable=not console.is_terminal
    )


def md5(file: Any) -> str:
    """The MD5 digest of an open file, read in pieces."""
    return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def md5_of(path: Path) -> str:
    """The MD5 digest of a file."""
    with path.open("rb") as file:
        return md5(file)


def bare(digest: str) -> str:
    """A digest without the ending by which DVC marks directories."""
    return digest.removesuffix(".dir")
