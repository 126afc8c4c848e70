"""The search: seeded, honest about what failed, and about what its best is worth."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from mlops.config.schema import Config
from mlops.errors import UserError
from mlops.tune import content, page, search, terminal
from mlops.tune.draw import draw
from mlops.tune.outcome import Outcome
from mlops.tune.space import Dimension, Range, holds
from mlops.tune.study import Study
from mlops.tune.trial import Trial

from machinery.composing import DATA
from machinery.tuning import LEAVES, RATE, TROUBLE, found, problem, searched

WEAK = ("model.parameters.max_iter=3", "model.parameters.learning_rate=0.01")
STEPS = Range("model.parameters.max_iter", 3, 60)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    target = np.random.default_rng(8).permutation(table["target"].to_numpy())
    return table.assign(target=target)


def said(outcome: Outcome, capsys: pytest.CaptureFixture[str]) -> str:
    """What is printed, in one line."""
    capsys.readouterr()
    terminal.show(outcome, page.PAGE)
    return " ".join(capsys.readouterr().out.split())


def test_the_same_seed_gives_the_same_trials_and_another_does_not() -> None:
    one, two = (searched(problem("regression", [RATE, LEAVES]), 13) for _ in range(2))
    assert msgspec.json.encode(one) == msgspec.json.encode(two)
    other = searched(problem("regression", [RATE, LEAVES], "seed=2"), 3)
    assert other.trials[0] == one.trials[0]
    assert other.trials[1].values != one.trials[1].values


def test_what_is_drawn_is_of_the_space_and_short() -> None:
    space: list[Dimension] = [RATE, LEAVES, TROUBLE]
    trials = list[Trial]()
    for _ in range(30):
        values = draw(space, trials, 1, lower_is_better=True)
        assert holds(space, values)
        assert values[RATE.key] == float(f"{values[RATE.key]:.4g}")
        assert type(values[LEAVES.key]) is int
        trials.append(Trial(values, values[RATE.key]))
    late = [trial.values[RATE.key] for trial in trials[20:]]
    assert np.mean(late) < 0.03  # it has learnt where the score is low


def test_the_current_configuration_comes_first() -> None:
    first = searched(problem("binary", [RATE, LEAVES]), 2).trials[0]
    assert first.values == {RATE.key: 0.1, LEAVES.key: 31}


@pytest.mark.parametrize("task", DATA)
def test_a_real_gain_is_called_better(task: str, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = found(problem(task, [RATE, STEPS], *WEAK), 8)
    assert outcome.best is not None
    assert outcome.exam is not None
    assert outcome.exam.difference is not None
    assert outcome.exam.difference.reading == "better"
    assert outcome.exam.rows == 300
    text = said(outcome, capsys)
    assert text.startswith("Better than the current configuration: ")
    assert "uv run mlops tune --adopt" in text
    for key, value in outcome.best.values.items():
        assert re.search(rf"{key} [\d.]+ {value}", text)


@pytest.mark.parametrize("task", DATA)
def test_a_gain_inside_the_noise_is_called_that(
    task: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ranked = "evaluation.metric=roc_auc_ovr" if task == "multiclass" else "seed=1"
    outcome = found(problem(task, [RATE, LEAVES], *WEAK[:1], ranked, change=shuffled), 8)
    assert outcome.best is not None
    assert outcome.best.score != outcome.current.score
    assert outcome.exam is not None
    assert outcome.exam.difference is not None
    assert outcome.exam.difference.reading == "no_difference"
    text = said(outcome, capsys)
    assert text.startswith("No measurable difference from the current configuration: ")
    assert "chose the best of 8 and flatter it" in text


def test_where_nothing_is_better_no_best_is_claimed(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = found(problem("regression", [Range(RATE.key, 1e-6, 1e-5)]), 4)
    assert outcome.best is None
    assert outcome.exam is None
    assert said(outcome, capsys).startswith("Nothing better found: none of 3 other trials")


def test_failed_trials_are_counted_named_and_never_the_best(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome = found(problem("regression", [RATE, TROUBLE]), 14)
    failed = [trial for trial in outcome.trials if trial.problem]
    assert outcome.failed == len(failed) > 2
    assert all(trial.values[TROUBLE.key] != "none" for trial in failed)
    assert all(trial.score is None for trial in failed)
    reasons = {failure.problem: failure.trials for failure in outcome.failures}
    assert set(reasons) == {"RuntimeError: the recipe is in trouble", "its r2 is not a number"}
    assert sum(reasons.values()) == len(failed)
    text = said(outcome, capsys)
    assert f"{len(failed)} of 14 trials failed" in text
    assert all(problem in text for problem in reasons)
    assert "recipe.trouble" in text


def test_where_all_others_fail_no_best_is_claimed(capsys: pytest.CaptureFixture[str]) -> None:
    impossible = Range("model.parameters.max_iter", -9, -1)
    outcome = found(problem("regression", [impossible]), 3)
    assert (outcome.failed, outcome.best, outcome.exam) == (2, None, None)
    text = said(outcome, capsys)
    assert text.startswith("Nothing better found: all 2 other trials failed.")
    assert "could not be fitted" in text


def test_a_current_configuration_that_fails_stops_it_at_once() -> None:
    here = problem("regression", [RATE], trouble="raise")
    study = Study("hist_gradient_boosting", "r2", {})
    message = "^the current configuration cannot be scored: RuntimeError: the recipe is in trouble$"
    with pytest.raises(UserError, match=message):
        search.search(here, study, 5, None)
    assert study.trials == []


def test_no_trial_begins_when_the_time_is_over() -> None:
    here = problem("regression", [RATE])
    study = Study("hist_gradient_boosting", "r2", {})
    assert search.search(here, study, 50, seconds=0)
    assert len(study.trials) == 1


def test_values_that_were_scored_are_not_fitted_again() -> None:
    few = Range("model.parameters.max_leaf_nodes", 30, 32)
    fits = list[Config]()
    here = problem("regression", [few])

    def fit(config: Config, table: pd.DataFrame) -> Any:
        fits.append(config)
        return here.fit(config, table)

    study = searched(here._replace(fit=fit), 12)
    tried = {trial.values[few.key]: trial.score for trial in study.trials}
    assert len(fits) == len(tried) <= 3
    assert all(tried[trial.values[few.key]] == trial.score for trial in study.trials)


def test_rows_that_chose_are_said_to_flatter_and_the_interval_is_widened(
    capsys: pytest.CaptureFixture[str],
) -> None:
    weak = ("split=cross_validation", "split.folds=3", *WEAK)
    outcome = found(problem("regression", [RATE, STEPS], *weak), 6)
    assert outcome.exam is not None
    assert outcome.best is not None
    assert (outcome.rows, outcome.exam.rows, outcome.exam.looks) == (900, 900, 6)
    assert outcome.exam.best == pytest.approx(outcome.best.score, abs=1e-6)
    assert outcome.exam.current == pytest.approx(outcome.current.score, abs=1e-6)
    text = said(outcome, capsys)
    assert "These rows chose the best of 6 and flatter it" in text
    assert "widened for the 6 that were compared" in text


def test_calibration_is_applied_where_the_best_is_compared() -> None:
    plain = problem("binary", [RATE, STEPS], *WEAK, "evaluation.metric=log_loss")
    calibrated = problem(
        "binary",
        [RATE, STEPS],
        *WEAK,
        "evaluation.metric=log_loss",
        "model.calibration=sigmoid",
    )
    one, two = found(plain, 4), found(calibrated, 4)
    assert [trial.score for trial in one.trials] == [trial.score for trial in two.trials]
    assert one.exam is not None
    assert two.exam is not None
    assert (two.exam.current or 0) < (one.exam.current or 0) - 0.1


def test_the_page_is_whole_offline_and_the_same_each_time() -> None:
    here = problem("regression", [RATE, LEAVES, TROUBLE])
    outcome = found(here, 30)
    text = page.write(outcome, here.space, "Prices <b>").read_text("utf-8")
    assert text == page.page(found(here, 30), here.space, "Prices <b>")
    for title in ("Score by trial", "What the score depends on", "learning_rate", "recipe.trouble"):
        assert f"<title>{title}</title>" in text
    assert text.count("<svg") == 5
    assert text.count("<tr>") >= 30
    assert "Prices &lt;b&gt;" in text
    assert not re.search(r"<script|<link|<img|https?://(?!www\.w3\.org/2000/svg)", text)
    assert sum(outcome.importance.values()) == pytest.approx(1, abs=1e-3)
    assert json.loads(msgspec.json.encode(outcome))["metric"] == "r2"


def test_what_cannot_be_told_is_not_claimed() -> None:
    outcome = found(problem("regression", [RATE, STEPS], *WEAK), 4)
    assert outcome.exam is not None
    unknown = msgspec.structs.replace(outcome.exam, difference=None)
    assert content.claim(unknown) == "Nobody can tell from these test rows"
