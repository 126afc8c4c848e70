"""Train: fit the pipeline on data/prepared/train.parquet and save it as models/model.skops."""

from typing import Any

from mlops.config import params
from mlops.data import tables
from mlops.model import estimators, persistence

from .features import make_pipeline
from .paths import MODEL, PREPARED, REPORTS


def train() -> None:
    """Fit, save, and write how the loss fell on the validation rows."""
    config = params.load()
    features, target = list(config.data.features), config.data.target
    table = tables.read(PREPARED / "train.parquet", [*features, target])
    pipeline = make_pipeline(config)
    estimators.fit(pipeline, table[features], table[target], config.model)
    persistence.save(pipeline, MODEL)
    validation = tables.read(PREPARED / "validation.parquet", [*features, target])
    write_progress(pipeline, validation[features], validation[target])
    print(f"{config.model.name} fitted on {len(table):,} rows: {MODEL}")


def write_progress(pipeline: Any, table: Any, target: Any) -> None:
    """Log the validation loss with DVCLive, after each iteration where the estimator has them."""
    from dvclive.live import Live
    from sklearn.metrics import log_loss

    estimator, table = pipeline[-1], pipeline[:-1].transform(table)
    staged = getattr(estimator, "staged_predict_proba", None)
    stages = staged(table) if staged else [estimator.predict_proba(table)]
    with Live(str(REPORTS / "training"), save_dvc_exp=False, dvcyaml=None, report=None) as live:
        for probabilities in stages:
            live.log_metric("validation_log_loss", float(log_loss(target, probabilities)))
            live.next_step()
