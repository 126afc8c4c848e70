"""Make an estimator from its dotted name, from packages that are allowed to be named."""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops.config.explain import nearest
from mlops.config.schema import Config, Data, Model
from mlops.errors import UserError
from mlops.model.tasks import task

if TYPE_CHECKING:
    import numpy as np

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
    from sklearn.utils.class_weight import compute_sample_weight
    from sklearn.utils.validation import has_fit_parameter

    weights = {}
    where = f"conf/model/{model.name}.yaml"
    if model.class_weight:
        name, estimator = pipeline.steps[-1]
        if not has_fit_parameter(estimator, "sample_weight"):
            raise UserError(f"{where}: class_weight: {type(estimator).__name__} takes no weights")
        weights[f"{name}__sample_weight"] = compute_sample_weight(model.class_weight, target)
    try:
        return pipeline.fit(table, target, **weights)
    except (ValueError, TypeError) as error:
        problem = " ".join(str(error).split())
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
    calibrated = CalibratedClassifierCV(FrozenEstimator(estimator), method=model.calibration)
    try:
        calibrated.fit(pipeline[:-1].transform(table), target)
    except ValueError as error:
        problem = " ".join(str(error).split())
        raise UserError(f"conf/model/{model.name}.yaml: calibration: {problem}") from error
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
    make_pipeline: "Callable[[Config], Any]", config: Config, table: Any, fold: "np.ndarray"
) -> "np.ndarray":
    """Score each row with a pipeline that was fitted on the rows of the other folds.

    `fold` has shape (rows,); the result has shape (rows,) or (rows, classes).
    """
    import numpy as np

    data = config.data
    features = table[list(data.features)]
    parts, places = [], []
    for number, pipeline in fold_models(make_pipeline, config, table, fold):
        held_out = fold == number
        parts.append(task.predict(data.task, pipeline, features[held_out], data.classes))
        places.append(np.flatnonzero(held_out))
    scores: np.ndarray = np.concatenate(parts)[np.argsort(np.concatenate(places))]
    return scores


def fold_models(
    make_pipeline: "Callable[[Config], Any]", config: Config, table: Any, fold: "np.ndarray"
) -> "Iterator[tuple[int, Any]]":
    """Yield each fold's number with a pipeline that was fitted on the rows of the other folds."""
    import numpy as np

    features, target = table[list(config.data.features)], table[config.data.target]
    for number in np.unique(fold):
        pipeline = make_pipeline(config)
        others = fold != number
        yield int(number), fit(pipeline, features[others], target[others], config.model)
