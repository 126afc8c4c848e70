"""Where the stages leave things for each other; `dvc.yaml` names the same paths."""

from pathlib import Path

RAW = Path("data/raw")
PREPARED = Path("data/prepared")
MODEL = Path("models/model.skops")
REPORTS = Path("reports")
