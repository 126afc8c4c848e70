"""Metrics of the project's own stand beside the others, and may decide."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from mlops.errors import UserError
from mlops.model.evaluation import measure
from mlops.review.comparison import compare

from baked import PROJECT
from machinery.exams import config_for, score, table

COST = "+evaluation.own.cost={function:mine.metrics.cost,lower_is_better:true}"
SHORT = "+evaluation.own.short={function:mine.metrics.short,lower_is_better:false}"
GONE = "+evaluation.own.gone={function:mine.metrics.gone,lower_is_better:false}"
THEIRS = "+evaluation.own.theirs={function:os.path.join,lower_is_better:false}"


@pytest.fixture(autouse=True)
def own_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A project with the metric that the shipped module shows, and one that is wrong."""
    shown = (PROJECT / "src/{{cookiecutter.__package}}/metrics.py").read_text("utf-8")
    code = [line[4:] for line in shown.splitlines() if line.startswith("    ") or not line]
    wrong = "\ndef short(rows, drawn):\n    return [0.5, 0.5]\n"
    package = tmp_path / "src" / "mine"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "metrics.py").write_text("\n".join(code) + wrong, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path / "src"))
    yield
    for name in ("mine.metrics", "mine"):
        sys.modules.pop(name, None)


def test_it_is_measured_with_an_interval_and_by_segment() -> None:
    config, rows, given = config_for("binary", COST), table("binary"), score("binary", 0.5, 1)
    late, alarm = rows["late"].to_numpy(), given >= 0.5
    found = measure(rows, {"test": given}, config.data, config.evaluation, config.seed)
    cost = 10 * (late & ~alarm) + (alarm & ~late)
    figure = found["test"]["cost"]
    assert figure["value"] == pytest.approx(cost.mean(), abs=1e-5)
    assert figure["low"] < figure["value"] < figure["high"]
    jfk = (rows["origin"] == "JFK").to_numpy()
    assert found["segments"]["origin"]["JFK"]["cost"]["value"] == pytest.approx(
        cost[jfk].mean(), abs=1e-5
    )


@pytest.mark.parametrize(("noise", "theirs", "reading"), [(3, 0.1, "worse"), (0.1, 3, "better")])
def test_it_decides_and_less_of_it_is_better(noise: float, theirs: float, reading: str) -> None:
    config = config_for("binary", COST, "evaluation.metric=cost", "+gate.required.cost=1.5")
    given = {"candidate": score("binary", noise, 1), "production": score("binary", theirs, 2)}
    first = compare(table("binary"), given, config, {}).metrics[0]
    assert (first.name, first.lower_is_better) == ("cost", True)
    assert first.from_production is not None
    assert first.from_production.reading == reading
    assert (first.from_production.value < 0) == (reading == "better")


@pytest.mark.parametrize(
    ("overrides", "line"),
    [
        ([GONE], "conf/evaluation/binary.yaml: own.gone: 'mine.metrics.gone' is not there (module"),
        (
            [THEIRS],
            "conf/evaluation/binary.yaml: own.theirs: 'os.path.join': expected a function of"
            " yours, such as mine.metrics.join",
        ),
        (
            [SHORT],
            "mine.metrics.short: gave numbers of shape (2,), expected one for each of the",
        ),
    ],
)
def test_what_is_wrong_with_one_is_a_line(overrides: list[str], line: str) -> None:
    config, rows = config_for("binary", *overrides), table("binary")
    scores = {"test": np.full(len(rows), 0.5)}
    with pytest.raises(UserError, match=re.escape(line)):
        measure(rows, scores, config.data, config.evaluation, config.seed)


@pytest.mark.parametrize(
    ("override", "line"),
    [
        (
            "+evaluation.own.recall={function:mine.metrics.cost,lower_is_better:true}",
            "evaluation.own: recall is a metric of binary already",
        ),
        ("evaluation.metric=price", "evaluation.metric: price does not measure binary; there are"),
        ("+gate.required.price=1", "gate.required: price does not measure binary; there are"),
    ],
)
def test_names_are_checked_before_anything_runs(override: str, line: str) -> None:
    with pytest.raises(UserError, match=re.escape(line) + r".*") as refused:
        config_for("binary", COST, override)
    assert "recall" in str(refused.value)
    if "price" in line:
        assert ", cost" in str(refused.value)
