"""Save a fitted pipeline as data, the same bytes each time, and load it without running code.

The format is skops's: arrays and a JSON tree in a zip archive, no pickle. Plain skops writes
memory addresses as identifiers and the time of day into the archive; both are replaced here.
"""

import importlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

from mlops.errors import UserError
from mlops.files import replacing
from mlops.model.estimators import own_packages

SCHEMA = "schema.json"
EPOCH = (1980, 1, 1, 0, 0, 0)

# Types beyond skops's own list that loading may construct, reviewed: they hold numbers, and none
# runs code from the file. `partial` is how scikit-learn keeps an input check, a function that has
# to be listed too. skops distrusts trees because a crafted one can point outside its arrays: check
# a file's digest before loading what others made.
TRUSTED = (
    "functools.partial",
    "numpy.dtype",
    "sklearn._loss._loss.CyHalfBinomialLoss",
    "sklearn._loss.link.Interval",
    "sklearn._loss.link.LogitLink",
    "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
    "sklearn.tree._tree.Tree",
    "sklearn.utils.validation.check_array",
)


def save(pipeline: Any, path: Path) -> None:
    """Write the fitted pipeline. Raise `UserError` where it could not be loaded again."""
    import skops.io

    plain = io.BytesIO()
    skops.io.dump(pipeline, plain)
    with replacing(path) as temporary:
        temporary.write_bytes(canonical(plain.getvalue()))
        load(temporary)


def load(path: Path) -> Any:
    """Load a pipeline: types of scikit-learn, `TRUSTED`, and estimators of the project's own."""
    import skops.io

    try:
        with zipfile.ZipFile(path) as archive:
            tree = json.loads(archive.read(SCHEMA))
        unknown = skops.io.get_untrusted_types(file=path)
        own = [name for name in unknown if is_own(name, tree)]
        if strange := sorted({*unknown} - {*own} - {*TRUSTED}):
            raise UserError(f"{path}: refused, these types are not trusted: {', '.join(strange)}")
        return skops.io.load(path, trusted=[*TRUSTED, *own])
    except FileNotFoundError:
        raise UserError(f"{path} is missing: `uv run dvc pull`, or `uv run dvc repro`") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError) as error:
        raise damaged(path, error) from None
    except (zipfile.BadZipFile, RecursionError) as error:
        raise damaged(path, error) from None


def refers_to(path: Path, packages: list[str]) -> bool:
    """Tell whether a model needs code of some packages to be loaded."""
    try:
        with zipfile.ZipFile(path) as archive:
            tree = json.loads(archive.read(SCHEMA))
        modules = {str(node.get("__module__", "")).split(".")[0] for node in nodes(tree)}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, RecursionError) as error:
        raise damaged(path, error) from None
    return not modules.isdisjoint(packages)


def damaged(path: Path, error: Exception) -> UserError:
    """Say that a file is no model that can be loaded here."""
    problem = " ".join(str(error).split()) or type(error).__name__
    return UserError(f"{path}: not a readable model ({problem}): `uv run dvc checkout`")


def is_own(name: str, tree: Any) -> bool:
    """Tell whether a type is an estimator or a function that the project itself defines.

    What its modules merely import (`project.ingest.Path`) is not, and nothing is that the file
    would call while it is loaded: estimators are made empty and given their attributes.
    """
    from sklearn.base import BaseEstimator

    module, _, attribute = name.rpartition(".")
    if module.split(".")[0] not in own_packages():
        return False
    found = getattr(importlib.import_module(module), attribute, None)
    if getattr(found, "__module__", None) != module:
        return False
    if isinstance(found, FunctionType):
        harmless = "FunctionNode"
    elif isinstance(found, type) and issubclass(found, BaseEstimator):
        harmless = "ObjectNode"
    else:
        return False
    named = {"__module__": module, "__class__": attribute}
    uses = [node for node in nodes(tree) if named.items() <= node.items()]
    return bool(uses) and all(node.get("__loader__") == harmless for node in uses)


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


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Walk the mappings of a JSON tree, outer before inner."""
    if isinstance(tree, dict):
        yield tree
    for value in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(value, dict | list):
            yield from nodes(value)
