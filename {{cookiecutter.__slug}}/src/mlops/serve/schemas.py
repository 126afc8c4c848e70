"""The JSON schemas of a model's requests and answers, as OpenAPI 3.1 writes them."""

import math
from typing import Any

from mlops.scoring.contract import Contract, Feature
from mlops.serve.shapes import EXACT

Schema = dict[str, Any]

TYPES = {"number": "number", "integer": "integer", "boolean": "boolean", "category": "string"}
SCORES = {
    "binary": "the probability",
    "multiclass": "the probability of the class that is predicted",
    "regression": "the value",
}
SCALAR = ["string", "number", "boolean", "null"]

UNUSED = {"type": SCALAR, "description": "accepted, not used"}


def schemas(contract: Contract, rows: int) -> dict[str, Schema]:
    """All schemas by name; a request has at most `rows` rows."""
    return {
        "Record": record(contract),
        "Records": array(reference("Record"), rows),
        "Columns": columns(contract, rows),
        "Prediction": prediction(contract),
        "Predictions": predictions(),
        "Driver": driver(contract),
        "Explanation": explanation(),
        "Error": error(),
    }


def reference(name: str) -> Schema:
    """A schema, by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(contract: Contract) -> Schema:
    """One row."""
    values = {name: value(contract, name) for name in contract.features}
    ignored = dict.fromkeys(contract.ignored, UNUSED)
    return closed(ignored | values, required(contract))


def columns(contract: Contract, rows: int) -> Schema:
    """Many rows, column by column."""
    values = {name: array(value(contract, name), rows) for name in contract.features}
    ignored = {name: array(UNUSED, rows) for name in contract.ignored}
    inner = closed(ignored | values, required(contract))
    inner |= {"minProperties": 1, "description": "all lists have the same length"}
    return closed({"columns": inner}, ["columns"])


def required(contract: Contract) -> list[str]:
    """The columns that may not be left out."""
    return [name for name, feature in contract.features.items() if not feature.nullable]


def value(contract: Contract, name: str) -> Schema:
    """What may stand in a column, with values of real rows."""
    schema = allowed(contract.features[name])
    shown: list[Any] = []
    for row in contract.examples:
        if name in row and row[name] not in shown:
            shown.append(row[name])
    return schema | ({"examples": shown} if shown else {})


def allowed(feature: Feature) -> Schema:
    """What may stand in a column."""
    name, null = TYPES[feature.type], feature.nullable
    schema: Schema = {"type": [name, "null"] if null else name}
    if feature.categories:
        schema["enum"] = [*feature.categories, *([None] * null)]
    low, high = feature.minimum, feature.maximum
    if feature.type == "integer":
        low = -EXACT if low is None else max(-EXACT, math.ceil(low))
        high = EXACT if high is None else min(EXACT, math.floor(high))
    bounds = {"minimum": low, "maximum": high}
    return schema | {word: whole(bound) for word, bound in bounds.items() if bound is not None}


def whole(number: float) -> float | int:
    """A number without a fraction as an integer, where it has no more digits than are known."""
    return int(number) if float(number).is_integer() and abs(number) <= EXACT else number


def prediction(contract: Contract) -> Schema:
    """What is predicted for a row."""
    chance = {"type": "number", "minimum": 0, "maximum": 1}
    match contract.task:
        case "binary":
            label: Schema = {
                "type": "boolean",
                "description": f"probability >= {contract.threshold}",
            }
            described = chance | {"description": f"of {contract.target}"}
            return closed({"probability": described, "label": label})
        case "multiclass":
            label = {"type": "string", "enum": contract.classes}
            every = closed(dict.fromkeys(contract.classes, chance))
            return closed({"label": label, "probabilities": every})
        case "regression":
            return closed({"value": {"type": "number", "description": contract.target}})


def predictions() -> Schema:
    """The answer to a request for predictions."""
    return closed({**origin(), "predictions": array(reference("Prediction"))})


def explanation() -> Schema:
    """The answer to a request for an explanation."""
    parts = {
        "prediction": reference("Prediction"),
        "drivers": {"type": "array", "items": reference("Driver")},
        "note": {"type": "string", "description": "how an effect is to be read"},
    }
    return closed(origin() | parts)


def driver(contract: Contract) -> Schema:
    """The effect of one value."""
    effect = "how much higher the score is than with the typical value: " + SCORES[contract.task]
    parts = {
        "column": {"type": "string", "enum": list(contract.features)},
        "value": {"type": SCALAR},
        "typical": {"type": SCALAR, "description": "median or most frequent in training, or null"},
        "effect": {"type": "number", "description": effect},
    }
    return closed(parts)


def error() -> Schema:
    """What every error says."""
    parts = {
        "id": {"type": "string", "description": "of the request, as in the log"},
        "error": {"type": "string", "description": "one line"},
        "row": {"type": "integer", "minimum": 0, "description": "the first row has number 0"},
        "column": {"type": "string"},
    }
    return closed(parts, ["id", "error"])


def origin() -> dict[str, Schema]:
    """Which request an answer belongs to, and which model gave it."""
    return {
        "id": {"type": "string", "description": "of the request, as in the log"},
        "version": {"type": ["string", "null"], "description": "of the model in the registry"},
        "model": {"type": "string", "description": "MD5 of the model's file"},
    }


def closed(properties: dict[str, Any], needed: list[str] | None = None) -> Schema:
    """An object of these properties and no others; all are required if nothing else is said."""
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    names = list(properties) if needed is None else needed
    return schema | ({"required": names} if names else {})


def array(items: Schema, most: int | None = None) -> Schema:
    """A list that is not empty."""
    schema = {"type": "array", "items": items, "minItems": 1}
    return schema | ({} if most is None else {"maxItems": most})
