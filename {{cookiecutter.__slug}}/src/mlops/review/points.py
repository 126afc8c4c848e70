"""The points of the report's charts, for the candidate and for production on the same rows."""

from typing import TYPE_CHECKING

from mlops.config.schema import Config
from mlops.model import intervals, metrics
from mlops.review.report import Point

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

BINS = 10
LEAST = 30  # rows of a point; with fewer it is noise
PERIODS = 12  # points on the time axis

Scores = dict[str, "np.ndarray"]


def calibration(target: "np.ndarray", scores: Scores) -> list[Point]:
    """Observed share by predicted probability, in ten bins of equal width; x is a bin's middle."""
    import numpy as np

    bins = {
        name: np.minimum((scores[name] * BINS).astype(int), BINS - 1)
        for name in ("candidate", "production")
        if name in scores
    }
    points = []
    for number in range(BINS):
        values = {
            name: intervals.rounded(target[chosen == number].mean())
            for name, chosen in bins.items()
            if (chosen == number).sum() >= LEAST
        }
        if values:
            middle = (number + 0.5) / BINS
            points.append(Point(middle, values.get("candidate"), values.get("production")))
    return points


def timeline(table: "pd.DataFrame", scores: Scores, config: Config) -> list[Point]:
    """The main metric over the test rows' time, in equal periods of whole days; x is the first."""
    import numpy as np
    import pandas as pd

    if config.data.time is None:
        return []
    days = table[config.data.time].dt.floor("D")
    first = days.min()
    span = (days.max() - first).days + 1
    width = max(1, -(-span // PERIODS))
    period = ((days - first).dt.days // width).to_numpy()
    target = table[config.data.target].to_numpy().astype(float)
    function = metrics.binary(config.evaluation.threshold)[config.evaluation.metric]
    points = []
    for number in np.unique(period):
        rows = period == number
        if rows.sum() < LEAST:
            continue
        unit = np.zeros(int(rows.sum()), int)
        values = {}
        for name in ("candidate", "production"):
            if name in scores:
                part = metrics.Rows(target[rows], scores[name][rows], unit, unit[:1])
                values[name] = intervals.rounded(function(part, np.ones((1, 1)))[0])
        start = first + pd.Timedelta(days=int(number) * width)
        points.append(Point(f"{start:%Y-%m-%d}", values["candidate"], values.get("production")))
    return points
