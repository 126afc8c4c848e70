"""Where a project keeps what the machinery reads; the recipe's own `paths.py` says the same."""

from pathlib import Path

SCHEMA = Path("data/schema.json")
SOURCE = Path("data/source")
RAW = Path("data/raw")
RAW_MANIFEST = Path("data/raw.json")
TRAIN = Path("data/prepared/train.parquet")
TEST = Path("data/prepared/test.parquet")
MODEL = Path("models/model.skops")
SCORER = Path("models/scorer.zip")
CARD = Path("models/MODEL_CARD.md")
PREDICTIONS = Path("reports/predictions.parquet")
METRICS = Path("reports/metrics.json")
EXPLANATION = Path("reports/explanation.json")
VALIDATION = Path("reports/validation.json")
REPORT = Path("reports/pull-request.json")
