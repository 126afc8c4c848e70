"""The points of the plots of binary classification, thinned to what an eye can tell apart."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

POINTS = 200
BINS = 10


def roc(target: "np.ndarray", score: "np.ndarray") -> "pd.DataFrame":
    """The ROC curve."""
    from sklearn.metrics import roc_curve

    false_positives, true_positives, _ = roc_curve(target, score)
    return thinned(false_positive_rate=false_positives, true_positive_rate=true_positives)


def precision_recall(target: "np.ndarray", score: "np.ndarray") -> "pd.DataFrame":
    """The precision-recall curve."""
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(target, score)
    return thinned(recall=recall[::-1], precision=precision[::-1])


def calibration(target: "np.ndarray", score: "np.ndarray") -> "pd.DataFrame":
    """Predicted probability against observed share, in bins of equally many rows."""
    import pandas as pd
    from sklearn.calibration import calibration_curve

    observed, predicted = calibration_curve(target, score, n_bins=BINS, strategy="quantile")
    return pd.DataFrame({"predicted": predicted, "observed": observed})


def confusion(target: "np.ndarray", score: "np.ndarray", threshold: float) -> "pd.DataFrame":
    """Rows by what they are and what they are labelled."""
    import pandas as pd
    from sklearn.metrics import confusion_matrix

    counts = confusion_matrix(target, score >= threshold, labels=[0, 1])
    labels = ["negative", "positive"]
    return pd.DataFrame(
        [
            {"actual": actual, "predicted": predicted, "rows": int(counts[row, column])}
            for row, actual in enumerate(labels)
            for column, predicted in enumerate(labels)
        ]
    )


def thinned(**columns: Any) -> "pd.DataFrame":
    """Keep at most `POINTS` points, evenly along the curve, ends included."""
    import numpy as np
    import pandas as pd

    length = len(next(iter(columns.values())))
    kept = np.unique(np.linspace(0, length - 1, POINTS).round().astype(int))
    return pd.DataFrame({name: values[kept] for name, values in columns.items()})
