"""Read how an estimator makes scores: its link, its calibration, its classes."""

from typing import Any

from mlops.config.schema import Data
from mlops.export.errors import UnsupportedError
from mlops.scoring.outputs import Isotonic, Output, Sigmoid
from msgspec.structs import replace


def uncalibrated(estimator: Any) -> tuple[Any, Output]:
    """The estimator inside a calibrated one, and how its margins or probabilities are calibrated.

    Raise `UnsupportedError` for a calibration of several estimators or of another method.
    """
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator

    if type(estimator) is not CalibratedClassifierCV:
        return estimator, Output()
    if len(estimator.calibrated_classifiers_) != 1:
        raise UnsupportedError("it is calibrated by several estimators")
    (found,) = estimator.calibrated_classifiers_
    inner = found.estimator
    inner = inner.estimator if type(inner) is FrozenEstimator else inner
    curves = [curve_of(each) for each in found.calibrators]
    return inner, Output(curves=curves, linked=not hasattr(inner, "decision_function"))


def curve_of(calibrator: Any) -> Sigmoid | Isotonic:
    """One class's calibration."""
    from sklearn.calibration import _SigmoidCalibration
    from sklearn.isotonic import IsotonicRegression

    if type(calibrator) is _SigmoidCalibration:
        return Sigmoid(slope=float(calibrator.a_), intercept=float(calibrator.b_))
    if type(calibrator) is IsotonicRegression:
        x, y = calibrator.X_thresholds_, calibrator.y_thresholds_
        return Isotonic(x=x.astype(float).tolist(), y=y.astype(float).tolist())
    raise UnsupportedError(f"it is calibrated by {type(calibrator).__name__}")


def with_classes(output: Output, estimator: Any, data: Data) -> Output:
    """Where the estimator's classes stand among those that are declared; for multiclass only."""
    if data.task != "multiclass":
        return output
    places = [data.classes.index(str(name)) for name in estimator.classes_]
    return replace(output, places=places, classes=len(data.classes))
