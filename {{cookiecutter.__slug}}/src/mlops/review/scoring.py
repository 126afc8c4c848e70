"""Score models in a clean process: that they load and predict there is part of the exam.

python -m mlops.review.scoring JOB.json

A job names a table, and models with their features and what of their errors is reported. It is a
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

from mlops.errors import UserError
from mlops.files import write_json

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

CALLS = 20  # single rows that are timed


class Scored(NamedTuple):
    """A model's scores, shape (rows,), or why there are none; and one row's relative time."""

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
    table = tables.read(Path(job["table"]))
    for name, (model, features) in job["models"].items():
        problem, latency = None, None
        try:
            score, latency = score_model(Path(model), features, table)
            np.save(folder / f"{name}.npy", score)
        except UserError as error:
            problem = str(error)
        except Exception as error:  # whatever a model raises, the others are still scored
            problem = f"{type(error).__name__}: {error}"
        write_json(folder / f"{name}.json", {"problem": problem, "latency": latency})


def score_model(
    path: Path, features: list[str], table: "pd.DataFrame"
) -> "tuple[np.ndarray, float]":
    """Load a model; give its scores and its relative latency. Raise `UserError` where it cannot."""
    from mlops.model import persistence

    if gone := [name for name in features if name not in table]:
        raise UserError(f"it needs columns that are gone: {', '.join(gone)}")
    model = persistence.load(path)
    inputs = table[features]
    score: np.ndarray = model.predict_proba(inputs)[:, 1]
    return score, latency_ratio(model, inputs.head(1))


def latency_ratio(model: Any, row: "pd.DataFrame") -> float:
    """One row's time, as a multiple of that of a constant scorer timed in turns with it."""
    from sklearn.dummy import DummyClassifier

    constant = DummyClassifier(strategy="constant", constant=0).fit(row, [0])
    taken: dict[Any, list[float]] = {model: [], constant: []}
    for _ in range(CALLS):
        for scorer, times in taken.items():
            times.append(seconds(partial(scorer.predict_proba, row)))
    return statistics.median(taken[model]) / statistics.median(taken[constant])


def seconds(call: Callable[[], Any]) -> float:
    """Time a call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


if __name__ == "__main__":
    main(Path(sys.argv[1]))
