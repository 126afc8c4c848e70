"""Explain: what the model relies on, measured on test rows, and columns that tell too much."""

from functools import partial

from mlops.config import params
from mlops.config.schema import FoldSplit
from mlops.data import tables
from mlops.explain import explanation, leaks, subjects
from mlops.files import write_json
from mlops.model import persistence
from mlops.model.plots import write_plots
from mlops.scoring import frames

from .paths import MODEL, PREPARED, REPORTS, SCORER
from .train import fit


def explain() -> None:
    """Write importance, dependence and leaks; of a cross-validated model, those of its folds."""
    config = params.load()
    data = config.data
    table = tables.read(PREPARED / "test.parquet", list(data.columns))
    if isinstance(config.split, FoldSplit):
        subject = subjects.cross_validated(table, fit, config)
    else:
        train = tables.read(PREPARED / "train.parquet", [*data.features, data.target])
        subject = subjects.held_out(table, train, frames.predictor(SCORER, data.features), config)
    found = explanation.explain(subject, partial(persistence.load, MODEL), config)
    write_json(REPORTS / "explanation.json", found)
    write_plots(explanation.plots(found, config), REPORTS / "explanation")
    leading = [f"{entry['column']} {entry['value']}" for entry in found["importance"][:3]]
    print(f"{found['metric']} loses most without: {', '.join(leading)}")
    for leak in found["leaks"]:
        print(leaks.warning(leak, data.target))
