"""Save the project's fitted pipeline with joblib: python to_joblib.py PROJECT."""

import sys
from pathlib import Path

import joblib
import skops.io

model = Path(sys.argv[1], "models/model.skops")
joblib.dump(skops.io.load(model, skops.io.get_untrusted_types(file=model)), "model.joblib")
