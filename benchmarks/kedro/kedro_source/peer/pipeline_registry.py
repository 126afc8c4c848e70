"""Each stage of the environment variable STAGES as a node, one after the other."""

import os
from importlib import import_module

from kedro.pipeline import Node, Pipeline


def register_pipelines() -> dict[str, Pipeline]:
    """The default pipeline: each node waits for the one before."""
    names = os.environ["STAGES"].split(",")
    before = [None, *(f"{name}_done" for name in names)]
    nodes = [
        Node(stage(name), previous, f"{name}_done", name=name)
        for name, previous in zip(names, before, strict=False)
    ]
    return {"__default__": Pipeline(nodes)}


def stage(name: str):
    """The function of a stage, as Kedro calls it."""

    def run(*_: bool) -> bool:
        module = "mlops.config.compose" if name == "compose" else f"late_flights.{name}"
        getattr(import_module(module), name)()
        return True

    return run
