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
from mlops.files import write_text

ASIDE = Path(".dvc/tmp")
Edits = Mapping[Path, str | None]  # a file's new text; None: it goes


def chosen(name: str, table: str, going: Edits) -> dict[Path, str | None]:
    """Make a table the default of `conf/config.yaml`; an experiment whose file goes is none.

    `table` is the text of the table's own file. What that overrides is chosen here too, so that
    the whole configuration says what counts.
    """
    path = conf.ROOT / "config.yaml"
    values = conf.parse(path)
    choices = values.get("defaults", [])
    decided = {"data": name}
    if not rest_on_choices(name, going):
        decided |= composition.overrides(conf.round_trip().load(table))
    for entry in choices:
        for group in entry if isinstance(entry, dict) else ():
            entry[group] = decided.get(group, entry[group])
        if isinstance(entry, dict) and (small := entry.get("experiment")) is not None:
            gone = conf.ROOT / "experiment" / f"{small}.yaml" in going
            entry["experiment"] = None if gone else small
    if not any(isinstance(entry, dict) and "data" in entry for entry in choices):
        raise UserError(f"{path}: defaults: there is no line `- data: ...` that chooses the table")
    return {path: dumped(values)}


def calibrated() -> str | None:
    """The file of the model that is chosen, where its `calibration` needs validation rows."""
    for entry in conf.parse(conf.ROOT / "config.yaml").get("defaults", []):
        if isinstance(entry, dict) and entry.get("model"):
            path = conf.ROOT / "model" / f"{entry['model']}.yaml"
            if path.is_file() and conf.parse(path).get("calibration"):
                return path.as_posix()
    return None


def rest_on_choices(name: str, going: Edits) -> bool:
    """Tell whether another table stays that overrides nothing, and so needs the choices there."""
    folder = conf.ROOT / "data"
    others = {*folder.glob("*.yaml")} - {folder / f"{name}.yaml", *going}
    return not all(composition.overrides(conf.parse(path)) for path in others)


def dumped(values: Any) -> str:
    """A parsed file as text, comments kept."""
    text = io.StringIO()
    conf.round_trip().dump(values, text)
    return text.getvalue()


def composed(edits: Edits) -> Config:
    """What `conf/` will compose. Raise `UserError` where it would not."""
    with aside() as folder:
        for path in conf.files():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / path)
        for path, text in edits.items():
            if conf.ROOT in path.parents:
                make(folder / path, text)
        try:
            return msgspec.convert(composition.compose(folder / conf.ROOT).values, Config)
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
    """Put files back as they were, or away, where the block fails, even on a full disk."""
    folders = [path.parent for path in files if path.parent.is_dir()]
    with aside() as folder:
        kept = {path: folder / str(place) for place, path in enumerate(files) if path.is_file()}
        for path, copy in kept.items():
            shutil.copy2(path, copy)
        try:
            yield
        except BaseException:
            for path in files:
                if path in kept:
                    kept[path].replace(path)
                elif path.is_file():
                    path.unlink()
                    remove_empty(path.parent, folders)
            raise


@contextmanager
def aside() -> Iterator[Path]:
    """A folder for the time of the block: on the project's own disk, and out of Git."""
    ASIDE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="adopt-", dir=ASIDE) as folder:
        yield Path(folder)


def remove_empty(folder: Path, kept: list[Path]) -> None:
    """Remove a folder that was made and is empty again."""
    if folder.is_dir() and folder not in kept and not any(folder.iterdir()):
        folder.rmdir()
