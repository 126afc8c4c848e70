"""The gate, line by line: what passes, what fails, and what would make it pass."""

import inspect
import re
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
from mlops.config.gate import Check
from mlops.review import checks
from mlops.review.comparison import Comparison
from mlops.review.exam import Result
from mlops.review.gate import gate, passes
from mlops.review.presentation import verdict
from mlops.review.report import Difference, GateLine, Metric, Pipeline, Rival, Segment

from machinery.composing import config_of

PRODUCTION = Rival("v1.2.0", "a" * 40)


def difference(value: float, reach: float) -> Difference:
    low, high = value - reach, value + reach
    reading: Any = "no_difference" if low <= 0 <= high else "better" if low > 0 else "worse"
    return Difference(value, low, high, reading)


def metric(name: str = "roc_auc", candidate: float = 0.72, **differences: Any) -> Metric:
    return Metric(
        name=name,
        lower_is_better=name in ("log_loss", "brier_score"),
        candidate=candidate,
        low=candidate - 0.03,
        high=candidate + 0.03,
        production=0.71,
        base=None,
        baseline=0.5,
        from_production=differences.get("from_production"),
        from_base=None,
    )


def table(rows: int = 4_000, **columns: Any) -> pd.DataFrame:
    """Rows whose scores are calibrated and say nothing about `origin`."""
    generator = np.random.default_rng(0)
    score = generator.uniform(0.05, 0.95, rows)
    frame = pd.DataFrame(
        {
            "score": score,
            "late": generator.random(rows) < score,
            "origin": generator.choice(["EWR", "JFK"], rows),
        }
    )
    return frame.assign(**columns)


def result(
    main: Metric,
    others: tuple[Metric, ...] = (),
    segments: tuple[Segment, ...] = (),
    production: Rival | None = PRODUCTION,
    rows: pd.DataFrame | None = None,
    latency: float = 0.08,
    size: int = 700_000,
) -> Result:
    comparison = Comparison(
        rows=4_000,
        units=30,
        metrics=[main, *others],
        segments=list(segments),
        from_baseline=difference(0.2, 0.03),
        detectable=0.012,
    )
    rows = table() if rows is None else rows
    scores = {"candidate": rows["score"].to_numpy()}
    return Result(production, None, None, size, latency, rows, scores, comparison)


def line(
    check: str,
    found: Result,
    *overrides: str,
    pipeline: Pipeline | None = None,
) -> GateLine:
    """The only line of a check."""
    lines = gate(config_of(*overrides), pipeline or Pipeline(), found)
    (only,) = [entry for entry in lines if entry.check == check]
    return only


SAME = metric(from_production=difference(0.001, 0.004))


def test_an_equal_model_passes_every_line() -> None:
    lines = gate(config_of(), Pipeline(), result(SAME))
    assert {entry.outcome for entry in lines} == {"pass"}
    assert passes(lines)
    assert [entry.check for entry in lines] == [
        *("pipeline", "ready", "required", "baseline"),
        *("production", "calibration", "size", "latency"),
    ]


@pytest.mark.parametrize(
    ("way", "value", "reach", "outcome"),
    [
        ("non_inferior", 0.001, 0.004, "pass"),
        ("non_inferior", -0.001, 0.003, "pass"),
        ("non_inferior", -0.001, 0.006, "fail"),  # not worse, but it might be
        ("non_inferior", -0.02, 0.001, "fail"),
        ("superior", 0.001, 0.004, "fail"),
        ("superior", 0.01, 0.004, "pass"),
        ("superior", 0.0, 0.0, "fail"),  # as good is not better
    ],
)
def test_production(way: str, value: float, reach: float, outcome: str) -> None:
    found = result(metric(from_production=difference(value, reach)))
    judged = line("production", found, f"gate.production={way}")
    assert judged.outcome == outcome
    assert "v1.2.0" in judged.what
    assert bool(judged.remedy) == (outcome == "fail")
    settled, wider = value + reach < -0.005, "more test rows, or a wider" in judged.remedy
    assert ("more test rows would not help" in judged.remedy) == settled
    assert wider == (outcome == "fail" and way == "non_inferior" and not settled)


def test_production_where_lower_is_better() -> None:
    worse = metric("log_loss", 0.5, from_production=difference(0.02, 0.001))
    better = metric("log_loss", 0.5, from_production=difference(-0.02, 0.001))
    settings = ["evaluation.metric=log_loss", "~gate.required.roc_auc"]
    assert line("production", result(worse), *settings).outcome == "fail"
    judged = line("production", result(better), *settings)
    assert (judged.outcome, judged.relation, judged.threshold) == ("pass", "at most", 0.005)


def test_production_off_or_absent_asks_nothing() -> None:
    for found, way in ((result(SAME), "off"), (result(SAME, production=None), "superior")):
        lines = gate(config_of(f"gate.production={way}"), Pipeline(), found)
        assert "production" not in {entry.check for entry in lines}


@pytest.mark.parametrize(
    "problem",
    ["object abc is not in the remote: `uv run dvc push` where it was made", "it predicts delay"],
)
def test_a_production_model_that_cannot_be_examined_blocks(problem: str) -> None:
    judged = line("production", result(metric(), production=Rival("v1.2.0", "a" * 40, problem)))
    assert judged.outcome == "fail"
    assert (
        judged.remedy
        == f"{problem}; where that stays so, waive it with a reason in gate.waivers.production"
    )


@pytest.mark.parametrize(("value", "outcome"), [(0.72, "pass"), (0.7, "pass"), (0.69, "fail")])
def test_required(value: float, outcome: str) -> None:
    found = result(metric(candidate=value, from_production=difference(0, 0.001)))
    assert line("required", found, "gate.required.roc_auc=0.7").outcome == outcome


def test_required_of_a_metric_that_is_better_when_lower() -> None:
    found = result(SAME, others=(metric("log_loss", 0.55),))
    for limit, outcome in ((0.6, "pass"), (0.5, "fail")):
        judged = line(
            "required", found, "~gate.required.roc_auc", f"+gate.required.log_loss={limit}"
        )
        assert (judged.outcome, judged.relation) == (outcome, "at most")


def test_baseline() -> None:
    assert line("baseline", result(SAME), "gate.baseline=0.16").outcome == "pass"
    assert line("baseline", result(SAME), "gate.baseline=0.18").outcome == "fail"


def segment(value: str, drop: float, reach: float) -> Segment:
    return Segment("carrier", value, 900, 0.7, 0.7 + drop, difference(-drop, reach))


def test_a_segment_that_measurably_drops_blocks() -> None:
    parts = (segment("UA", -0.01, 0.005), segment("HA", 0.05, 0.03))
    judged = line("segments", result(SAME, segments=parts))
    assert judged.outcome == "fail"
    assert judged.value == pytest.approx(0.05)
    assert "carrier=HA" in judged.what


def test_a_drop_inside_the_noise_or_the_limit_passes() -> None:
    parts = (segment("HA", 0.05, 0.08), segment("UA", 0.015, 0.005))
    judged = line("segments", result(SAME, segments=parts))
    assert judged.outcome == "pass"
    assert judged.value == pytest.approx(0.015)


def test_calibration() -> None:
    assert line("calibration", result(SAME)).outcome == "pass"
    shifted = table()
    shifted["score"] = (shifted["score"] + 0.2).clip(upper=1)
    judged = line("calibration", result(SAME, rows=shifted))
    assert judged.outcome == "fail"
    assert judged.value == pytest.approx(0.19, abs=0.02)


def test_fairness_between_groups() -> None:
    even = result(SAME)
    settings = "gate.fairness.columns=[origin]"
    lines = gate(config_of(settings), Pipeline(), even)
    assert [entry.outcome for entry in lines if entry.check == "fairness"] == ["pass", "pass"]
    rows = table()
    jfk = rows["origin"] == "JFK"
    rows.loc[jfk, "score"] = (rows.loc[jfk, "score"] + 0.2).clip(upper=1)
    lines = gate(config_of(settings), Pipeline(), result(SAME, rows=rows))
    chosen = next(entry for entry in lines if entry.what.startswith("selection rate"))
    assert chosen.outcome == "fail"
    assert chosen.value == pytest.approx(0.2 / 0.9, abs=0.03)


def test_fairness_leaves_small_groups_out_and_counts_nulls_as_one() -> None:
    rows = table(origin=["EWR"] * 3_000 + ["JFK"] * 100 + [None] * 900)
    rows.loc[rows["origin"] == "JFK", "score"] = 0.9
    lines = gate(config_of("gate.fairness.columns=[origin]"), Pipeline(), result(SAME, rows=rows))
    chosen = next(entry for entry in lines if entry.what.startswith("selection rate"))
    assert chosen.outcome == "pass"
    rows.loc[rows["origin"].isna(), "score"] = 0.9
    lines = gate(config_of("gate.fairness.columns=[origin]"), Pipeline(), result(SAME, rows=rows))
    chosen = next(entry for entry in lines if entry.what.startswith("selection rate"))
    assert chosen.outcome == "fail"


def test_size_and_latency() -> None:
    assert line("size", result(SAME), "gate.size=0.5").outcome == "fail"
    slow = result(SAME, latency=200)
    assert line("latency", slow).outcome == "warning"
    assert passes(gate(config_of(), Pipeline(), slow))
    assert line("latency", slow, "gate.latency.fails=true").outcome == "fail"


def test_null_switches_a_check_off() -> None:
    off = ["baseline", "segments", "calibration", "size", "latency"]
    lines = gate(
        config_of(*(f"gate.{name}=null" for name in off)),
        Pipeline(),
        result(SAME, segments=(segment("HA", 0.05, 0.03),)),
    )
    assert [entry.check for entry in lines] == ["pipeline", "ready", "required", "production"]


def test_each_check_of_the_model_can_be_waived() -> None:
    made = re.findall(r'(?:check=|with_confidence\(\s*)"(\w+)"', inspect.getsource(checks))
    assert {*made} == {*get_args(Check)}
    assert {*get_args(Check)} <= {*verdict.OBJECTIONS}


def test_a_waiver_lets_pass_and_is_seen() -> None:
    found = result(metric(from_production=difference(-0.02, 0.001)))
    reason = "+gate.waivers.production='the target was redefined'"
    judged = line("production", found, reason)
    assert (judged.outcome, judged.waiver) == ("waived", "the target was redefined")
    assert passes(gate(config_of(reason), Pipeline(), found))
    assert line("required", found, reason).outcome == "pass"


@pytest.mark.parametrize(
    ("pipeline", "check", "remedy"),
    [
        (Pipeline(stale=["train"]), "pipeline", "uv run dvc repro"),
        (Pipeline(failed="train"), "pipeline", "mend what keeps train from running"),
        (Pipeline(remote="shared", not_in_remote=["models/model.skops"]), "stored", "dvc push"),
        (Pipeline(differing=["models/model.skops"]), "reproduced", "commit the lock"),
    ],
    ids=["stale", "failed", "forgotten push", "not reproduced"],
)
def test_the_pipeline(pipeline: Pipeline, check: str, remedy: str) -> None:
    judged = line(check, result(SAME), pipeline=pipeline)
    assert judged.outcome == "fail"
    assert remedy in judged.remedy


def test_results_of_edits_pass_and_say_that_they_are() -> None:
    judged = line("pipeline", result(SAME), pipeline=Pipeline(uncommitted=True))
    assert judged.outcome == "pass"
    assert judged.what == "the results are of the edits here, which are not committed"


def test_other_bytes_only_warn_where_the_remote_has_the_committed_ones() -> None:
    pipeline = Pipeline(remote="shared", differing=["models/model.skops"])
    assert line("reproduced", result(SAME), pipeline=pipeline).outcome == "warning"


def test_a_candidate_that_does_not_load_blocks_and_is_not_compared() -> None:
    broken = Result(PRODUCTION, None, "model.skops: not a readable model")
    lines = gate(config_of(), Pipeline(), broken)
    assert [entry.check for entry in lines if entry.outcome == "fail"] == ["ready"]
    assert "not a readable model" in lines[1].remedy
    assert not passes(lines)
