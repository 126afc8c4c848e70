"""The points of ROC and precision-recall curves are those of scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from mlops.model import curves
from sklearn.metrics import precision_recall_curve, roc_curve


@pytest.fixture
def scored() -> tuple[np.ndarray, np.ndarray]:
    """A target, and scores with ties."""
    draw = np.random.default_rng(0)
    score = draw.integers(0, 60, 900) / 60
    return (draw.random(900) < score).astype(float), score


def test_roc(scored: tuple[np.ndarray, np.ndarray]) -> None:
    points = curves.roc_points(*scored)
    false_positives, true_positives, _ = roc_curve(*scored, drop_intermediate=False)
    np.testing.assert_allclose(points["false_positive_rate"], false_positives)
    np.testing.assert_allclose(points["true_positive_rate"], true_positives)


def test_precision_and_recall(scored: tuple[np.ndarray, np.ndarray]) -> None:
    points = pd.DataFrame(curves.precision_recall(*scored).points)
    precision, recall, _ = precision_recall_curve(*scored)
    np.testing.assert_allclose(points["precision"], precision[::-1])
    np.testing.assert_allclose(points["recall"], recall[::-1])


@pytest.mark.parametrize("target", [np.zeros(5), np.ones(5)])
def test_one_class_alone(target: np.ndarray) -> None:
    score = np.linspace(0, 1, 5)
    assert np.isfinite(curves.roc_points(target, score)).all(axis=None)
    assert np.isfinite(pd.DataFrame(curves.precision_recall(target, score).points)).all(axis=None)
