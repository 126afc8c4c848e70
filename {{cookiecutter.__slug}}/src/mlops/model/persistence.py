"""Save a fitted pipeline as data, the same bytes each time, and load it without running code.

The format is skops's: arrays and a JSON tree in a zip archive, no pickle. Plain skops writes
memory addresses as identifiers and the time of day into the archive; both are replaced here.
"""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from mlops.errors import UserError
from mlops.files import replacing, restore
from mlops.model.libraries import missing, own_packages
from mlops.model.trust import is_trusted, nodes

SCHEMA = "schema.json"
EPOCH = (1980, 1, 1, 0, 0, 0)


def save(pipeline: Any, path: Path) -> None:
    """Write the fitted pipeline. Raise `UserError` where it could not be loaded again."""
    import skops.io

    plain = io.BytesIO()
    skops.io.dump(pipeline, plain)
    with replacing(path) as temporary:
        temporary.write_bytes(canonical(plain.getvalue()))
        try:
            load(temporary)
        except UserError as error:
            raise UserError(str(error).replace(str(temporary), str(path))) from None


def load(path: Path) -> Any:
    """Load a pipeline of scikit-learn's types and of those that `trust` accepts."""
    return loads(read(path), path)


def read(path: Path) -> bytes:
    """The content of a model file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path} is missing: `uv run dvc pull`, or `uv run dvc repro`") from None
    except OSError as error:
        raise damaged(path, error) from None


def loads(content: bytes, path: Path) -> Any:
    """Load a pipeline from the content of a file; `path` is named in what is wrong with it."""
    import skops.io

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tree = json.loads(archive.read(SCHEMA))
        named = skops.io.get_untrusted_types(data=content)
        if strange := sorted(name for name in named if not is_trusted(name, tree)):
            raise UserError(f"{path}: refused, these types are not trusted: {', '.join(strange)}")
        return skops.io.loads(content, trusted=named)
    except UserError:
        raise
    except Exception as error:  # each library has its own for a file that is not whole
        told = missing(error, str(path)) or uncommitted(error, path)
        raise told or damaged(path, error) from None


def uncommitted(error: Exception, path: Path) -> UserError | None:
    """What to say where a module of the project's own is not here; else None."""
    name = getattr(error, "name", None) or ""
    if not isinstance(error, ModuleNotFoundError) or name.split(".")[0] not in own_packages():
        return None
    module = f"src/{name.replace('.', '/')}.py"
    return UserError(f"{path}: it needs {module}, which is not here: commit it, and push")


def refers_to(content: bytes, packages: list[str], path: Path) -> bool:
    """Tell whether a pipeline needs code of some packages to be loaded; `path` is for errors."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tree = json.loads(archive.read(SCHEMA))
        modules = {str(node.get("__module__", "")).split(".")[0] for node in nodes(tree)}
    except (ValueError, KeyError, zipfile.BadZipFile, RecursionError) as error:
        raise damaged(path, error) from None
    return not modules.isdisjoint(packages)


def damaged(path: Path, error: Exception) -> UserError:
    """Say that a file is no model that can be loaded here."""
    problem = " ".join(str(error).split()) or type(error).__name__
    return UserError(f"{path}: not a readable model ({problem}): {restore(path)}")


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
        if isinstance(node.get("file"), str):
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
