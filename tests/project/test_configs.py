"""Every configuration that the template ships runs, and gives the same bytes in two clones."""

import json
import math
import subprocess
from pathlib import Path
from typing import Any

from mlops.config.tasks import LOWER_IS_BETTER

from baked import PROJECT, BakedProject, copy, environment, execute
from campaigns.portion import WHOLE

TABLES = ("breast_cancer", "wine", "diabetes")  # at least one for each task
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
# `make campaigns` runs every table with every model, each in two clones; else each once is enough.
SOME = [
    *("wine", "breast_cancer lightgbm", "breast_cancer naive", "wine linear"),
    *("wine random_forest", "diabetes xgboost", "calibration", "weights", "group"),
]
AGAIN = ["wine", "diabetes xgboost", "group"]
ELSEWHERE = {  # what the other tests run
    *("data=flights", "split=time", "experiment=quick", "model=hist_gradient_boosting"),
}
SCRIPT = Path(__file__).parent / "in_one_process.py"
ONCE = RUNS if WHOLE else {name: RUNS[name] for name in SOME}
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


def test_every_config_is_run() -> None:
    shipped = {
        f"{group}={path.stem}"
        for group in ("data", "model", "split", "experiment")
        for path in (PROJECT / "conf" / group).glob("*.yaml")
    }
    assert (
        shipped <= {override for overrides in ONCE.values() for override in overrides} | ELSEWHERE
    )


def test_every_config_beats_the_baseline_and_two_clones_give_the_same_bytes(
    installed: BakedProject, tmp_path: Path
) -> None:
    project = copy(installed, tmp_path)
    execute("uv", "sync", "-q", "--frozen", "--all-extras", cwd=project.path)
    one = run_in_a_clone(project, tmp_path / "one", ONCE)
    for name, found in one.items():
        check_figures(name, found)
        made = {"models/model.skops", "data/prepared/train.parquet", "reports/metrics.json"}
        assert made <= set(found["digests"]), name
    two = run_in_a_clone(project, tmp_path / "two", TWICE)
    assert {name: one[name] for name in TWICE} == two


def check_figures(name: str, found: dict[str, Any]) -> None:
    """All figures are there, and the model's main one is better than the baseline's."""
    for figures in (found["test"], found["baseline"]):
        assert all(math.isfinite(figure["value"]) for figure in figures.values()), name
    metric = found["metric"]
    test, baseline = found["test"][metric], found["baseline"][metric]["value"]
    if "naive" not in name:
        better = test["high"] < baseline if metric in LOWER_IS_BETTER else test["low"] > baseline
        assert better, (name, metric, test, baseline)
