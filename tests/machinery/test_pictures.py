"""Pictures of plots: whole, the same each time, and harmless whatever a class is called."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from mlops.model import curves
from mlops.model.plot import Plot
from mlops.model.plots import write_plots
from mlops.pictures import axes, picture

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ["<script>alert(1)</script>", "a&b\"'", "\x00\x07\u202eevil", "]]><!--", "語" * 90]


def multiclass(names: list[str]) -> dict[str, Plot]:
    generator = np.random.default_rng(1)
    target = generator.integers(len(names), size=600)
    score = generator.random((600, len(names)))
    score[np.arange(600), target] += 0.7
    labels = score.argmax(axis=1)
    return {
        "roc": curves.roc_by_class(target, score, names),
        "confusion": curves.confusion(target, labels, names),
        "classes": curves.classes(target, labels, names),
    }


def numbers() -> dict[str, Plot]:
    generator = np.random.default_rng(2)
    actual = generator.normal(150, 60, 3000)
    predicted = actual * 0.8 + generator.normal(0, 20, 3000)
    positive = (actual > 200).astype(float)
    score = 1 / (1 + np.exp((180 - predicted) / 30))
    return {
        "predicted_actual": curves.predicted_actual(actual, predicted),
        "residuals": curves.residuals(actual, predicted),
        "residual_counts": curves.residual_counts(actual, predicted),
        "roc": curves.roc(positive, score),
        "precision_recall": curves.precision_recall(positive, score),
        "calibration": curves.calibration(score, positive, "probability"),
    }


def histogram(shares: list[Any], sides: int = 1) -> Plot:
    """Bins of width 1; a second side is drawn over the first."""
    places = [float(place) for place in range(len(shares))] * sides
    points: dict[str, list[Any]] = {"value": places, "end": [place + 1 for place in places]}
    points |= {"% of rows": shares * sides, "of": ["now"] * len(shares)}
    points["of"] += ["reference"] * (len(places) - len(shares))
    return Plot("t", "histogram", "value", "% of rows", points, "of" if sides > 1 else None)


HISTOGRAMS = {
    "one side": histogram([10.0, 60.0, 30.0]),
    "two sides": histogram([10.0, 60.0, 30.0], 2),
    "one bin": histogram([100.0]),
    "no bins": histogram([]),
    "null bins": histogram([float("nan"), None]),
}
ODD: dict[str, Plot] = {
    "no points": Plot("t", "line", "x", "y", {"x": [], "y": []}),
    "no bars": Plot("t", "bars", "x", "y", {"x": [], "y": []}),
    "no cells": Plot("t", "matrix", "x", "y", {"x": [], "y": [], "rows": []}),
    "one point": Plot("t", "line", "x", "y", {"x": [5.0], "y": [7.0]}),
    "constant": Plot("t", "points", "x", "y", {"x": [1, 1], "y": [1e6, 1e6]}),
    "zero": Plot("t", "bars", "x", "y", {"x": [0.0, 0.0], "y": ["a", "b"]}),
    "null": Plot("t", "line", "x", "y", {"x": [1, 2, 3], "y": [1.0, float("nan"), None]}),
    "only null": Plot("t", "bars", "x", "y", {"x": [float("nan"), None], "y": ["a", "b"]}),
    "tiny": Plot("t", "line", "x", "y", {"x": [1, 2], "y": [1e-300, 3e-300]}),
    "huge": Plot("t", "points", "x", "y", {"x": [1e8, 4e9], "y": [-1e308, 9e299]}),
    "names": Plot("t", "line", "x", "y", {"x": ["AA", None, "UA"], "y": [1, 2, 3]}),
}
PLOTS = multiclass(["a", "b", "c"]) | numbers() | ODD | HISTOGRAMS


@pytest.mark.parametrize("name", PLOTS)
def test_a_picture_is_well_formed_and_the_same_each_time(name: str) -> None:
    text = picture.draw(PLOTS[name])
    assert text == picture.draw(PLOTS[name])
    root = ElementTree.fromstring(text)
    assert (root.tag, root.get("role")) == (f"{SVG}svg", "img")
    assert root.findtext(f"{SVG}title") == PLOTS[name].title
    assert not any(word in text for word in ("nan", "inf", "None"))
    _, _, width, height = map(float, root.get("viewBox", "").split())
    assert width == 360
    for line in root.iter(f"{SVG}text"):
        assert -1 <= float(line.get("x", "")) <= width
        assert 0 <= float(line.get("y", "")) <= height


@pytest.mark.parametrize("names", [HOSTILE, [f"class {n} " + "long " * 30 for n in range(30)]])
def test_class_names_are_shown_and_not_read(names: list[str]) -> None:
    for plot in multiclass(names).values():
        root = ElementTree.fromstring(picture.draw(plot))
        plain = ElementTree.fromstring(picture.draw(multiclass(list("abcde"))["roc"]))
        known = {element.tag for element in plain.iter()} | {f"{SVG}rect", f"{SVG}g"}
        assert {element.tag for element in root.iter()} <= known
        assert all(len(line.text or "") < 60 for line in root.iter(f"{SVG}text"))


def test_thirty_lines_differ_without_colours() -> None:
    root = ElementTree.fromstring(picture.draw(multiclass([f"k{n}" for n in range(30)])["roc"]))
    ways = [
        (element.get("stroke-dasharray"), element.get("class"))
        for element in root.iter(f"{SVG}path")
        if element.get("class", "").startswith("line")
    ]
    assert len(set(ways)) == 30


def test_bars_show_their_values_and_intervals() -> None:
    points: dict[str, list[Any]] = {
        "column": ["a", "b"],
        "value": [0.12, -0.004],
        "low": [0.1, -0.01],
        "high": [0.2, 0],
    }
    root = ElementTree.fromstring(picture.draw(Plot("t", "bars", "value", "column", points)))
    texts = [line.text for line in root.iter(f"{SVG}text")]
    assert {"a", "b", "0.120", "\N{MINUS SIGN}0.004"} <= set(texts)
    reaches = [path for path in root.iter(f"{SVG}path") if path.get("class") == "reach"]
    assert len(reaches) == 2


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0.03, 0.97], ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        ([-37, 140], ["\N{MINUS SIGN}50", "0", "50", "100", "150"]),
        ([0, 1_900_000], ["0", "0.5M", "1.0M", "1.5M", "2.0M"]),
        ([12_000, 48_000], ["10,000", "20,000", "30,000", "40,000", "50,000"]),
        ([1e-7, 4e-7], ["1.0·10⁻⁷", "1.5·10⁻⁷", "2.0·10⁻⁷", "2.5·10⁻⁷", "3.0·10⁻⁷", "3.5·10⁻⁷"]),
        ([5.0], ["4.4", "4.6", "4.8", "5.0", "5.2", "5.4", "5.6"]),
        ([], ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ],
)
def test_ticks_are_round_and_hold_all_values(values: list[float], labels: list[str]) -> None:
    axis = axes.of_numbers(values)
    assert [label for _, label in axis.ticks][: len(labels)] == labels
    assert axis.low <= min(values, default=0)
    assert axis.high >= max(values, default=1)


def test_pictures_lie_beside_their_points_and_those_of_another_task_go(tmp_path: Path) -> None:
    write_plots(numbers(), tmp_path)
    kept = multiclass(["a", "b"])
    write_plots(kept, tmp_path)
    found = {path.name for path in (tmp_path / "plots").iterdir()}
    assert found == {f"{name}.{kind}" for name in kept for kind in ("csv", "svg")}


def test_a_histogram_has_a_bar_for_each_bin_and_an_outline_over_them() -> None:
    root = ElementTree.fromstring(picture.draw(HISTOGRAMS["two sides"]))
    bars = [bar for bar in root.iter(f"{SVG}rect") if bar.find(f"{SVG}title") is not None]
    heights = [float(bar.get("height", "")) for bar in bars]
    assert [height / heights[0] for height in heights] == pytest.approx([1, 6, 3])
    (outline,) = [path for path in root.iter(f"{SVG}path") if len(path.get("d", "")) > 50]
    assert outline.get("stroke-dasharray")


def test_a_logarithmic_axis_gives_each_power_the_same_room() -> None:
    axis = axes.of_powers([0.012, 0.29])
    assert [label for _, label in axis.ticks] == ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5"]
    assert axis.share(0.05) - axis.share(0.02) == pytest.approx(axis.share(0.5) - axis.share(0.2))
    wide = axes.of_powers([1e-6, 3e5])
    assert [share for share, _ in wide.ticks] == pytest.approx(np.linspace(0, 1, 13))
    assert [label for _, label in wide.ticks][-2:] == ["100k", "1M"]
    for values in ([3.0], [1.0, 1.0], []):
        only = axes.of_powers(values)
        assert all(0 <= only.share(value) <= 1 for value in values)


def test_one_series_of_points_may_be_a_line() -> None:
    points: dict[str, list[Any]] = {
        "x": [1, 2, 1, 2],
        "y": [3, 1, 3, 3],
        "kind": ["a", "a", "b", "b"],
    }
    drawn = picture.draw(Plot("Both", "points", "x", "y", points, series="kind", joined="b"))
    lines = re.findall(r'<path class="line (c\d)"', drawn)
    assert lines == ["c1", "c1"]  # in the legend, and between the axes
    assert drawn.count('class="mark c0"') == 3
