"""Score models in a clean process: that they load and predict there is part of the exam.

python -m mlops.review.scoring JOB.json

A job names a table, the task, and models with their features. It is a
process of its own also because a model may refer to functions of the recipe as it was at the
model's commit, which is then what `PYTHONPATH` and the current directory hold.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mlops.config.schema import Data
from mlops.errors import UserError
from mlops.files import write_json

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

CALLS = 20  # single rows that are timed


class Scored(NamedTuple):
    """A model's scores, shape (rows,) or (rows, classes), or why there are none.

    `latency` is one row's time in milliseconds.
    """

    score: "np.ndarray | None"
    problem: str | None
    latency: float | None


class Job(NamedTuple):
    """A scoring process that has been started."""

    process: "subprocess.Popen[str]"
    folder: Path
    names: list[str]


def start(
    table: Path,
    models: Mapping[str, tuple[Path, tuple[str, ...]]],
    data: Data,
    folder: Path,
    source: Path | None,
) -> Job:
    """Start scoring models, given by name as file and features, on the rows of a Parquet file.

    `folder` takes the results. `source` is a checkout whose `src/` the models need; None is the
    current one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    job = {
        "table": str(table.resolve()),
        "folder": str(folder.resolve()),
        "task": data.task,
        "classes": data.classes,
        "models": {
            name: [str(path.resolve()), features] for name, (path, features) in models.items()
        },
    }
    write_json(folder / "job.json", job)
    environment = dict(os.environ)
    if source:
        environment["PYTHONPATH"] = str(source / "src")
    process = subprocess.Popen(
        [sys.executable, "-m", "mlops.review.scoring", str((folder / "job.json").resolve())],
        cwd=source,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Job(process, folder, list(models))


def finish(job: Job) -> dict[str, Scored]:
    """Wait for the scores."""
    import numpy as np

    _, errors = job.process.communicate()
    found = {}
    for name in job.names:
        result = job.folder / f"{name}.json"
        if not result.is_file():
            last = (errors.strip().splitlines() or ["no message"])[-1]
            problem = f"the process that scores it ended with {job.process.returncode}: {last}"
            found[name] = Scored(None, problem, None)
            continue
        told = json.loads(result.read_text("utf-8"))
        score = None if told["problem"] else np.load(job.folder / f"{name}.npy", allow_pickle=False)
        found[name] = Scored(score, told["problem"], told["latency"])
    return found


def main(path: Path) -> None:
    """Do a job: for each model a file of scores, and a file that tells how it went."""
    import numpy as np
    from mlops.data import tables

    job = json.loads(path.read_text("utf-8"))
    folder = Path(job["folder"])
    table = tables.read_arrow(Path(job["table"]))
    for name, (model, features) in job["models"].items():
        problem, latency = None, None
        try:
            predict, inputs, row = loaded(Path(model), inputs_of(table, features), job)
            score = predict(inputs)
            latency = milliseconds(partial(predict, row))
            np.save(folder / f"{name}.npy", score)
        except UserError as error:
            problem = str(error).removeprefix(f"{model}: ")  # the cache's name for it says nothing
        except Exception as error:  # whatever a model raises, the others are still scored
            problem = f"{type(error).__name__}: {error}"
        write_json(folder / f"{name}.json", {"problem": problem, "latency": latency})


def inputs_of(table: "pa.Table", features: list[str]) -> "pa.Table":
    """The columns that a model reads. Raise `UserError` where the table has not all of them."""
    if gone := [name for name in features if name not in table.column_names]:
        raise UserError(
            f"it needs columns that are gone: {', '.join(gone)} (one that stays under `identifiers`"
            " of conf/data/ is compared)"
        )
    return table.select(features)


def loaded(
    path: Path, table: "pa.Table", job: dict[str, Any]
) -> "tuple[Callable[[Any], np.ndarray], Any, Any]":
    """How a model scores, a scorer or a pipeline, and the table and its first row as it takes them.

    A row comes to a scorer as a service hands it over.
    """
    from mlops.model import persistence
    from mlops.model.tasks import task
    from mlops.scoring import archive, scorer

    if archive.is_scorer(path):
        row = scorer.as_columns(table.slice(0, 1).to_pylist(), table.column_names)
        return scorer.load(path).score, table, row
    predict = partial(task.predict, job["task"], persistence.load(path), classes=job["classes"])
    frame = table.to_pandas()
    return predict, frame, frame.head(1)


def milliseconds(call: Callable[[], Any]) -> float:
    """A call's time: the median of some."""
    return statistics.median(seconds(call) for _ in range(CALLS)) * 1000


def seconds(call: Callable[[], Any]) -> float:
    """Time a call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


if __name__ == "__main__":
    main(Path(sys.argv[1]))
