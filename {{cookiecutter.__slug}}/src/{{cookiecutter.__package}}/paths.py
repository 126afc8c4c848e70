"""Where the stages leave things for each other; `dvc.yaml` names the same paths."""

from pathlib import Path

RAW = Path("data/raw")
PREPARED = Path("data/prepared")
MODEL = Path("models/model.skops")
SCORER = Path("models/scorer.zip")
REPORTS = Path("reports")
CARD = Path("models/MODEL_CARD.md")
CARD_TEMPLATE = Path("src", __name__.split(".")[0], "MODEL_CARD.md")
