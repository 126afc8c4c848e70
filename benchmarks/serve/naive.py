"""The service of a tutorial: FastAPI checks the rows, pandas holds them, scikit-learn predicts."""

import joblib
import pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel


class Flight(BaseModel):
    """One row."""

    origin: str
    destination: str
    carrier: str
    distance: float
    departure_minute: int
    arrival_minute: int
    weekday: int
    plane_age: float | None = None
    plane_seats: float | None = None
    plane_maker: str | None = None
    temperature: float | None = None
    dew_point: float | None = None
    humidity: float | None = None
    wind_direction: float | None = None
    wind_speed: float | None = None
    wind_gust: float | None = None
    precipitation: float | None = None
    pressure: float | None = None
    visibility: float | None = None


app = FastAPI()
model = joblib.load("model.joblib")


@app.post("/predict")
def predict(flights: list[Flight]) -> dict[str, list[float]]:
    """The probability that a flight is late, row by row."""
    table = pd.DataFrame([flight.model_dump() for flight in flights])
    return {"probabilities": model.predict_proba(table)[:, 1].tolist()}
