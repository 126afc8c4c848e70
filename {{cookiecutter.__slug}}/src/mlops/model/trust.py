"""Which types a model file may bring to life beyond those that skops trusts, and in which way."""

import importlib
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from mlops.model.libraries import own_packages

# Reviewed types, each with the one loader of skops that may make it: a type that is harmless as an
# empty object filled with attributes may be none when it is called with what the file says.
#
# They hold numbers, and none runs code from the file. `partial` is how scikit-learn keeps an input
# check, a function that has to be trusted too. A booster is read by its library from the library's
# own data format (XGBoost: UBJSON, LightGBM: text). A crafted tree of any library can point outside
# its arrays and end the process: check a file's digest before loading what others made.
TRUSTED = {
    "collections.OrderedDict": "TypeNode",
    "functools.partial": "PartialNode",
    "lightgbm.basic.Booster": "ObjectNode",
    "lightgbm.sklearn.LGBMClassifier": "ObjectNode",
    "lightgbm.sklearn.LGBMRegressor": "ObjectNode",
    "mlops.model.named_classes.XGBClassifier": "ObjectNode",
    "numpy.dtype": "DTypeNode",
    "scipy.sparse._csr.csr_matrix": "SparseMatrixNode",
    "sklearn.calibration._CalibratedClassifier": "ObjectNode",
    "sklearn.calibration._SigmoidCalibration": "ObjectNode",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor": "ObjectNode",
    "sklearn.metrics._dist_metrics.EuclideanDistance64": "ObjectNode",
    "sklearn.neighbors._kd_tree.KDTree": "ObjectNode",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer": "ObjectNode",
    "sklearn.neural_network._stochastic_optimizers.SGDOptimizer": "ObjectNode",
    "sklearn.tree._tree.Tree": "TreeNode",
    "sklearn.utils.validation.check_array": "FunctionNode",
    "xgboost.core.Booster": "ObjectNode",
    "xgboost.sklearn.XGBRegressor": "ObjectNode",
}


def is_trusted(name: str, tree: Any) -> bool:
    """Tell whether a type is reviewed or the project's own, and used only as it may be.

    `tree` is the schema of the model file, `name` a type in it, by its dotted name.
    """
    module, _, attribute = name.rpartition(".")
    named = {"__module__": module, "__class__": attribute}
    uses = {node.get("__loader__") for node in nodes(tree) if named.items() <= node.items()}
    accepted = TRUSTED.get(name) or own_loader(module, attribute)
    return accepted is not None and uses == {accepted}


def own_loader(module: str, attribute: str) -> str | None:
    """How an estimator or a function may be loaded that the project itself defines.

    What its modules merely import (`project.ingest.Path`) may not, and nothing may that the file
    would call while it is loaded: estimators are made empty and given their attributes.
    """
    from sklearn.base import BaseEstimator

    if module.split(".")[0] not in own_packages():
        return None
    found = getattr(importlib.import_module(module), attribute, None)
    if getattr(found, "__module__", None) != module:
        return None
    if isinstance(found, FunctionType):
        return "FunctionNode"
    return "ObjectNode" if isinstance(found, type) and issubclass(found, BaseEstimator) else None


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Walk the mappings of a JSON tree, outer before inner."""
    if isinstance(tree, dict):
        yield tree
    for value in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(value, dict | list):
            yield from nodes(value)
