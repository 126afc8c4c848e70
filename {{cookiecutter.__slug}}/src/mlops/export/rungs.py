"""How each rung of the ladder is made from a pipeline: parameters, and arrays beside them."""

from collections.abc import Callable
from typing import Any

from mlops.export import masks
from mlops.export.source import Source
from mlops.scoring import fallback
from msgspec.structs import replace

Parameters = dict[str, Any]  # of a Document
Members = dict[str, bytes]
Rung = Callable[[Source], tuple[Parameters, Members]]


def of_masks(source: Source) -> tuple[Parameters, Members]:
    """Trees of at most 64 leaves."""
    arrays = masks.members(source.ensemble, source.inputs)
    output = replace(source.calibrated[1], link=source.ensemble.link)
    return {"inputs": source.inputs, "output": output}, arrays


def of_pipeline(source: Source) -> tuple[Parameters, Members]:
    """The whole pipeline, in pandas and scikit-learn."""
    return {}, {fallback.MODEL: source.content}


RUNGS: dict[str, Rung] = {
    "masks": of_masks,
    "pipeline": of_pipeline,
}


def of(source: Source) -> dict[str, Rung]:
    """The rungs that are to be tried, the quickest first."""
    return RUNGS
