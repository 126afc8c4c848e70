"""Calibration: whether the rows that are given 30 % come true in 30 % of the cases."""

from typing import TYPE_CHECKING, Any

from mlops.model import intervals

if TYPE_CHECKING:
    import numpy as np

BINS = 10


def measure(predicted: "np.ndarray", observed: "np.ndarray") -> dict[str, Any]:
    """Compare predictions and outcomes in bins of equally many rows, by prediction.

    Both have shape (rows,), as a task's `expectation` gives them. The result is
    `{"error", "bins": [{"rows", "predicted", "observed"}]}`; the error, of probabilities the
    expected calibration error, is the mean distance of the two, over rows.
    """
    import numpy as np

    order = np.argsort(predicted, kind="stable")
    bins: list[dict[str, Any]] = []
    apart = 0.0
    for chosen in np.array_split(order, min(BINS, len(order))):
        mean, came = float(predicted[chosen].mean()), float(observed[chosen].mean())
        apart += abs(mean - came) * len(chosen)
        bins.append(
            {
                "rows": len(chosen),
                "predicted": intervals.rounded(mean),
                "observed": intervals.rounded(came),
            }
        )
    return {"error": intervals.rounded(apart / len(order)), "bins": bins}
