"""Columns of a sample that alone tell the target."""

from typing import TYPE_CHECKING

from mlops.adopt.proposal import Proposal
from mlops.adopt.texts import TRUE
from mlops.config.schema import Config
from mlops.explain import leaks

if TYPE_CHECKING:
    import pandas as pd

ROWS = 4000  # enough to tell, and done in a second or two
LEAST = 50
SEED = 1


def find(proposal: Proposal, config: Config) -> dict[str, str]:
    """A remark on each column that predicts the target nearly perfectly, by column."""
    table = rows(proposal, config)
    if len(table) < LEAST:
        return {}
    table = table.sample(min(ROWS, len(table)), random_state=SEED, ignore_index=True)
    half = len(table) // 2
    exams = [(table[:half], table[half:])]
    if config.data.task != "regression":
        first, second = (set(part[config.data.target]) for part in exams[0])
        if first != second or len(first) < 2:
            return {}
    return {
        leak["column"]: f"alone tells {config.data.target}: is it known at prediction time?"
        for leak in leaks.find(exams, config)
    }


def rows(proposal: Proposal, config: Config) -> "pd.DataFrame":
    """The sample's target and features, typed as ingest types them."""
    import pandas as pd

    sample, data = proposal.sample, config.data
    columns = {}
    for name in data.features:
        seen = sample.column(name)
        assert seen is not None  # it was declared from the sample
        kind = data.columns[name].type
        values = seen.words() if kind == "category" else seen.values
        if kind == "boolean" and seen.type == "category":  # in other words than before
            values = seen.words().str.strip().str.casefold().isin(TRUE).astype(float)
        columns[name] = values.astype("float64") if values.dtype == "Int64" else values
    target = proposal.asked.target
    columns[target.name] = target.values
    return pd.DataFrame(columns)
