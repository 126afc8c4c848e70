"""Open a text file as UTF-8, whatever its encoding and compression."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mlops.data import sources
from mlops.errors import UserError


class Watched(io.RawIOBase):
    """A stream of UTF-8 that is watched for what Arrow's reader of CSV lets pass."""

    def __init__(self, file: IO[bytes], quote: str) -> None:
        self.file = file
        self.quote = quote.encode()
        self.quotes = 0  # an odd number of them leaves one open

    def readable(self) -> bool:
        """Tell Arrow that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read as `io.RawIOBase` does. Raise `ValueError` at a NUL byte."""
        block = self.file.read(size)
        if b"\0" in block:
            raise ValueError("a NUL byte")
        self.quotes += block.count(self.quote)
        return block


@contextmanager
def watched(path: Path, encoding: str, quote: str) -> Iterator[Watched]:
    """Open a file as a stream of UTF-8."""
    with sources.open_bytes(path) as file:
        if is_utf8(encoding):
            yield Watched(file, quote)
        else:
            import pyarrow as pa

            with pa.transcoding_input_stream(pa.PythonFile(file, "r"), encoding, "utf-8") as text:
                yield Watched(text, quote)


@contextmanager
def lines(path: Path, encoding: str) -> Iterator[IO[str]]:
    """Open a file as text; a byte that is none in this encoding becomes a surrogate."""
    name = "utf-8-sig" if is_utf8(encoding) else encoding
    with (
        sources.open_bytes(path) as file,
        io.TextIOWrapper(file, name, errors="surrogateescape", newline="") as text,
    ):
        yield text


def is_utf8(encoding: str) -> bool:
    """Tell whether the name is one of UTF-8. Raise `UserError` where it is no encoding's."""
    import codecs

    try:
        "".encode(encoding)
    except LookupError:
        raise UserError(
            f"data.reading.encoding: {encoding!r} is no encoding that Python knows;"
            " such as utf-8, cp1252, latin-1, utf-16"
        ) from None
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")
