"""Fairness: how often the groups of a protected column are treated in which way."""

from typing import TYPE_CHECKING

from mlops.config.schema import Config
from mlops.model import intervals
from mlops.model.evaluation import segment_rows
from mlops.model.tasks import task

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Group = dict[str, float | None]
Groups = dict[str, dict[str, Group]]


def measure(table: "pd.DataFrame", score: "np.ndarray", config: Config) -> Groups:
    """Count each group of `gate.fairness.columns`: `{column: {value: rows and rates}}`.

    The rates are the task's: for binary classification, labelled positive and labelled wrongly.
    """
    found: Groups = {column: {} for column in config.gate.fairness.columns}
    if not found:
        return found
    way = task.of(config.data.task)
    target = way.target(table[config.data.target], config.data.classes)
    rates = way.rates(target, score, config.evaluation)
    for (column, value), chosen in segment_rows(table, list(found)).items():
        found[column][value] = {"rows": int(chosen.sum())} | {
            name: intervals.rounded(each[chosen].mean()) for name, each in rates.items()
        }
    return found


def apart(groups: dict[str, Group], rate: str, least: int) -> float:
    """The largest difference of a rate between groups of at least so many rows; 0 for one group."""
    rates = [group[rate] or 0.0 for group in groups.values() if (group["rows"] or 0) >= least]
    return max(rates) - min(rates) if len(rates) > 1 else 0.0
