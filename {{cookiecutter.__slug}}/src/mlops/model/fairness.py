"""Fairness: how often the groups of a protected column are labelled positive, and wrongly."""

from typing import TYPE_CHECKING

from mlops.config.schema import Config
from mlops.model import intervals
from mlops.model.evaluation import segment_rows

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Group = dict[str, float | None]
Groups = dict[str, dict[str, Group]]


def measure(table: "pd.DataFrame", score: "np.ndarray", config: Config) -> Groups:
    """Count each group of `gate.fairness.columns`: `{column: {value: rows and rates}}`."""
    label = score >= config.evaluation.threshold
    wrong = label != table[config.data.target].to_numpy()
    columns = config.gate.fairness.columns
    found: Groups = {column: {} for column in columns}
    for (column, value), chosen in segment_rows(table, columns).items():
        found[column][value] = {
            "rows": int(chosen.sum()),
            "selection_rate": intervals.rounded(label[chosen].mean()),
            "error_rate": intervals.rounded(wrong[chosen].mean()),
        }
    return found


def apart(groups: dict[str, Group], rate: str, least: int) -> float:
    """The largest difference of a rate between groups of at least so many rows; 0 for one group."""
    rates = [group[rate] or 0.0 for group in groups.values() if (group["rows"] or 0) >= least]
    return max(rates) - min(rates) if len(rates) > 1 else 0.0
