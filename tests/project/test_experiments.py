"""DVC's experiments mean what a DVC user expects, and none is dropped in silence."""

import csv
import io
import time
from typing import Any

from baked import BakedProject
from project.rehearsal import Rehearsal

RETRAINED = ["compose", "train", "export", "evaluate", "card"]


def table(project: BakedProject) -> list[dict[str, Any]]:
    """The rows of `dvc exp show`."""
    return list(csv.DictReader(io.StringIO(project.run("dvc", "exp", "show", "--csv").out)))


def test_an_experiment_runs_is_shown_kept_and_adopted(project: BakedProject) -> None:
    ran = project.run("dvc", "exp", "run", "-n", "line", "-S", "model=linear")
    assert ran.stages == RETRAINED
    (shown,) = [row for row in table(project) if row["Experiment"] == "line"]
    assert shown["model.name"] == "linear"
    assert float(shown["roc_auc"]) == project.json("reports/summary.json")["roc_auc"]

    assert project.run("dvc", "repro").stages == []
    check = project.run("mlops", "compose", "--check", check=False)
    assert check.code == 1
    assert 'params.yaml: model.name is "linear", but conf/config.yaml:10 says' in check.err

    project.edit("conf/config.yaml", "seed: 1", "seed: 2")
    stopped = project.run("dvc", "repro", check=False)
    assert stopped.code != 0
    assert "`uv run mlops compose --adopt`" in stopped.err
    assert project.yaml("params.yaml")["model"]["name"] == "linear"

    project.run("mlops", "compose", "--adopt")
    assert "- model: linear" in project.read("conf/config.yaml")
    assert project.run("dvc", "repro").stages == RETRAINED
    assert project.run("mlops", "compose", "--check").code == 0


def test_the_queue_of_experiments(project: BakedProject) -> None:
    one = "model.parameters.learning_rate=0.2"
    project.run("dvc", "exp", "run", "--queue", "-S", one)
    project.run("dvc", "queue", "start")
    try:
        wait_for_queue(project, 1)
    finally:
        project.run("dvc", "queue", "stop", check=False)
    status = project.run("dvc", "queue", "status").out
    assert status.count("Success") == 1, status
    rates = {row["model.parameters.learning_rate"]: row["roc_auc"] for row in table(project)}
    assert {"0.1", "0.2"} <= set(rates)
    assert rates["0.1"] != rates["0.2"]
    assert project.git("status", "--porcelain") == ""


def wait_for_queue(project: BakedProject, count: int, seconds: int = 300) -> None:
    """Wait until so many experiments have their references, and DVC has put them away."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        names = project.git("for-each-ref", "--format=%(refname)", "refs/exps").split()
        if len([name for name in names if "/celery/" not in name]) == count:
            status = project.run("dvc", "queue", "status").out
            if "Queued" not in status and "Running" not in status:
                return
        time.sleep(1)
    raise AssertionError(f"the queue did not finish: {project.run('dvc', 'queue', 'status').out}")


def test_a_misspelt_override_is_refused_in_a_few_lines(project: BakedProject) -> None:
    for override in ("modl=linear", "model.parameters.learning_rat=1", "model=liner"):
        ran = project.run("dvc", "exp", "run", "-S", override, check=False)
        assert ran.code != 0
        assert "Traceback" not in ran.text
        assert override.split("=")[0].split(".")[-1] in ran.err or "liner" in ran.err
    ran = project.run("dvc", "exp", "run", "-S", "+split.tst_days=3", check=False)
    assert "params.yaml: split.tst_days: no such key; did you mean test_days?" in ran.err
    assert ran.code != 0


def test_diffs_between_commits(improvement: Rehearsal) -> None:
    project = improvement.project
    metrics = project.run("dvc", "metrics", "diff", "HEAD~1", "--md").out
    row = next(line for line in metrics.splitlines() if "roc_auc" in line)
    before, after, change = (float(cell) for cell in row.split("|")[3:6])
    assert abs(after - before - change) < 2e-5
    assert change != 0
    params = project.run("dvc", "params", "diff", "HEAD~1", "--md").out
    (row,) = [line for line in params.splitlines() if line.startswith("| params.yaml")]
    assert [cell.strip() for cell in row.split("|")[2:5]] == [
        "model.parameters.max_leaf_nodes",
        "31",
        "15",
    ]
    project.run("dvc", "plots", "diff", "HEAD~1", "--out", "page")
    page = project.read("page/index.html")
    for title in ("ROC", "Precision and recall", "Calibration", "Confusion"):
        assert f'"{title}"' in page
    assert "validation_log_loss" in page
