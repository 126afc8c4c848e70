"""The report on a laptop."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from mlops.commands import review as commands
from mlops.release import origin
from mlops.review import review
from mlops.review.presentation import terminal
from mlops.review.report import Report

from machinery import reports, troubled
from machinery.attacks import ATTACKS
from machinery.hostile_reports import enormous, filled_states


def shown(report: Report, capsys: pytest.CaptureFixture[str]) -> str:
    terminal.show(report)
    return capsys.readouterr().out


def test_the_verdict_gate_and_changes_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(reports.segment_drop(), capsys)
    assert text.startswith(
        "❌ Better than production v1.2.0, but a segment loses too much: roc_auc 0.724,"
    )
    assert re.search(r"❌ +largest drop in a segment: carrier=US +0\.041", text)
    assert re.search(r"roc_auc +0\.717 +0\.724 +\+0\.007 \(0\.002 to 0\.012\) +better", text)
    assert "model.parameters.learning_rate 0.1 → 0.05" in text
    assert "One segment got worse" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("state", reports.STATES)
def test_each_state_begins_with_its_verdict(
    state: Callable[[], Report], capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(state(), capsys)
    assert text[:2] in {"✅ ", "❌ "}
    assert "**" not in text


def test_commands_and_messages_can_be_copied(capsys: pytest.CaptureFixture[str]) -> None:
    assert "    git add --all" in shown(troubled.stale(), capsys)
    assert "    data/raw/2013-07.parquet: distance: row 18" in shown(troubled.failed(), capsys)


def test_what_a_terminal_leaves_out_is_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(review, "review", reports.code_change)
    monkeypatch.setattr(origin, "refresh", lambda: None)
    text = CliRunner().invoke(commands.report).output
    assert "and 3 more" in text
    named = text.splitlines()[-1].partition(": ")[2]
    assert "src/late_flights/part_8.py" in Path(named).read_text("utf-8")


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_text_sends_nothing_to_the_terminal(
    attack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for report in filled_states(attack):
        text = shown(report, capsys)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def test_markup_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert "[red]x[/red]" in shown(filled_states("[red]x[/red]")[0], capsys)


def test_an_enormous_report_stays_short(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(shown(enormous(), capsys).splitlines()) < 500
