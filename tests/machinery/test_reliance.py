"""What a report and a card say of what the model relies on."""

import json
from pathlib import Path
from typing import Any

import pytest
from mlops.release import reliance as card
from mlops.review import reliance
from mlops.review.presentation import markdown, page, terminal
from mlops.review.report import Importance, Leak
from msgspec.structs import replace

from baked import IDENTITY, execute
from machinery import reports
from machinery.composing import config_of

FOLD = "What the model relies on, feature by feature"


def test_the_report_leads_with_what_changed() -> None:
    text = markdown.render(reports.relies_otherwise())
    above, folded = text.split(f"<summary>{FOLD}</summary>")
    said, listed = above.split("### What the model relies on\n\n")[1].split("\n\n")[:2]
    assert said.replace("\N{NO-BREAK SPACE}", " ").startswith(
        "How much roc_auc loses when a feature"
    )
    assert listed.splitlines() == [
        "- `dew_point` counts for more, 0.022 (0.010 to 0.034) → 0.062 (0.041 to 0.083)",
        "- `air_pressure` is new, 0.016 (0.003 to 0.028)",
        "- `carrier` counts for less, 0.031 (0.021 to 0.042) → 0.006 (0.000 to 0.013)",
        "- `pressure` is gone, it was 0.015 (0.003 to 0.028)",
    ]
    plain = folded.replace("\N{NO-BREAK SPACE}", " ")
    assert "How much roc_auc loses when a feature is shuffled." in plain
    assert "| Feature | Production | Candidate |" in plain
    assert "| `departure_minute` | 0.128 (0.090 to 0.165) | 0.131 (0.093 to 0.169) |" in plain


def test_nothing_is_said_where_nothing_changed_or_nothing_is_known_of_production() -> None:
    same = reports.relies_otherwise().relies_on[:1]
    alone = [replace(same[0], production=None, production_low=None, production_high=None)]
    for entries, head in (
        (same, "| Feature | Production | Candidate |"),
        (alone, "| Feature | Candidate |"),
    ):
        text = markdown.render(replace(reports.better(), relies_on=entries))
        assert "### What the model relies on" not in text
        assert f"<summary>{FOLD}</summary>" in text
        assert head in text
    assert "relies on" not in markdown.render(reports.better())


def test_many_changes_are_counted() -> None:
    entries = [Importance(f"column_{n}", 0.1, 0.09, 0.11, 0.2, 0.19, 0.21) for n in range(100)]
    text = markdown.render(replace(reports.better(), relies_on=entries))
    assert text.count("counts for less") == 6
    assert "- and 94 more" in text
    assert "60 more features are not shown." in text


def test_a_leak_stands_below_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    report = reports.leaking()
    lines = markdown.render(report).splitlines()
    assert lines[2] == (
        "⚠️ **`arrival_delay` alone predicts nearly perfectly** (roc_auc 0.9997):"
        " is it known at prediction time?"
    )
    many = replace(report, leaks=[Leak(f"column_{n}", "r2", 0.995) for n in range(5)])
    assert "and 2 more such columns" in markdown.render(many)
    terminal.show(report)
    assert "arrival_delay alone predicts nearly perfectly" in capsys.readouterr().out
    assert "<code>arrival_delay</code> alone predicts" in page.page(report, "")


def test_terminal_and_page_tell_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show(reports.relies_otherwise())
    shown = capsys.readouterr().out
    assert "• dew_point counts for more, 0.022 (0.010 to 0.034) → 0.062 (0.041 to 0.083)" in shown
    assert FOLD not in shown
    html = page.page(reports.relies_otherwise(), "")
    assert f"<details><summary>{FOLD}</summary>" in html
    assert "<li><code>air_pressure</code> is new, 0.016 (0.003 to 0.028)</li>" in html


def explanation(metric: str, *columns: str, **more: Any) -> dict[str, Any]:
    """What the stage writes, so far as it is read."""
    entries = [{"column": name, "value": 0.2, "low": 0.1, "high": 0.3} for name in columns]
    return {"metric": metric, "rows": 9, "importance": entries, "leaks": [], **more}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of one commit, with an explanation in it; it is the current folder."""
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports").mkdir()
    write(explanation("roc_auc", "age", "sex"))
    execute("git", "init", "-q", cwd=tmp_path)
    execute("git", "add", "--all", cwd=tmp_path)
    execute("git", "commit", "-q", "-m", "production", cwd=tmp_path)
    return tmp_path


def write(found: Any) -> None:
    Path("reports/explanation.json").write_text(json.dumps(found), "utf-8")


def test_the_candidate_is_read_here_and_production_from_its_commit(project: Path) -> None:
    leak = {"column": "x", "metric": "roc_auc", "value": 0.999}
    write(explanation("roc_auc", "sex", "height", leaks=[leak]))
    assert reliance.relies_on("HEAD") == [
        Importance("sex", 0.2, 0.1, 0.3, 0.2, 0.1, 0.3),
        Importance("height", 0.2, 0.1, 0.3),
        Importance("age", None, None, None, 0.2, 0.1, 0.3),
    ]
    assert reliance.relies_on(None) == [
        Importance("sex", 0.2, 0.1, 0.3),
        Importance("height", 0.2, 0.1, 0.3),
    ]
    assert reliance.leaks() == [Leak("x", "roc_auc", 0.999)]
    write(explanation("log_loss", "sex"))
    assert reliance.relies_on("HEAD") == [Importance("sex", 0.2, 0.1, 0.3)]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"importance": [{"column": 1}]}', "\udcff"])
def test_what_cannot_be_read_is_left_out(text: str, project: Path) -> None:
    Path("reports/explanation.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert reliance.relies_on("HEAD~5") == []
    assert reliance.leaks() == []
    Path("reports/explanation.json").unlink()
    assert reliance.relies_on(None) == []


def test_the_card_shows_the_leading_features_and_names_leaks() -> None:
    names = [f"column_{number}" for number in range(12)]
    found = explanation("roc_auc", *names)
    text = card.importance(config_of(), found)
    assert "How much `roc_auc` loses when the cells of one feature are shuffled" in text
    assert "| `column_0` | 0.200 (0.100 to 0.300) |" in text
    assert "`column_10`" not in text
    assert text.endswith("The 2 other features count for no more.")
    assert card.leaks(found) == ""
    leak = {"column": "<b>|`x`", "metric": "roc_auc", "value": 0.9991}
    (line,) = card.leaks(found | {"leaks": [leak]}).strip().splitlines()
    assert line.startswith("- **Too good.** Alone, these predict nearly perfectly: `<b>¦'x'`")
    assert "(`roc_auc` 0.9991)" in line
