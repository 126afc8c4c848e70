"""The points of the plots, thinned to what an eye can tell apart."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlops.model.plot import Plot

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

POINTS = 200
DOTS = 1000  # of a cloud
BINS = 10
BARS = 40


def roc(target: "np.ndarray", score: "np.ndarray") -> Plot:
    """The ROC curve."""
    return Plot(
        "ROC",
        "line",
        "false_positive_rate",
        "true_positive_rate",
        roc_points(target, score),
        diagonal=True,
    )


def roc_by_class(target: "np.ndarray", score: "np.ndarray", names: Sequence[str]) -> Plot:
    """The ROC curve of each class that occurs against the rest."""
    import pandas as pd

    curves = [
        roc_points(target == number, score[:, number]).assign(**{"class": name})
        for number, name in enumerate(names)
        if 0 < (target == number).sum() < len(target)
    ]
    return Plot(
        "ROC of each class against the rest",
        "line",
        "false_positive_rate",
        "true_positive_rate",
        pd.concat(curves),
        series="class",
        diagonal=True,
    )


def roc_points(target: "np.ndarray", score: "np.ndarray") -> "pd.DataFrame":
    """False and true positive rates, from the strictest threshold on."""
    positives, negatives = counts(target, score)
    return thinned(
        false_positive_rate=negatives / max(negatives[-1], 1),
        true_positive_rate=positives / max(positives[-1], 1),
    )


def precision_recall(target: "np.ndarray", score: "np.ndarray") -> Plot:
    """The precision-recall curve."""
    import numpy as np

    positives, negatives = counts(target, score)
    labelled = np.maximum(positives + negatives, 1)
    precision = np.where(positives + negatives > 0, positives / labelled, 1)
    points = thinned(recall=positives / max(positives[-1], 1), precision=precision)
    return Plot("Precision and recall", "line", "recall", "precision", points)


def counts(target: "np.ndarray", score: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """Positives and negatives from each score on, from above the highest one to the lowest."""
    import numpy as np

    order = np.argsort(-score, kind="stable")
    lasts = np.flatnonzero(np.diff(score[order], append=np.inf))
    found = np.cumsum(target[order] == 1)[lasts]
    positives = np.concatenate([[0], found])
    return positives, np.concatenate([[0], lasts + 1 - found])


def calibration(predicted: "np.ndarray", observed: "np.ndarray", what: str) -> Plot:
    """Mean prediction against mean outcome, in bins of equally many rows, by prediction.

    `what` is predicted: a probability, or a value.
    """
    import numpy as np
    import pandas as pd

    order = np.argsort(predicted, kind="stable")
    bins = np.array_split(order, min(BINS, len(order)))
    points = pd.DataFrame(
        {
            "predicted": [predicted[rows].mean() for rows in bins],
            "observed": [observed[rows].mean() for rows in bins],
        }
    )
    title = "Calibration" if what == "probability" else "Calibration: means of ten bins"
    return Plot(title, "line", "predicted", "observed", points, diagonal=True)


def confusion(target: "np.ndarray", label: "np.ndarray", names: Sequence[str]) -> Plot:
    """Rows by the class that they are and the one that they are labelled."""
    import pandas as pd

    points = pd.DataFrame(
        [
            {
                "actual": actual,
                "predicted": predicted,
                "rows": int(((target == row) & (label == column)).sum()),
            }
            for row, actual in enumerate(names)
            for column, predicted in enumerate(names)
        ]
    )
    return Plot("Confusion", "matrix", "predicted", "actual", points)


def classes(target: "np.ndarray", label: "np.ndarray", names: Sequence[str]) -> Plot:
    """Precision and recall of each class."""
    import pandas as pd

    points = []
    for number, name in enumerate(names):
        belongs, labelled = target == number, label == number
        right = int((belongs & labelled).sum())
        for metric, rows in (("precision", labelled.sum()), ("recall", belongs.sum())):
            value = right / rows if rows else 0.0
            points.append({"class": name, "value": value, "metric": metric})
    frame = pd.DataFrame(points)
    return Plot(
        "Precision and recall of each class", "bars", "value", "class", frame, series="metric"
    )


def predicted_actual(target: "np.ndarray", score: "np.ndarray") -> Plot:
    """What came against what was predicted, for some of the rows."""
    points = scattered(predicted=score, actual=target)
    return Plot("Predicted against actual", "points", "predicted", "actual", points, diagonal=True)


def residuals(target: "np.ndarray", score: "np.ndarray") -> Plot:
    """The error against what was predicted, for some of the rows."""
    points = scattered(predicted=score, residual=target - score)
    return Plot("Residuals: actual minus predicted", "points", "predicted", "residual", points)


def residual_counts(target: "np.ndarray", score: "np.ndarray") -> Plot:
    """How often the error is how large, from its first to its 99th percentile."""
    import numpy as np
    import pandas as pd

    error = target - score
    low, high = np.quantile(error, [0.01, 0.99])
    counts, edges = np.histogram(error, BARS, (low, high if high > low else low + 1))
    points = pd.DataFrame({"residual": (edges[:-1] + edges[1:]) / 2, "rows": counts})
    return Plot("How large the residuals are", "line", "residual", "rows", points)


def scattered(**columns: "np.ndarray") -> "pd.DataFrame":
    """At most `DOTS` rows, evenly over the table, in the order of the first column."""
    import numpy as np
    import pandas as pd

    length = len(next(iter(columns.values())))
    kept = np.unique(np.linspace(0, length - 1, DOTS).round().astype(int))
    frame = pd.DataFrame({name: values[kept] for name, values in columns.items()})
    return frame.sort_values(list(columns), kind="stable")


def thinned(**columns: Any) -> "pd.DataFrame":
    """Keep at most `POINTS` points, evenly along the curve, ends included."""
    import numpy as np
    import pandas as pd

    length = len(next(iter(columns.values())))
    kept = np.unique(np.linspace(0, length - 1, POINTS).round().astype(int))
    return pd.DataFrame({name: values[kept] for name, values in columns.items()})
