"""Open a text file as UTF-8, whatever its encoding and compression."""

import io
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from mlops.data import sources
from mlops.errors import UserError

PATIENCE = 0.5  # seconds; Arrow may have read enough before the end


class Watched(io.RawIOBase):
    """A stream of UTF-8 that is watched for what Arrow's reader of CSV lets pass."""

    def __init__(self, file: IO[bytes], quote: str) -> None:
        self.file = file
        self.ended = threading.Event()
        self.quote = quote.encode()
        self.quotes = 0  # an odd number of them leaves one open

    def readable(self) -> bool:
        """Tell Arrow that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read as `io.RawIOBase` does. Raise `ValueError` at a NUL byte."""
        block = self.file.read(size)
        if not block or b"\0" in block:
            self.ended.set()
        if b"\0" in block:
            raise ValueError("a NUL byte")
        self.quotes += block.count(self.quote)
        return block


@contextmanager
def watched(path: Path, encoding: str, quote: str) -> Iterator[Watched]:
    """Open a file as a stream of UTF-8.

    Arrow's thread reads on where Arrow refuses what it read. It is waited for: Python that ends
    beneath it aborts.
    """
    with ExitStack() as stack:
        file = stack.enter_context(sources.open_bytes(path))
        if not is_utf8(encoding):
            import pyarrow as pa

            python = pa.PythonFile(file, "r")
            file = stack.enter_context(pa.transcoding_input_stream(python, encoding, "utf-8"))
        text = Watched(file, quote)
        try:
            yield text
        finally:
            text.ended.wait(PATIENCE)


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
