"""Contracts as an export writes them, and a scorer that is a sum."""

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
import numpy as np
from mlops.scoring import scorer
from mlops.scoring.contract import Contract, Feature
from mlops.serve.model import Model
from mlops.serve.published import Published

DIGEST = "3f2a9c0d5b7e4e6f8a1b2c3d4e5f6071"
MOST = 10_000  # rows in a request
AIRPORTS = ["LGA", "EWR", "JFK"]
CARRIERS = ["UA", "B6", "EV", "DL", "AA", "MQ", "US", "9E", "WN", "VX", "FL", "AS", "F9", "HA"]


def number(low: float | None, high: float | None, typical: float, null: bool = False) -> Feature:
    return Feature("number", null, low, high, None, typical, [])


def integer(low: float | None, high: float | None, typical: float) -> Feature:
    return Feature("integer", False, low, high, None, typical, [])


def category(known: list[str], only: list[str] | None = None, null: bool = False) -> Feature:
    return Feature("category", null, None, None, only, known[0], known)


HOSTILE = [
    "</script><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus=alert(1) '",
    "<!--<script>",
    "&lt;b&gt; & \u2028 \u202e",
    "__proto__",
]
FLIGHTS = {
    "origin": category(AIRPORTS, sorted(AIRPORTS)),
    "destination": category(["ORD", "ATL", "LAX", "BOS", "MCO", "CLT", "SFO", "FLL"]),
    "carrier": category(CARRIERS),
    "distance": number(1, 6000, 866),
    "departure_minute": integer(0, 1440, 776),
    "arrival_minute": integer(0, 1440, 950),
    "weekday": integer(0, 6, 3),
    "plane_age": number(0, 100, 12, null=True),
    "plane_seats": number(1, 900, 149, null=True),
    "plane_maker": category(["BOEING", "EMBRAER", "AIRBUS"], null=True),
    "temperature": number(-40, 130, 48.02, null=True),
    "humidity": number(0, 100, 59.2, null=True),
    "wind_speed": number(0, None, 10.35702, null=True),
    "pressure": number(900, 1100, 1017.9, null=True),
    "visibility": number(0, None, 10, null=True),
}
ROWS: list[list[Any]] = [
    *(["EWR", "ORD", "UA", 719, 1080, 1185, 4, 7, 191, "BOEING", 68.0, 93.26, 12.66, 1009.1, 2.5],),
    *(["LGA", "ATL", "DL", 762, 360, 511, 2, None, None, None, 41.0, 51.8, 8.1, None, 10],),
    *(["JFK", "LAX", "VX", 2475, 1215, 1405, 0, 3, 200, "AIRBUS", 55.04, 64.9, 0, 1021.3, 10],),
]


def worth(value: Any) -> float:
    if isinstance(value, str):
        return float(sum(map(ord, value)) % 7) / 10 - 0.3
    return -0.2 if value is None else float(np.sin(float(value)))


def scores(made: Contract, columns: Mapping[str, Any]) -> np.ndarray:
    """What a sum of each value's worth gives, whatever the values are."""
    rows = zip(*(columns[name] for name in made.features), strict=True)
    total: np.ndarray = np.array([math.fsum(map(worth, row)) for row in rows])
    match made.task:
        case "binary":
            chance: np.ndarray = 1 / (1 + np.exp(-total))
            return chance
        case "multiclass":
            powers = np.exp(np.outer(total, np.arange(len(made.classes))))
            shares: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
            return shares
        case "regression":
            return 100 * total


def contract(
    task: Any, name: str, target: str, features: dict[str, Feature], rows: list[dict[str, Any]]
) -> Contract:
    classes = ["first", "second", "third"] if task == "multiclass" else []
    threshold = 0.85 if task == "binary" else None
    ignored, key = [target, "flight"], ["flight"]
    made = Contract(
        task, name, target, classes, threshold, features, ignored, key, "masks", [], rows, []
    )
    expected = scores(made, scorer.as_columns(rows, list(features))).tolist()
    return msgspec.structs.replace(made, expected=expected)


def flights() -> Contract:
    rows = [dict(zip(FLIGHTS, row, strict=True)) for row in ROWS]
    return contract("binary", "flights", "late", FLIGHTS, rows)


def wine() -> Contract:
    names = ["alcohol", "malic_acid", "od280_od315_of_diluted_wines", "proline"]
    features = {name: number(0, None, 3) for name in names}
    rows = [dict(zip(names, row, strict=True)) for row in ([14.23, 1.7, 3.9, 1065], [12, 2, 3, 4])]
    return contract("multiclass", "wine", "grower", features, rows)


def diabetes() -> Contract:
    features = {
        "age": integer(0, None, 50),
        "sex": category(["1", "2"], ["1", "2"], null=True),
        "smokes": Feature("boolean", False, None, None, None, False, []),
        "bmi": number(None, None, 25.7),
    }
    rows: list[dict[str, Any]] = [
        {"age": 59, "sex": "2", "smokes": False, "bmi": 32.1},
        {"age": 48, "sex": None, "smokes": True, "bmi": -1.5},
    ]
    return contract("regression", "diabetes", "progression", features, rows)


def hostile() -> Contract:
    """Names of columns, classes, categories and the target that want to be more than names."""
    features = {
        f"{text}{kind}".replace('"', "'"): category(
            [text, "plain"], [text, "plain"] if kind else None
        )
        for text in HOSTILE
        for kind in ("", "2")
    }
    rows = [dict.fromkeys(features, HOSTILE[0]) | {name: name[:-1] or name for name in features}]
    return contract("multiclass", HOSTILE[0], HOSTILE[3], features, rows)


TASKS = {"binary": flights, "multiclass": wine, "regression": diabetes}


def model(made: Contract) -> Model:
    """The model of that contract, as version v0.3.0."""
    return Model(scorer.Scorer(made, DIGEST, partial(scores, made)), "v0.3.0", None, MOST)


def published(made: Contract, secured: bool = False) -> Published:
    """A service of that contract."""
    return Published(model(made), MOST, secured)
