"""How each rung of the ladder is made from a pipeline: parameters, and arrays beside them."""

from collections.abc import Callable
from typing import Any

from mlops.export import masks
from mlops.export.errors import UnsupportedError
from mlops.export.source import Source
from mlops.model.tasks import task
from mlops.scoring import fallback, treelite
from mlops.scoring.archive import packed
from msgspec.structs import replace

Parameters = dict[str, Any]  # of a Document
Members = dict[str, bytes]
Rung = Callable[[Source], tuple[Parameters, Members]]


def of_constant(source: Source) -> tuple[Parameters, Members]:
    """What a naive model says of each row."""
    import numpy as np

    estimator, output = source.calibrated
    method = task.of(source.data.task).METHOD
    value = getattr(estimator, method)(np.zeros((1, 1)))[0]
    return {"output": output}, {"value.npy": packed(np.asarray(value, float))}


def of_linear(source: Source) -> tuple[Parameters, Members]:
    """Coefficients."""
    import numpy as np

    estimator, output = source.calibrated
    weights = np.atleast_2d(np.asarray(estimator.coef_, float)).T
    intercept = np.broadcast_to(np.asarray(estimator.intercept_, float), weights.shape[1])
    if source.data.task != "regression":
        output = replace(output, link="softmax" if weights.shape[1] > 1 else "sigmoid")
    arrays = {"weights.npy": packed(weights), "intercept.npy": packed(intercept)}
    return {"inputs": source.inputs, "output": output}, arrays


def of_masks(source: Source) -> tuple[Parameters, Members]:
    """Trees of at most 64 leaves."""
    inputs, ensemble = source.inputs, source.ensemble
    output = replace(source.calibrated[1], link=ensemble.link)
    return {"inputs": inputs, "output": output}, masks.members(ensemble, inputs)


def of_treelite(source: Source) -> tuple[Parameters, Members]:
    """Trees of any size."""
    inputs, ensemble = source.inputs, source.ensemble
    output = replace(source.calibrated[1], link=ensemble.link)
    parameters = {"inputs": inputs, "output": output, "single": ensemble.single}
    return parameters, {treelite.TREES: ensemble.model.serialize_bytes()}


def of_predict(source: Source) -> tuple[Parameters, Members]:
    """The estimator in scikit-learn, its inputs made without."""
    return {"inputs": source.inputs}, {fallback.MODEL: source.content}


def of_pipeline(source: Source) -> tuple[Parameters, Members]:
    """The whole pipeline in pandas and scikit-learn."""
    return {}, {fallback.MODEL: source.content}


def of(source: Source) -> dict[str, Rung]:
    """The rungs to be tried, by name, the quickest first."""
    return quick(source) | {"predict": of_predict, "pipeline": of_pipeline}


def quick(source: Source) -> dict[str, Rung]:
    """The rungs that need no scikit-learn, for the kind of estimator."""
    from sklearn.dummy import DummyClassifier, DummyRegressor

    try:
        estimator = source.estimator
    except UnsupportedError:
        estimator = None
    if isinstance(estimator, DummyClassifier | DummyRegressor):
        return {"constant": of_constant}
    if type(estimator).__module__.startswith("sklearn.linear_model."):
        return {"linear": of_linear}
    return {"masks": of_masks, "treelite": of_treelite}
