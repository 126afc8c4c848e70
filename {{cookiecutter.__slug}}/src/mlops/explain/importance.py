"""Permutation importance: how much worse the metric gets when a feature's cells are shuffled.

L. Breiman, Random Forests, 2001; A. Fisher and others, All Models are Wrong, but Many are Useful,
2019. A feature that tells what another one tells too has a small importance: each alone is not
missed.
"""

from typing import TYPE_CHECKING, Any

from mlops.config.schema import Config
from mlops.explain.rescoring import rescore
from mlops.model import intervals
from mlops.model.evaluation import resampling_units
from mlops.model.rows import Rows
from mlops.model.tasks import task
from mlops.progress import track

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from mlops.explain.rescoring import Predict


def measure(table: "pd.DataFrame", predict: "Predict", config: Config) -> list[dict[str, Any]]:
    """Shuffle each feature `explanation.repeats` times: `{"column", "value", "low", "high"}`.

    The value is how much `evaluation.metric` loses on the rows of `table`, larger is worse, on
    average over the shuffles. The interval is of the same bootstrap as the metrics. Largest first.
    """
    import numpy as np

    data = config.data
    features = list(data.features)
    target = task.of(data.task).target(table[data.target], data.classes)
    unit, units = resampling_units(table, data)
    inputs = table[features]

    def exams(scores: "np.ndarray") -> dict[int, Rows]:
        return {
            number: Rows(target, score, unit, np.arange(units), config.evaluation.threshold)
            for number, score in enumerate(scores)
        }

    whole = sampled(exams(predict(inputs)[None]), units, config)
    generator = np.random.default_rng(config.seed)
    shuffles = np.array(
        [generator.permutation(len(table)) for _ in range(config.explanation.repeats)]
    )
    found = []
    for column in track(features, "Features shuffled"):
        scores = rescore(predict, inputs, column, shuffles)
        loss = whole - sampled(exams(scores), units, config)
        found.append({"column": column} | intervals.interval(loss, config.evaluation.confidence))
    return sorted(found, key=lambda entry: -(entry["value"] or 0))


def sampled(exams: dict[int, Rows], units: int, config: Config) -> "np.ndarray":
    """The metric, larger is better, averaged over some exams: on all rows and in each round.

    The same seed draws the same rounds, whatever is examined.
    """
    import numpy as np

    evaluation = config.evaluation
    metric: str = evaluation.metric
    metrics = {metric: task.metrics(config.data.task, evaluation)[metric]}
    found = intervals.bootstrap(exams, metrics, units, evaluation.rounds, config.seed)
    mean: np.ndarray = np.mean([by_metric[metric] for by_metric in found.values()], axis=0)
    return -mean if evaluation.lower_is_better(metric) else mean
