"""Requests for the prediction log, and a process that logs until it is killed.

    python -m machinery.logged FOLDER BYTES

It puts rows 0, 1, 2, ... and prints how many of them are written, line by line. A stream becomes a
file when it has so many bytes.
"""

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import numpy as np
from mlops.monitor import predictions
from mlops.scoring.contract import Contract, Feature
from mlops.serve.log import Entry, PredictionLog

from baked import IN_PLACE, PROJECT

Task = Literal["binary", "multiclass", "regression"]
COLUMNS: dict[str, Literal["number", "integer", "category", "boolean"]] = {
    "distance": "number",
    "hour": "integer",
    "carrier": "category",
    "late before": "boolean",
}


def contract(task: Task = "binary", **more: Any) -> Contract:
    """What a model takes and gives."""
    kinds = COLUMNS | more
    return Contract(
        task=task,
        name="flights",
        target="late",
        classes=["a", "b"] if task == "multiclass" else [],
        threshold=0.5 if task == "binary" else None,
        features={
            name: Feature(kind, True, None, None, None, None, []) for name, kind in kinds.items()
        },
        ignored=["late", "id", "hour"],  # a column may be both
        key=["id"],
        rung="masks",
        why=[],
        examples=[],
        expected=[],
    )


FLIGHTS = contract()


def entry(
    number: int,
    rows: int = 1,
    model: Contract = FLIGHTS,
    version: str | None = "v0.1.0",
    **more: list[Any],
) -> Entry:
    """A request of some rows, the first of which has a number."""
    numbers = range(number, number + rows)
    asked: dict[str, list[Any]] = {
        "distance": [n / 2 for n in numbers],
        "hour": list(numbers),
        "carrier": [f"c{n}" for n in numbers],
        "late before": [n % 2 == 0 for n in numbers],
        "id": list(numbers),
    }
    scores = np.array([n % 100 / 100 for n in numbers])
    if model.task == "multiclass":
        scores = np.column_stack([scores, 1 - scores])
    digest = f"{model.task}{len(model.features)}"
    return Entry(1.8e9 + number, f"r{number}", version, digest, 0.25, model, asked | more, scores)


def hours(folder: Path) -> list[int]:
    """The numbers of the rows that are logged in a folder, in the order of its files."""
    return [n for table in predictions.read(folder) for n in table["hour"].to_pylist()]


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that another thread or process does."""
    for _ in range(30_000):
        if condition():
            return
        time.sleep(0.001)
    raise AssertionError("it did not come about")


def settle(log: PredictionLog, one: Entry) -> None:
    """Log a request, and wait until it is written or dropped."""
    before = log.written + log.dropped
    log.put(one)
    until(lambda: log.written + log.dropped > before)


@contextmanager
def writing(folder: Path, size: int) -> Iterator["subprocess.Popen[str]"]:
    """A process that runs `main`, until it is killed."""
    command = [sys.executable, "-m", "machinery.logged", str(folder), str(size)]
    paths = f"{PROJECT / 'src'}{os.pathsep}{Path(__file__).parent.parent}"
    environment = os.environ | IN_PLACE | {"PYTHONPATH": paths}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as one:
        try:
            yield one
        finally:
            one.kill()


def told(process: "subprocess.Popen[str]", lines: int = 1) -> int:
    """How many rows a process says that it has written, after so many lines."""
    assert process.stdout is not None
    return [int(process.stdout.readline()) for _ in range(lines)][-1]


def main(folder: Path, size: int) -> None:
    """Log for ever."""
    log = PredictionLog(folder, every=0.01, size=size)
    log.start()
    written = -1
    for number in itertools.count():
        log.put(entry(number))
        if log.written != written:
            written = log.written
            print(written, flush=True)
        if number % 20 == 0:
            time.sleep(0.001)  # the writer's turn


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
