"""The shipped recipe runs on each bundled table, and its card reads right for each task."""

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlops.config import params
from mlops.config.tasks import METRICS, RATES
from mlops.model import persistence, scores
from mlops.release import figures

from baked import IN_PLACE
from machinery.composing import config_of
from machinery.recipe import PACKAGE, run

TABLES = ["breast_cancer", "wine", "diabetes"]
QUICK = ("evaluation.rounds=100", "model=linear")


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The folder of a run on a table, made once."""

    @cache
    def folder(name: str) -> Path:
        made = tmp_path_factory.mktemp(name)
        protected = ["gate.fairness.columns=[sex]"] if name == "diabetes" else []
        run(made, f"data={name}", *QUICK, *protected)
        return made

    return folder


def card(folder: Path) -> str:
    text = (folder / "models/MODEL_CARD.md").read_text("utf-8")
    return text.replace("\N{MINUS SIGN}", "-")


@pytest.mark.parametrize("name", TABLES)
def test_a_run_says_what_the_card_says(ran: Any, name: str) -> None:
    text, config = card(ran(name)), config_of(f"data={name}")
    for metric in METRICS[config.data.task]:
        better = "(lower|higher)"
        assert re.search(
            rf"\| `{metric}`( \(decides\))? \| -?[\d.]+ \(.*\) \| .* \| {better} \|", text
        )
    assert text.count("(decides)") == 1
    assert not re.search(r"\b(nan|None)\b|\$", text)
    for other in TABLES:
        assert (f"rows of `{other}`" in text) == (other == name)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "breast_cancer",
            [
                "Binary classification: for each row, the model gives the probability that `malig",
                "From 0.5 on, the row is labelled positive.",
                "569 rows of `breast_cancer`, read from `package:scikit-learn`. `malignant`: true",
                "A hash of `row` picks 20 % of the rows for the test and 10 % for validation",
                r"% of them positive. In brackets: 95 % intervals, from 100 resamplings of single",
                "gives every row the share of positives among the training rows.",
                "between the predicted probability and the share that came true, here in 10 bins",
                "| Test rows | Predicted | Observed |",
                "Rows are scored as sums of its coefficients (`linear`). That gives the scores of",
                "probability = model.predict_proba(inputs)[:, 1]",
            ],
        ),
        (
            "wine",
            [
                "each value of `grower`: `first`, `second`, `third`. The likeliest is the answer.",
                "`grower`: `first` in 33.15 %, `second` in 39.89 %, `third` in 26.97 %.",
                "puts each row in one of 5 folds, and each fold is tested by a model that learnt",
                "Measured on 178 test rows, each by a model that learnt from the other folds.",
                "gives every row the shares of the classes among the training rows.",
                "| Class | Test rows | `precision` | `recall` | `f1` |",
                "| `first` | 59 | 1.000 (1.000 to 1.000) | 0.983 (",
                "the likeliest class's probability and how often that class is right",
                "| Test rows | Predicted | Right |",
                "probabilities = model.predict_proba(inputs)  # columns: model.classes_",
            ],
        ),
        (
            "diabetes",
            [
                "Regression: for each row, the model gives a number for `progression`.",
                "`sklearn.linear_model.Ridge` on 10 features.",
                "`progression`: 25 to 346. Cross-validation:",
                "The naive baseline gives every row the mean of the training rows. Errors are",
                "in the unit of `progression`.",
                "between the predicted and the actual mean, here in 10 bins",
                "| Test rows | Predicted | Actual |",
                "| `sex` | Test rows | Mean of predicted minus actual | Mean absolute error |",
                "The gate sets no limit.",
                "values = model.predict(inputs)",
            ],
        ),
    ],
)
def test_what_a_person_reads(ran: Any, name: str, lines: list[str]) -> None:
    text = card(ran(name))
    for line in lines:
        assert line in text


def test_large_numbers_have_three_digits(ran: Any) -> None:
    text = card(ran("diabetes"))
    assert re.search(r"\| `rmse` \| \d\d\.\d \(\d\d\.\d to \d\d\.\d\) \| 77\.\d \(", text)
    bins = text.split("| Test rows | Predicted | Actual |")[1].split("##")[0]
    assert len(re.findall(r"\| 4[45] \| \d+ \| \d+ \|", bins)) == 10


@pytest.mark.parametrize("name", TABLES)
def test_the_lines_that_load_the_model_work(
    ran: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ran(name))
    snippet = card(Path()).split("```python\n")[1].partition("```")[0]
    found: dict[str, Any] = {}
    exec(snippet, found)
    shape = {"breast_cancer": (104,), "wine": (178, 3), "diabetes": (442,)}[name]
    answers = [found[key] for key in ("probability", "probabilities", "values") if key in found]
    assert [answer.shape for answer in answers] == [shape]


def test_evaluating_and_explaining_need_no_scikit_learn(ran: Any, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(ran("breast_cancer"), folder)
    code = (
        f"import sys; from {PACKAGE} import evaluate, explain;"
        "evaluate.evaluate(); explain.explain();"
        "print(*{'sklearn', 'skops', 'scipy', 'treelite', 'pandas'} & set(sys.modules))"
    )
    paths = IN_PLACE | {"PYTHONPATH": str(folder / "src")}
    said = subprocess.check_output(
        [sys.executable, "-c", code], text=True, cwd=folder, env=os.environ | paths
    )
    assert said.splitlines()[-1] == "pandas"
    metrics = "reports/metrics.json"
    assert (folder / metrics).read_text() == (ran("breast_cancer") / metrics).read_text()


@pytest.mark.parametrize("name", ["wine", "diabetes"])
def test_each_row_is_scored_by_a_model_that_had_not_seen_it(
    ran: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ran(name))
    data = params.load().data
    table = pd.read_parquet("reports/predictions.parquet")
    assert sorted(table["row"]) == list(range(1, len(table) + 1))
    recorded = scores.read(table, scores.SCORE, data)
    model = persistence.load(Path("models/model.skops"))
    inputs = table[list(data.features)]
    own = model.predict_proba(inputs) if name == "wine" else model.predict(inputs)
    assert not np.allclose(own, recorded)
    assert np.corrcoef(own.ravel(), recorded.ravel())[0, 1] > 0.9
    assert Path("data/prepared/train.parquet").read_bytes() == (
        Path("data/prepared/test.parquet").read_bytes()
    )
    assert len(pd.read_parquet("data/prepared/validation.parquet")) == 0


def test_groups_of_people_are_measured_in_the_tasks_rates(ran: Any) -> None:
    config = config_of("data=wine", "gate.fairness.columns=[hue]")
    group = {"rows": 900, "error_rate": 0.25}
    text = figures.fairness(config, {"fairness": {"hue": {"dark": group}}})
    assert "| `dark` | 900 | 25.0 % |" in text
    assert "apart by 10 percentage points in `error_rate`." in text
    limits = ("gate.fairness.columns=[sex]", "+gate.fairness.limits.mean_error=5")
    config = config_of("data=diabetes", *limits)
    measured = {"rows": 900, "mean_error": -1.25, "mae": 44.04}
    text = figures.fairness(config, {"fairness": {"sex": {"1": measured}}})
    assert f"| `1` | 900 | {chr(0x2212)}1.25 | 44.0 |" in text
    assert "apart by 5 in `mean_error`." in text
    assert set(RATES["regression"]) == {"mean_error", "mae"}
