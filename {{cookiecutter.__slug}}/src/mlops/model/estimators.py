"""Make an estimator from its dotted name, from packages that are allowed to be named."""

import importlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from mlops.config.explain import nearest
from mlops.config.schema import Config, Data, Model
from mlops.errors import UserError
from mlops.model import own_steps
from mlops.model.libraries import LIBRARIES, missing, own_packages
from mlops.model.tasks import task

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Fit = Callable[[Config, pd.DataFrame], Any]  # the recipe's `train.fit`

FOLDS = 5  # scikit-learn scores the rows in so many parts, with each class in every part


def make(model: Model, task: str, seed: int) -> Any:
    """Make the unfitted estimator that `conf/model/` names for the task.

    `seed` becomes the estimator's `random_state`, where it has one. Raise `UserError` for a name
    or a parameter that is not accepted.
    """
    key = "regressor" if task == "regression" else "classifier"
    kind = find(getattr(model, key), key, model.name)
    estimator = kind()
    accepted = parameters_of(estimator)
    for name in model.parameters:
        if name not in accepted:
            raise UserError(
                f"conf/model/{model.name}.yaml: parameters.{name}: {kind.__name__} has no such"
                f" parameter; {nearest(name, accepted)}"
            )
    drawn = {"random_state": seed} if "random_state" in accepted else {}
    estimator.set_params(**(drawn | model.parameters))
    if key == "classifier" and not hasattr(estimator, "predict_proba"):
        raise UserError(
            f"conf/model/{model.name}.yaml: classifier: {kind.__name__} gives no probabilities with"
            " these parameters: choose one with predict_proba"
        )
    return estimator


def parameters_of(estimator: Any) -> list[str]:
    """The names of the parameters that an estimator takes."""
    names = sorted(estimator.get_params())
    if type(estimator).__module__.startswith("lightgbm."):  # it takes more than it tells
        from lightgbm.basic import _ConfigAliases

        names += sorted(_ConfigAliases._get_all_param_aliases())
    return names


def find(dotted: str | None, key: str, model: str) -> Any:
    """Import a class by its dotted name and check that it is an estimator of the right kind."""
    from sklearn.base import BaseEstimator, is_classifier, is_regressor

    if dotted is None:
        raise UserError(f"conf/model/{model}.yaml: {key}: this task needs a {key}")
    where = f"conf/model/{model}.yaml: {key}: {dotted!r}"
    allowed = [*LIBRARIES, *own_packages()]
    if "." not in dotted or dotted.split(".")[0] not in allowed:
        raise UserError(f"{where}: expected a class of {' or '.join(allowed)}")
    try:
        found = imported(dotted)
    except (ImportError, AttributeError) as error:
        raise missing(error, where) or UserError(f"{where}: not found ({error})") from None
    if not (isinstance(found, type) and issubclass(found, BaseEstimator)):
        raise UserError(f"{where}: is not a scikit-learn {key}")
    try:
        made = found()
    except TypeError:
        raise UserError(f"{where}: cannot be made from parameters alone") from None
    if not (is_regressor if key == "regressor" else is_classifier)(made):
        raise UserError(f"{where}: is not a scikit-learn {key}")
    return found


def imported(dotted: str) -> Any:
    """What has that dotted name; of XGBoost's classifier, ours, which takes names of classes."""
    if dotted == "xgboost.XGBClassifier":
        from mlops.model.named_classes import XGBClassifier

        return XGBClassifier
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name)


def fit(pipeline: Any, table: Any, target: Any, model: Model) -> Any:
    """Fit; what the estimator refuses, parameters or data, becomes a `UserError`."""
    from sklearn.utils.class_weight import compute_sample_weight
    from sklearn.utils.validation import has_fit_parameter

    weights = {}
    where = f"conf/model/{model.name}.yaml"
    if model.class_weight:
        name, estimator = pipeline.steps[-1]
        if not has_fit_parameter(estimator, "sample_weight"):
            raise UserError(f"{where}: class_weight: {type(estimator).__name__} takes no weights")
        weights[f"{name}__sample_weight"] = compute_sample_weight(model.class_weight, target)
    own_steps.check(pipeline, table, target)
    try:
        return pipeline.fit(table, target, **weights)
    except (ValueError, TypeError) as error:
        problem = " ".join(str(error).split())
        if "infinity" in problem:
            own_steps.check_finite(pipeline, table, target)
        raise UserError(f"{where}: could not be fitted: {problem}") from error


def calibrate(pipeline: Any, table: Any, target: Any, model: Model) -> Any:
    """Correct the probabilities of a fitted pipeline on rows that it has not seen.

    `model.calibration` names scikit-learn's method; None leaves the pipeline as it is.
    """
    if model.calibration is None:
        return pipeline
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator
    from sklearn.pipeline import Pipeline

    name, estimator = pipeline.steps[-1]
    where = f"conf/model/{model.name}.yaml: calibration"
    for known in estimator.classes_:
        if (count := int((target == known).sum())) < FOLDS:
            raise UserError(
                f"{where}: needs {FOLDS} validation rows of each class, and {known} has {count}:"
                " set it to null, or change conf/split/"
            )
    calibrated = CalibratedClassifierCV(FrozenEstimator(estimator), method=model.calibration)
    try:
        calibrated.fit(pipeline[:-1].transform(table), target)
    except ValueError as error:
        raise UserError(f"{where}: {' '.join(str(error).split())}") from error
    return Pipeline([*pipeline.steps[:-1], (name, calibrated)])


def staged(pipeline: Any, table: Any, data: Data) -> "Iterator[np.ndarray]":
    """Yield the scores after each iteration of training, or of an estimator without, once."""
    way = task.of(data.task)
    estimator, inputs = pipeline[-1], pipeline[:-1].transform(table)
    stages = getattr(estimator, f"staged_{way.METHOD}", None)
    outputs = stages(inputs) if stages else [getattr(estimator, way.METHOD)(inputs)]
    for output in outputs:
        yield way.score(output, getattr(estimator, "classes_", ()), data.classes)


def out_of_fold(
    fit_pipeline: "Fit", config: Config, table: "pd.DataFrame", fold: "np.ndarray"
) -> "np.ndarray":
    """Score each row with a pipeline that was fitted on the rows of the other folds.

    `fold` has shape (rows,); the result has shape (rows,) or (rows, classes).
    """
    import numpy as np

    data = config.data
    features = table[list(data.features)]
    parts, places = [], []
    for number, pipeline in fold_models(fit_pipeline, config, table, fold):
        held_out = fold == number
        parts.append(task.predict(data.task, pipeline, features[held_out], data.classes))
        places.append(np.flatnonzero(held_out))
    scores: np.ndarray = np.concatenate(parts)[np.argsort(np.concatenate(places))]
    return scores


def fold_models(
    fit_pipeline: "Fit", config: Config, table: "pd.DataFrame", fold: "np.ndarray"
) -> "Iterator[tuple[int, Any]]":
    """Yield each fold's number with a pipeline that was fitted on the rows of the other folds."""
    import numpy as np

    for number in np.unique(fold):
        yield int(number), fit_pipeline(config, table[fold != number])
