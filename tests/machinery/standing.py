"""A service with a model that is plain arithmetic, in a process of its own.

Probability: distance / 6000. `destination` XXX breaks the model, WWW waits, NAN is no number.
"""

import sys
import time
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from mlops.scoring.contract import Contract, Feature
from mlops.serve import lines, model, process
from mlops.serve.settings import Settings


def feature(kind: Any, **known: Any) -> Feature:
    empty = {"nullable": False, "minimum": None, "maximum": None, "categories": None}
    return Feature(type=kind, **{**empty, "typical": None, "known": [], **known})


CONTRACT = Contract(
    task="binary",
    name="flights",
    target="late",
    classes=[],
    threshold=0.5,
    features={
        "distance": feature("number", minimum=1, maximum=6000),
        "weekday": feature("integer", minimum=0, maximum=6),
        "origin": feature("category", categories=["EWR", "JFK", "LGA"], known=["EWR", "JFK"]),
        "destination": feature("category", known=["LAX", "ORD"]),
        "plane_age": feature("number", nullable=True),
        "Wind (mph). [x]": feature("number", nullable=True, minimum=0),
        "weekend": feature("boolean", nullable=True),
        "seats": feature("integer", nullable=True),
    },
    ignored=["departure", "flight"],
    key=["departure", "flight"],
    rung="masks",
    why=[],
    examples=[],
    expected=[],
)
ROW = {"distance": 1500, "weekday": 3, "origin": "EWR", "destination": "LAX"}


class StandIn:
    """A scorer."""

    def __init__(self, contract: Contract = CONTRACT, digest: str = "d" * 32) -> None:
        self.contract, self.digest = contract, digest

    def score(self, columns: Mapping[str, Any]) -> np.ndarray:
        places = columns["destination"]
        if "XXX" in places:
            raise RuntimeError("the model is broken")
        if "WWW" in places:
            time.sleep(1)
        scores = np.array(columns["distance"], float) / 6000
        return np.where(np.array(places) == "NAN", np.nan, scores)


def load(settings: Settings) -> model.Model:
    """A model instead of that in a file."""
    rung = "pipeline" if settings.model == "slow" else "masks"
    contract = msgspec.structs.replace(CONTRACT, rung=rung)
    return model.Model(StandIn(contract), "v0.1.0", None, settings.max_rows)  # type: ignore[arg-type]


process.load = load  # type: ignore[attr-defined]

if __name__ == "__main__":
    settings = msgspec.json.decode(sys.argv[1], type=Settings)
    lines.configure()
    process.serve(settings, lambda model, address: print(address, flush=True))
