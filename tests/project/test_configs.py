"""Every configuration that the template ships runs, and gives the same bytes in two clones."""

import json
import math
import subprocess
from pathlib import Path
from typing import Any

import pytest
from mlops.config.tasks import LOWER_IS_BETTER

from baked import PROJECT, BakedProject, copy, environment, execute
from campaigns.portion import WHOLE

TABLES = ("breast_cancer", "wine", "diabetes")  # one for each task
MODELS = sorted(path.stem for path in (PROJECT / "conf" / "model").glob("*.yaml"))
FEW = "evaluation.rounds=100"
RUNS = {
    **{data: [f"data={data}", FEW] for data in TABLES},
    **{
        f"{data} {model}": [f"data={data}", f"model={model}", "split=hash", FEW]
        for data in TABLES
        for model in MODELS
        if model != "hist_gradient_boosting"
    },
    "weights": ["data=breast_cancer", "split=cross_validation", "model.class_weight=balanced", FEW],
    "calibration": ["data=breast_cancer", "model.calibration=sigmoid", FEW],
    "group": ["data=diabetes", "split=group", "data.group=age", "data.resample=group", FEW],
}
AGAIN = ["wine", "diabetes xgboost", "breast_cancer lightgbm", "calibration", "group"]
ELSEWHERE = {  # what the other tests run
    *("data=flights", "split=time", "experiment=quick", "model=hist_gradient_boosting"),
}
SCRIPT = Path(__file__).parent / "in_one_process.py"


# What is run in a second clone; `make campaigns` runs everything there.
TWICE = RUNS if WHOLE else {name: RUNS[name] for name in AGAIN}


def run_in_a_clone(
    project: BakedProject, folder: Path, runs: dict[str, list[str]]
) -> dict[str, Any]:
    """Run configurations in a clone, with the project's environment and the clone's code."""
    clone = project.clone(folder)
    done = subprocess.run(
        [str(project.path / ".venv/bin/python"), str(SCRIPT)],
        cwd=clone.path,
        env=environment() | {"PYTHONPATH": str(clone.path / "src")},
        input=json.dumps(runs),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def clones(
    installed: BakedProject, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the runs gave, and what some gave in another clone."""
    folder = tmp_path_factory.mktemp("configs")
    project = copy(installed, folder)
    execute("uv", "sync", "-q", "--frozen", "--all-extras", cwd=project.path)
    one = run_in_a_clone(project, folder / "one", RUNS)
    return one, run_in_a_clone(project, folder / "two", TWICE)


def test_every_config_is_run() -> None:
    shipped = {
        f"{group}={path.stem}"
        for group in ("data", "model", "split", "experiment")
        for path in (PROJECT / "conf" / group).glob("*.yaml")
    }
    assert (
        shipped <= {override for overrides in RUNS.values() for override in overrides} | ELSEWHERE
    )


def test_every_config_gives_a_model_that_beats_the_baseline(
    clones: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    for name, found in clones[0].items():
        for figures in (found["test"], found["baseline"]):
            assert all(math.isfinite(figure["value"]) for figure in figures.values()), name
        metric = found["metric"]
        test, baseline = found["test"][metric], found["baseline"][metric]["value"]
        if "naive" not in name:
            better = (
                test["high"] < baseline if metric in LOWER_IS_BETTER else test["low"] > baseline
            )
            assert better, (name, metric, test, baseline)


def test_two_clones_give_the_same_bytes(
    clones: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    one, two = clones
    assert {name: one[name] for name in TWICE} == two
    for name, found in one.items():
        made = {"models/model.skops", "data/prepared/train.parquet", "reports/metrics.json"}
        assert made <= set(found["digests"]), name
