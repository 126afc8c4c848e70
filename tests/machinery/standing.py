"""A service with a model that is plain arithmetic, in a process of its own.

Probability: distance / 6000. `destination` XXX breaks the model, WWW waits, NAN is no number.
"""

import itertools
import sys
import time
from collections.abc import Mapping
from threading import Thread
from typing import Any

import msgspec
import numpy as np
from mlops.errors import UserError
from mlops.scoring.contract import Contract, Feature
from mlops.serve import lines, model, process
from mlops.serve.settings import Settings


def feature(kind: Any, **known: Any) -> Feature:
    empty = {"nullable": False, "minimum": None, "maximum": None, "categories": None}
    return Feature(type=kind, **{**empty, "typical": 1, "known": [], **known})


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
    """A scorer. `number` is added to its scores."""

    def __init__(self, contract: Contract = CONTRACT, number: int | None = None) -> None:
        self.contract, self.number = contract, number or 0
        self.digest = "d" * 32 if number is None else "d" * 31 + str(number)

    def score(self, columns: Mapping[str, Any]) -> np.ndarray:
        places = columns["destination"]
        if "XXX" in places:
            raise RuntimeError("the model is broken")
        if "WWW" in places:
            time.sleep(1)
        scores = np.array(columns["distance"], float) / 6000 + self.number
        return np.where(np.array(places) == "NAN", np.nan, scores)


def load(settings: Settings) -> model.Model:
    """A model instead of that in a file."""
    scorer: Any = StandIn()
    return model.Model(scorer, "v0.1.0", None, settings.max_rows)


def change(held: model.Held, rows: int) -> None:
    """Promote one version after the other."""
    for number in itertools.cycle(range(5)):
        scorer: Any = StandIn(number=number)
        held.offer(model.Model(scorer, f"v0.1.{number}", None, rows))
        time.sleep(0.15)


class Changing(model.Held):
    """A model that is replaced again and again."""

    def __init__(self, first: model.Model) -> None:
        super().__init__(first)
        Thread(target=change, args=(self, first.rows.most), daemon=True).start()


if __name__ in ("__main__", "__mp_main__"):  # a worker's name is the second
    vars(process).update(load=load)

if __name__ == "__main__":
    settings = msgspec.json.decode(
        sys.argv[1], type=Settings, dec_hook=lambda kind, text: kind(text)
    )
    if settings.model == "changing":
        vars(process).update(Held=Changing)
    lines.configure()
    try:
        process.serve(settings, lambda _, address: print(address, flush=True))
    except UserError as error:
        sys.exit(str(error))
