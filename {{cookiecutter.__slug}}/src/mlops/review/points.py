"""The points of the report's charts, for the candidate and for production on the same rows."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlops.config.schema import Config
from mlops.model import intervals
from mlops.model.rows import once
from mlops.model.tasks import task
from mlops.review.report import Point

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

BINS = 10
LEAST = 30  # rows of a point; with fewer it is noise
PERIODS = 12  # points on the time axis

Scores = dict[str, "np.ndarray"]


def calibration(table: "pd.DataFrame", scores: Scores, config: Config) -> list[Point]:
    """What came by what was predicted, in ten bins of equal width; x is a bin's middle.

    Probabilities are binned from 0 to 1, values between the first and the 99th percentile.
    """
    import numpy as np

    way, data = task.of(config.data.task), config.data
    target = way.target(table[data.target], data.classes)
    expected = {
        name: way.expectation(target, scores[name])
        for name in ("candidate", "production")
        if name in scores
    }
    low, high = 0.0, 1.0
    if data.task == "regression":
        every = np.concatenate([predicted for predicted, _ in expected.values()])
        low, high = map(float, np.quantile(every, [0.01, 0.99]))
    width = (high - low) / BINS or 1.0
    points = []
    for number in range(BINS):
        values = {}
        for name, (predicted, observed) in expected.items():
            bins = np.clip(((predicted - low) / width).astype(int), 0, BINS - 1)
            if (bins == number).sum() >= LEAST:
                values[name] = intervals.rounded(observed[bins == number].mean())
        if values:
            middle = float(f"{low + (number + 0.5) * width:.6g}")
            points.append(Point(middle, values.get("candidate"), values.get("production")))
    return points


def timeline(
    table: "pd.DataFrame", scores: Scores, config: Config, thresholds: Mapping[str, float | None]
) -> list[Point]:
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
    way = task.of(config.data.task)
    target = way.target(table[config.data.target], config.data.classes)
    function = task.metrics(config.data.task, config.evaluation)[config.evaluation.metric]
    limits = {name: thresholds.get(name, config.evaluation.threshold) for name in scores}
    points = []
    for number in np.unique(period):
        rows = period == number
        if rows.sum() < LEAST:
            continue
        values = {
            name: intervals.rounded(once(function, target[rows], scores[name][rows], limits[name]))
            for name in ("candidate", "production")
            if name in scores
        }
        start = first + pd.Timedelta(days=int(number) * width)
        points.append(Point(f"{start:%Y-%m-%d}", values["candidate"], values.get("production")))
    return points
