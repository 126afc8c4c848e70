"""Zip files of any content."""

import io
import zipfile


def zipped(files: dict[str, bytes], kind: int = 0) -> bytes:
    """A zip file; `kind` is the files' type, as Unix tells it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (kind | 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, content)
    return buffer.getvalue()
