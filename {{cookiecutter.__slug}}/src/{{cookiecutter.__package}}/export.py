"""Export: models/scorer.zip, what serving loads: the model as data, checked against itself."""

from mlops.config import params
from mlops.data import tables
from mlops.export import contract, ladder
from mlops.export.source import Source
from mlops.model import persistence
from mlops.scoring import archive

from .paths import MODEL, PREPARED, SCORER


def export() -> None:
    """Take the quickest way to score that gives the scores and labels of scikit-learn."""
    config = params.load()
    features = list(config.data.features)
    content = persistence.read(MODEL)
    pipeline = persistence.loads(content, MODEL)
    train = tables.read(PREPARED / "train.parquet", features)
    rows = tables.read_arrow(PREPARED / "test.parquet", features)
    promise = contract.contract(config, train)
    members = ladder.climb(Source(pipeline, content, config.data), promise, rows)
    archive.write(members, SCORER)
    print(ladder.told(members))
