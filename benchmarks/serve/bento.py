"""A BentoML service whose input is a table, as its documentation shows for scikit-learn."""

import bentoml
import joblib
import pandas as pd


@bentoml.service(workers=1)
class Flights:
    """Predicts whether flights are late."""

    def __init__(self) -> None:
        self.model = joblib.load("model.joblib")

    @bentoml.api
    def predict(self, flights: pd.DataFrame) -> list[float]:
        """The probability that a flight is late, row by row."""
        return self.model.predict_proba(flights)[:, 1].tolist()
