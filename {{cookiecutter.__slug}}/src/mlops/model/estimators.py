"""Make an estimator from its dotted name, from packages that are allowed to be named."""

import importlib
from pathlib import Path
from typing import Any

from mlops.config.explain import nearest
from mlops.config.schema import Model
from mlops.errors import UserError

LIBRARIES = ("sklearn",)


def own_packages(source: Path = Path("src")) -> list[str]:
    """The project's own packages: those of `src/` beside `mlops`, reviewed with the project."""
    found = sorted(path.parent.name for path in source.glob("*/__init__.py"))
    return [name for name in found if name != "mlops"]


def make(model: Model, task: str, seed: int) -> Any:
    """Make the unfitted estimator that `conf/model/` names for the task.

    `seed` becomes the estimator's `random_state`, where it has one. Raise `UserError` for a name
    or a parameter that is not accepted.
    """
    key = "regressor" if task == "regression" else "classifier"
    kind = find(getattr(model, key), key, model.name)
    estimator = kind()
    accepted = estimator.get_params()
    for name in model.parameters:
        if name not in accepted:
            raise UserError(
                f"conf/model/{model.name}.yaml: parameters.{name}: {kind.__name__} has no such"
                f" parameter; {nearest(name, sorted(accepted))}"
            )
    drawn = {"random_state": seed} if "random_state" in accepted else {}
    estimator.set_params(**(drawn | model.parameters))
    if key == "classifier" and not hasattr(estimator, "predict_proba"):
        raise UserError(
            f"conf/model/{model.name}.yaml: classifier: {kind.__name__} gives no probabilities with"
            " these parameters: choose one with predict_proba"
        )
    return estimator


def find(dotted: str | None, key: str, model: str) -> Any:
    """Import a class by its dotted name and check that it is an estimator of the right kind."""
    from sklearn.base import BaseEstimator, is_classifier, is_regressor

    if dotted is None:
        raise UserError(f"conf/model/{model}.yaml: {key}: this task needs a {key}")
    where = f"conf/model/{model}.yaml: {key}: {dotted!r}"
    module, _, name = dotted.rpartition(".")
    allowed = [*LIBRARIES, *own_packages()]
    if module.split(".")[0] not in allowed:
        raise UserError(f"{where}: expected a class of {' or '.join(allowed)}")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise UserError(f"{where}: not found ({error})") from None
    if not (isinstance(found, type) and issubclass(found, BaseEstimator)):
        raise UserError(f"{where}: is not a scikit-learn {key}")
    try:
        made = found()
    except TypeError:
        raise UserError(f"{where}: cannot be made from parameters alone") from None
    if not (is_regressor if key == "regressor" else is_classifier)(made):
        raise UserError(f"{where}: is not a scikit-learn {key}")
    return found


def fit(pipeline: Any, table: Any, target: Any, model: Model) -> Any:
    """Fit; what the estimator refuses, parameters or data, becomes a `UserError`."""
    try:
        return pipeline.fit(table, target)
    except (ValueError, TypeError) as error:
        problem = " ".join(str(error).split())
        raise UserError(f"conf/model/{model.name}.yaml: could not be fitted: {problem}") from error
