"""Save a fitted pipeline as data, the same bytes each time, and load it without running code.

The format is skops's: arrays and a JSON tree in a zip archive, no pickle. Plain skops writes
memory addresses as identifiers and the time of day into the archive; both are replaced here.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mlops.errors import UserError
from mlops.files import replacing
from mlops.model.estimators import own_packages

SCHEMA = "schema.json"
EPOCH = (1980, 1, 1, 0, 0, 0)

# Types beyond skops's own list that loading may construct. Reviewed: none of them runs code from
# the file. `partial` is how scikit-learn's trees keep their input check, a function that must
# itself be listed here.
TRUSTED = (
    "functools.partial",
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.utils.validation.check_array",
)


def save(pipeline: Any, path: Path) -> None:
    """Write the fitted pipeline. Raise `UserError` where it could not be loaded again."""
    import skops.io

    plain = io.BytesIO()
    skops.io.dump(pipeline, plain)
    with replacing(path) as temporary:
        temporary.write_bytes(canonical(plain.getvalue()))


def load(path: Path) -> Any:
    """Load a pipeline; types of scikit-learn, `TRUSTED` and the project's own packages only."""
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        unknown = skops.io.get_untrusted_types(file=path)
        own = [name for name in unknown if name.split(".")[0] in own_packages()]
        return skops.io.load(path, trusted=[*TRUSTED, *own])
    except FileNotFoundError:
        raise UserError(f"{path} is missing: `uv run dvc pull`, or `uv run dvc repro`") from None
    except UntrustedTypesFoundException as error:
        raise UserError(f"{path}: refused, it holds types that are not trusted: {error}") from None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, TypeError) as error:
        raise UserError(f"{path}: not a readable model ({error}): `uv run dvc checkout`") from None


def canonical(archive: bytes) -> bytes:
    """Give objects numbers in the order in which they appear, and files a fixed time.

    Nothing is compressed, since compressors differ from one build of zlib to another.
    """
    source = zipfile.ZipFile(io.BytesIO(archive))
    tree = json.loads(source.read(SCHEMA))
    numbers: dict[int, int] = {}
    files: dict[str, str] = {}
    for node in nodes(tree):
        if "__id__" in node:
            node["__id__"] = number(node, numbers)
        if "file" in node:
            name = files.setdefault(node["file"], f"{len(files)}{Path(node['file']).suffix}")
            node["file"] = name
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as written:
        for old, new in files.items():
            written.writestr(zipfile.ZipInfo(new, EPOCH), source.read(old))
        text = json.dumps(tree, sort_keys=True, separators=(",", ":"))
        written.writestr(zipfile.ZipInfo(SCHEMA, EPOCH), text)
    return target.getvalue()


def number(node: dict[str, Any], numbers: dict[int, int]) -> int:
    """Number an object; constants are numbered one by one, since Python may share them or not."""
    if node.get("is_json"):
        return numbers.setdefault(-len(numbers) - 1, len(numbers))
    return numbers.setdefault(node["__id__"], len(numbers))


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Walk the mappings of a JSON tree, outer before inner."""
    if isinstance(tree, dict):
        yield tree
    for value in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(value, dict | list):
            yield from nodes(value)
