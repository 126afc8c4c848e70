"""Save the project's fitted pipeline as an MLflow model: python to_mlflow.py PROJECT."""

import sys
from pathlib import Path

import mlflow.sklearn
import pandas as pd
import skops.io
from mlflow.models import infer_signature

project = Path(sys.argv[1])
model = project / "models/model.skops"
trusted = skops.io.get_untrusted_types(file=model)
pipeline = skops.io.load(model, trusted)
rows = pd.read_parquet(project / "data/prepared/test.parquet")[list(pipeline.feature_names_in_)]
mlflow.sklearn.save_model(
    pipeline,
    "model",
    signature=infer_signature(rows, pipeline.predict_proba(rows[:100])),
    pip_requirements=["scikit-learn"],
    pyfunc_predict_fn="predict_proba",
    skops_trusted_types=trusted,
)
