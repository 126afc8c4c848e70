"""Calibration: whether the rows that are given 30 % come true in 30 % of the cases."""

from typing import TYPE_CHECKING, Any

from mlops.model import intervals

if TYPE_CHECKING:
    import numpy as np

BINS = 10


def measure(target: "np.ndarray", score: "np.ndarray") -> dict[str, Any]:
    """Compare predicted probability and observed share in bins of equally many rows, by score.

    The result is `{"error", "bins": [{"rows", "predicted", "observed"}]}`; the error, the expected
    calibration error, is the mean distance of the two, over rows.
    """
    import numpy as np

    order = np.argsort(score, kind="stable")
    bins: list[dict[str, Any]] = []
    apart = 0.0
    for chosen in np.array_split(order, min(BINS, len(order))):
        predicted, observed = float(score[chosen].mean()), float(target[chosen].mean())
        apart += abs(predicted - observed) * len(chosen)
        bins.append(
            {
                "rows": len(chosen),
                "predicted": intervals.rounded(predicted),
                "observed": intervals.rounded(observed),
            }
        )
    return {"error": intervals.rounded(apart / len(order)), "bins": bins}
