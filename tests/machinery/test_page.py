"""The report as a page: complete by itself, and inert."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from mlops.review.presentation import page
from mlops.review.report import Report

from machinery import reports
from machinery.attacks import ATTACKS
from machinery.hostile_reports import enormous, filled, filled_states


class Elements(HTMLParser):
    """The elements of a page with their attributes, its text, and the data of its plots."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = ""
        self.figures: list[dict[str, list[dict[str, object]]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(f"{tag} {dict(attrs)}")

    def handle_data(self, data: str) -> None:
        if self.elements[-1:] == ["script {'type': 'application/json'}"] and data.strip():
            self.figures.append(json.loads(data))
        elif self.cdata_elem is None:
            self.text += data


def elements(report: Report) -> Elements:
    return Elements(page.page(report, ""))


def test_the_page_is_whole_and_the_same_each_time(tmp_path: Path) -> None:
    page.write(reports.better(), tmp_path / "a.html")
    page.write(reports.better(), tmp_path / "b.html")
    text = (tmp_path / "a.html").read_text("utf-8")
    assert text == (tmp_path / "b.html").read_text("utf-8")
    assert "plotly.js v" in text
    without = page.page(reports.better(), "")
    assert "http:" not in without
    assert "https:" not in without
    assert not any(word in without for word in ("src=", "href=", "@import", "url("))


@pytest.mark.parametrize("state", reports.STATES)
def test_each_state_begins_with_its_verdict(state: Callable[[], Report]) -> None:
    text = elements(state()).text
    verdict = text.partition("header")[0].split("Candidate against production")[1].strip()
    assert verdict[:2] in {"✅ ", "❌ "}
    assert "None" not in text


def test_the_plots_show_metrics_time_calibration_and_segments() -> None:
    found = elements(reports.segment_drop())
    assert len(found.figures) == 4
    metrics, timeline, calibration, segments = found.figures
    names = [[trace.get("name") for trace in figure["data"]] for figure in (timeline, calibration)]
    assert names == [["production", "candidate"], ["as predicted", "production", "candidate"]]
    dots = metrics["data"][-1]
    assert dots["text"] == [metric.name for metric in reports.better().metrics][::-1]
    assert dots["x"][-3] == pytest.approx(0.00252)  # type: ignore[index]  # log_loss, turned
    assert segments["data"][-1]["marker"]["color"].count("#cf222e") == 1  # type: ignore[index]


def test_no_long_word_makes_the_page_wider_than_a_phone() -> None:
    style = page.page(reports.better(), "").partition("</style>")[0]
    body = style.partition("\nbody {")[2].partition("}")[0]
    assert "overflow-wrap: break-word" in body  # in tables it would break names: these scroll
    assert ".wide { overflow-x: auto;" in style


def test_a_fold_is_a_fold_and_the_metrics_are_a_table() -> None:
    text = page.page(reports.better(), "")
    assert "<details><summary>All 12 segments with enough rows</summary>" in text
    assert '<td>roc_auc</td><td class="r">' in text.replace(" class=r", ' class="r"').replace(
        "<bdi>", ""
    ).replace("</bdi>", "")


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_text_changes_no_element(attack: str) -> None:
    for plain, hostile in zip(filled_states("word"), filled_states(attack), strict=True):
        found = elements(hostile)
        assert found.elements == elements(plain).elements
        assert all("<" not in label for label in labels(found))


def labels(found: Elements) -> list[str]:
    """The texts that plotly would read as its HTML."""
    return [
        text
        for figure in found.figures
        for trace in figure["data"]
        for text in (*trace.get("text", []), *trace.get("x", []))  # type: ignore[misc]
        if isinstance(text, str)
    ]


def test_hostile_labels_are_shown_and_not_read() -> None:
    assert "&lt;b&gt;" in labels(elements(filled("<b>")))


def test_an_enormous_report_is_written() -> None:
    assert len(page.page(enormous(), "")) < 3_000_000
