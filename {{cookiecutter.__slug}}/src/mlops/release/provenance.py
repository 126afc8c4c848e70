"""What a model card tells of where a model comes from: parameters, digests, libraries.

Nothing that differs from one machine to another with the same libraries, and no time.
"""

import hashlib
import json
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from mlops.config.schema import Config
from mlops.errors import UserError
from mlops.release.card import RESTORE, read_json, table
from mlops.repository import lock
from mlops.review.presentation.inert import code
from mlops.review.presentation.wording import NOTHING

LIBRARIES = ("numpy", "pandas", "pyarrow", "scikit-learn", "scipy", "skops")
SHOWN = ("seed", "experiment", "recipe", "split", "model", "evaluation")
DATA = ("name", "source", "start", "through")


def parameters(values: dict[str, Any]) -> str:
    """The values of `params.yaml` that decide the model; the schema stands elsewhere."""
    chosen = {name: values[name] for name in SHOWN if name in values}
    chosen["data"] = {name: values["data"][name] for name in DATA}
    rows = [(code(key), code(show(value))) for key, value in flat(chosen).items()]
    return table("ll", ("Parameter", "Value"), rows)


def flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Values by their dotted keys."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        nested = isinstance(value, dict) and value
        found |= flat(value, f"{prefix}{key}.") if nested else {f"{prefix}{key}": value}
    return found


def show(value: Any) -> str:
    """A value as one would write it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def digests(models: Sequence[Path], raw: Path) -> str:
    """SHA-256 digests of the model's files and of each of the data, and the MD5 that DVC uses.

    Those of the data are the manifest's (`data/raw.json` beside `data/raw`): the data itself need
    not be here. Raise `UserError` where a model's file is not.
    """
    rows = [
        (code(path.as_posix()), code(digest(path, "sha256")), code(digest(path, "md5")))
        for path in models
    ]
    if md5 := lock.digest(lock.read(), raw.as_posix()):
        rows.append((code(raw.as_posix()), NOTHING, code(md5)))
    for name, entry in read_json(raw.with_suffix(".json")).items():
        rows.append((code(f"{raw.as_posix()}/{name}.parquet"), code(entry["sha256"]), NOTHING))
    return table("lll", ("File", "SHA-256", "MD5, as in `dvc.lock`"), rows)


def digest(path: Path, name: str) -> str:
    """The digest of a file."""
    try:
        with path.open("rb") as file:
            new = hashlib.new(name, usedforsecurity=False)
            return hashlib.file_digest(file, lambda: new).hexdigest()
    except OSError as error:
        raise UserError(f"{path}: unreadable ({type(error).__name__}): {RESTORE}") from None


def libraries(config: Config) -> str:
    """The versions of the libraries that make and load the model."""
    names = list(LIBRARIES)
    package = (config.model.classifier or config.model.regressor or "").split(".")[0]
    if package != "sklearn" and not Path("src", package).is_dir():
        names += sorted(set(metadata.packages_distributions().get(package, [])))
    rows = [(code(name), code(version)) for name in names if (version := version_of(name))]
    return table("ll", ("Library", "Version"), rows)


def version_of(name: str) -> str | None:
    """The installed version; None where there is no distribution of that name."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
