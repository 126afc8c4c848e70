"""Edits of files that are planned first, tried aside, and made all or not at all."""

import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from mlops.config import composition, conf
from mlops.config.schema import Config
from mlops.errors import UserError
from mlops.files import replacing, write_text

Edits = Mapping[Path, str | None]  # a file's new text; None: it goes


def chosen(name: str, going: Edits) -> dict[Path, str | None]:
    """Make a table the default of `conf/config.yaml`; an experiment whose file goes is none."""
    path = conf.ROOT / "config.yaml"
    values = conf.parse(path)
    choices = values.get("defaults", [])
    for entry in choices:
        if isinstance(entry, dict) and "data" in entry:
            entry["data"] = name
        if isinstance(entry, dict) and (small := entry.get("experiment")) is not None:
            gone = conf.ROOT / "experiment" / f"{small}.yaml" in going
            entry["experiment"] = None if gone else small
    if not any(isinstance(entry, dict) and "data" in entry for entry in choices):
        raise UserError(f"{path}: defaults: there is no line `- data: ...` that chooses the table")
    return {path: dumped(values)}


def dumped(values: Any) -> str:
    """A parsed file as text, comments kept."""
    text = io.StringIO()
    conf.round_trip().dump(values, text)
    return text.getvalue()


def composed(edits: Edits) -> Config:
    """What `conf/` will compose. Raise `UserError` where it would not."""
    with tempfile.TemporaryDirectory(prefix="mlops-") as folder:
        root = Path(folder) / conf.ROOT
        shutil.copytree(conf.ROOT, root)
        for path, text in edits.items():
            if conf.ROOT in path.parents:
                make(Path(folder) / path, text)
        try:
            return msgspec.convert(composition.compose(root).values, Config)
        except UserError as error:
            raise UserError(*(line.replace(f"{folder}/", "") for line in error.lines)) from None


def make(path: Path, text: str | None) -> None:
    """Make one edit."""
    if text is None:
        path.unlink()
    else:
        write_text(path, text)


@contextmanager
def all_or_nothing(files: list[Path]) -> Iterator[None]:
    """Put files back as they were, or away, where the block fails."""
    before = {path: path.read_bytes() if path.is_file() else None for path in files}
    folders = [path.parent for path in files if path.parent.is_dir()]
    try:
        yield
    except BaseException:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
                remove_empty(path.parent, folders)
            elif not path.is_file() or path.read_bytes() != content:
                with replacing(path) as temporary:
                    temporary.write_bytes(content)
        raise


def remove_empty(folder: Path, kept: list[Path]) -> None:
    """Remove a folder that was made and is empty again."""
    if folder.is_dir() and folder not in kept and not any(folder.iterdir()):
        folder.rmdir()
