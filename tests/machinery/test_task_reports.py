"""What a reviewer reads of several classes and of numbers: on the comment, page and terminal."""

import json
import re
from typing import Any

import pytest
from mlops.config.tasks import Task
from mlops.review.presentation import charts, markdown, page, terminal, wording
from mlops.review.presentation.document import Calibration
from mlops.review.report import GateLine, Point, Report, dumps, loads

from machinery import task_reports as made

TIME = ("data.time=at", "+data.columns.at={type:timestamp}")
RMSE = ("evaluation.metric=rmse", "gate.margin=1", *TIME)


def read(report: Report) -> str:
    """The Markdown with plain spaces and signs, as it is read."""
    return markdown.render(report).replace("\N{NO-BREAK SPACE}", " ").replace("\N{MINUS SIGN}", "-")


def figures(report: Report) -> list[dict[str, Any]]:
    """The plots of the page."""
    text = page.page(report, "")
    found = re.findall(r'<script type="application/json">(.*?)</script>', text)
    return [json.loads(data) for data in found]


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_the_verdict_of_each_task(task: Task) -> None:
    for found, line in (
        (made.better(task), "✅ **Better than production v1.2.0**: "),
        (made.same(task), "✅ **No measurable difference from production v1.2.0**: "),
        (made.worse(task), "❌ **Worse than production v1.2.0"),
    ):
        assert read(found).startswith(line)
        assert found.promotes == line.startswith("✅")
        assert found.exam is not None
        assert found.exam.task == task
        assert loads(dumps(found).encode()) == found
        for word in ("None", "nan", "inf "):
            assert word not in read(found)


def test_errors_have_the_digits_that_tell() -> None:
    text = read(made.better("regression", *RMSE))
    assert re.match(r"✅ .*: rmse \d\d\.\d, -\d\d\.\d \(-\d\d\.\d to -\d\d\.\d\)\. Merging", text)
    assert re.search(
        r"\| rmse ↓ \| \d\d\.\d \| \d\d\.\d \| -\d\d\.\d \(.*\) \| \*\*better\*\* \|", text
    )
    assert re.search(r"\| r2 \| -?0\.\d\d \| 0\.\d\d \| \+\d\.\d\d", text)
    assert re.search(r"rmse against production v1.2.0 \| -\d\d\.\d .* \| interval at most 1", text)


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ((0.717, 0.002), 3),
        ((54.2, -1.3), 1),
        ((54.2, 0.0004), 4),
        ((54_213.0, 12.0, 0.004), 1),
        ((1.0,), 3),
        ((1.2e9, 0.1), 0),
        ((-0.00004,), 5),
        ((None, float("nan"), 0.0), 3),
    ],
)
def test_decimals_follow_the_largest_value(values: tuple[float | None, ...], places: int) -> None:
    assert wording.places_for(*values) == places


@pytest.mark.parametrize(
    ("value", "text"), [(48.78123, "48.78"), (0.02304, "0.023"), (54_213.123, "54,213.1"), (0, "0")]
)
def test_a_figure_of_the_gate_is_as_exact_as_it_is_large(value: float, text: str) -> None:
    assert wording.measured(GateLine("fairness", "mae", "pass", value)) == text


def test_a_bound_that_misses_by_little_is_seen_to_miss() -> None:
    line = GateLine("production", "roc_auc", "fail", 0.002, -0.005122, 0.0091, "at least", -0.005)
    assert wording.measured(line) == f"+0.0020 ({wording.MINUS}0.0051 to 0.0091)"
    met = GateLine("production", "roc_auc", "pass", 0.002, -0.005, 0.0091, "at least", -0.005)
    assert wording.measured(met) == f"+0.002 ({wording.MINUS}0.005 to 0.009)"


def test_calibration_speaks_of_what_was_predicted() -> None:
    classes, numbers = read(made.better("multiclass")), read(made.better("regression"))
    assert 'x-axis "probability of the likeliest class" ["0.45", "0.55",' in classes
    assert 'y-axis "how often it is right" 0.00000 -->' in classes
    assert "how often the likeliest class is right as bars, its probability as a line." in classes
    assert "the mean of what came in blue, what was predicted in grey." in numbers
    assert 'y-axis "actual mean"' in numbers
    assert "bar [" not in numbers  # bars would have to begin at zero
    for text in (classes, numbers):
        assert "predicted probability" not in text
        assert "observed share" not in text


def test_the_axes_of_numbers_are_those_of_the_data() -> None:
    report = made.better("regression")
    chart = read(report).split("**Calibration**")[1]
    labels = re.search(r'x-axis "predicted" \["(\d+)", .*"(\d+)"\]', chart)
    axis = re.search(r'y-axis "actual mean" ([\d.-]+) --> ([\d.]+)', chart)
    assert labels is not None
    assert axis is not None
    assert 40 < float(labels[1]) < float(labels[2]) < 300
    assert 10 < float(axis[1]) < 60
    assert 250 < float(axis[2]) < 320


def test_the_pages_plots_are_those_of_the_task() -> None:
    calibration = figures(made.better("regression"))[-2]
    layout, ideal = calibration["layout"], calibration["data"][0]
    assert layout["xaxis"] == {"title": {"text": "predicted"}}
    assert layout["yaxis"] == {"title": {"text": "actual mean"}}
    xs = [x for line in calibration["data"][1:] for x in line["x"]]
    assert (ideal["x"], ideal["y"]) == ([min(xs), max(xs)], [min(xs), max(xs)])
    layout = figures(made.better("multiclass"))[-1]["layout"]
    assert layout["xaxis"]["range"] == [0, 1]
    assert layout["xaxis"]["title"]["text"] == "probability of the likeliest class"
    assert layout["yaxis"]["title"]["text"] == "how often it is right"


def test_errors_and_what_is_explained_have_an_axis_each() -> None:
    errors, explained = figures(made.worse("regression"))[:2]
    assert errors["data"][-1]["text"] == ["median_absolute_error", "mae", "rmse"]
    assert explained["data"][-1]["text"] == ["r2"]
    assert all(value < 0 for value in errors["data"][-1]["x"] + explained["data"][-1]["x"])
    (together, _) = figures(made.worse("multiclass"))[:2]
    assert len(together["data"][-1]["text"]) == 5


def test_the_timeline_is_in_the_metrics_unit() -> None:
    text = read(made.better("regression", *RMSE))
    over_time = text.split("**Over time**")[1]
    axis = re.search(r'y-axis "rmse" ([\d.]+) --> ([\d.]+)', over_time)
    assert axis is not None
    assert 0 < float(axis[1]) < 12
    assert 60 < float(axis[2]) < 80


@pytest.mark.parametrize(
    ("task", "said", "unsaid"),
    [
        ("binary", "A row counts as positive from a probability of 0.5 on.", "cross-validated"),
        ("multiclass", "The likeliest class counts as the answer.", "counts as positive"),
        ("regression", "each of 5 folds is scored by a model that learnt", "counts as"),
    ],
)
def test_how_it_was_measured(task: Task, said: str, unsaid: str) -> None:
    text = read(made.better(task)).split("<summary>How this was measured")[1]
    assert said in text
    assert unsaid not in text


def test_the_terminal_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show(made.worse("regression", *RMSE))
    text = " ".join(capsys.readouterr().out.split())
    assert text.startswith("❌ Worse than production v1.2.0; it hardly beats the naive baseline")
    assert re.search(r"a segment loses too much: rmse \d\d\.\d, \+\d\d\.\d \(", text)


@pytest.mark.parametrize(
    "points",
    [
        [],
        [Point(1.0, 2.0)],
        [Point(1.0, 2.0), Point(1.0, 3.0)],
        [Point("1", 2.0), Point("2", 3.0)],
        [Point(1.0, None), Point(2.0, 3.0)],
    ],
)
def test_too_few_points_are_no_chart(points: list[Point]) -> None:
    for task in wording.CALIBRATION:
        assert charts.mermaid(Calibration(task, tuple(points))) == ("", "")


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e7, 1e14])
def test_bins_are_told_apart_at_every_scale(scale: float) -> None:
    points = tuple(Point(scale * (3 + number), scale * number) for number in range(10))
    _, chart = charts.mermaid(Calibration("regression", points))
    labels = re.findall(r'"([\d.]+)"', chart.partition("y-axis")[0])
    assert len(set(labels)) == 10
    assert "e" not in "".join(labels)
