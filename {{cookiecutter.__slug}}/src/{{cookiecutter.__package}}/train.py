"""Train: fit the pipeline on data/prepared/train.parquet and save it as models/model.skops."""

from typing import TYPE_CHECKING, Any

from mlops.config import params
from mlops.config.schema import Config
from mlops.data import tables
from mlops.model import estimators, persistence
from mlops.model.rows import once
from mlops.model.tasks import task

from .features import make_pipeline
from .paths import MODEL, PREPARED, REPORTS

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline


def train() -> None:
    """Fit, save, and write how the loss fell on the validation rows."""
    config = params.load()
    features, target = list(config.data.features), config.data.target
    table = tables.read(PREPARED / "train.parquet", [*features, target])
    validation = tables.read(PREPARED / "validation.parquet", [*features, target])
    pipeline = fit(config, table)
    if len(validation):
        write_progress(pipeline, validation, config, "validation")
    else:  # each row is tested in its turn, and none is left to watch by
        write_progress(pipeline, table, config, "training")
    held_out = validation[features], validation[target]
    persistence.save(estimators.calibrate(pipeline, *held_out, config.model), MODEL)
    print(f"{config.model.name} fitted on {len(table):,} rows: {MODEL}")


def fit(config: Config, table: "pd.DataFrame") -> "Pipeline":
    """Fit the pipeline to a table; folds and the trials of `mlops tune` are fitted so, too."""
    pipeline = make_pipeline(config)
    rows, target = table[list(config.data.features)], table[config.data.target]
    estimators.fit(pipeline, rows, target, config.model)
    return pipeline


def write_progress(pipeline: Any, table: Any, config: Config, rows: str) -> None:
    """Log the loss on some rows with DVCLive, after each iteration where the estimator has them."""
    from dvclive.live import Live

    way, data = task.of(config.data.task), config.data
    loss = way.metrics()[way.LOSS]
    target = way.target(table[data.target], data.classes)
    with Live(str(REPORTS / "training"), save_dvc_exp=False, dvcyaml=None, report=None) as live:
        for score in estimators.staged(pipeline, table[list(data.features)], data):
            live.log_metric(f"{rows}_{way.LOSS}", once(loss, target, score))
            live.next_step()
