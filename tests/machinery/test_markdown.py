"""What a reviewer reads on a pull request."""

from collections.abc import Callable

import pytest
from mlops.review.gate import pipeline_lines
from mlops.review.presentation import charts, markdown
from mlops.review.presentation.document import Timeline
from mlops.review.report import GateLine, Pipeline, Point, Report, dumps, loads
from msgspec.structs import replace

from machinery import reports, troubled
from machinery.report_parts import BASE, PRODUCTION, gate, ran, with_line


def first_line(report: Report) -> str:
    return read(report).partition("\n")[0]


def read(report: Report) -> str:
    """The report with plain spaces and signs, as it is read."""
    return markdown.render(report).replace("\N{NO-BREAK SPACE}", " ").replace("\N{MINUS SIGN}", "-")


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (
            reports.better,
            "✅ **Better than production v1.2.0**: roc_auc 0.724, +0.007 (0.002 to 0.012). "
            "Merging promotes it.",
        ),
        (
            reports.worse,
            "❌ **Worse than production v1.2.0; a segment loses too much**: roc_auc 0.696, "
            "-0.021 (-0.026 to -0.016). Merging does not promote it.",
        ),
        (
            reports.no_difference,
            "✅ **No measurable difference from production v1.2.0**: roc_auc 0.718, "
            "+0.001 (-0.004 to 0.006). Merging promotes it.",
        ),
        (
            reports.segment_drop,
            "❌ **Better than production v1.2.0, but a segment loses too much**: roc_auc 0.724, "
            "+0.007 (0.002 to 0.012). Merging does not promote it.",
        ),
        (
            reports.waived,
            "✅ **Better than production v1.2.0**: roc_auc 0.724, +0.007 (0.002 to 0.012). "
            "Merging promotes it, with `segments` waived.",
        ),
        (
            reports.first,
            "✅ **First model**: nothing is in production yet. roc_auc 0.717 (0.707 to 0.727). "
            "Merging promotes it.",
        ),
        (
            reports.unchanged,
            "✅ **The model has not changed**: it is production v1.2.0, to the byte.",
        ),
        (
            troubled.stale,
            "❌ **The results are stale**: run again `train`, `evaluate` and all that follows, "
            "and commit what comes out.",
        ),
        (
            troubled.uncommitted,
            "❌ **The results are not committed**: commit what `uv run dvc repro` gives.",
        ),
        (
            troubled.failed,
            "❌ **The pipeline failed at `validate`**: there is nothing to compare.",
        ),
        (
            troubled.not_pushed,
            "❌ **Better than production v1.2.0, but its outputs are not in the remote**: "
            "roc_auc 0.724, +0.007 (0.002 to 0.012). Merging does not promote it.",
        ),
        (
            troubled.no_access,
            "❌ **Not examined**: this run cannot read the data. Merging does not promote it.",
        ),
        (
            troubled.corrupt,
            "❌ **Not compared with production v1.2.0**: roc_auc 0.724 (0.714 to 0.734). "
            "Merging does not promote it.",
        ),
    ],
)
def test_the_first_line_is_the_verdict(state: Callable[[], Report], line: str) -> None:
    assert first_line(state()) == line


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (reports.better, "| ✅ | roc_auc | 0.724 (0.714 to 0.734) | at least 0.6 |"),
        (reports.better, "| log_loss ↓ | 0.481 | 0.478 | -0.003 (-0.006 to 0.001) | no meas"),
        (reports.better, "| brier_score ↓ | 0.154 | 0.152 | -0.003 (-0.004 to -0.001) | **better"),
        (reports.better, "days. This exam would find a difference of 0.007 in roc_auc in 8 of"),
        (reports.better, "`model.parameters.learning_rate` `0.1` → `0.05`"),
        (reports.better, "`train` 12 s, `evaluate` 4.3 s; as before: `compose`, `ingest`, `val"),
        (reports.better, "<summary>All 12 segments with enough rows</summary>\n\n| Segment |"),
        (reports.better, "Commit `3f1a9c04` · production v1.2.0 at `8d2e6b1f` · base main at"),
        (reports.better, "`uv run dvc repro && uv run mlops report`"),
        (reports.worse, "| log_loss ↓ | 0.481 | 0.489 | +0.008 (0.004 to 0.011) | **worse** |"),
        (reports.worse, "On 26,482 rows production was given other inputs: what it scored then"),
        (reports.worse, "8 segments got worse, the 5 that lose most"),
        (reports.worse, "a better model, more test rows, or a wider"),
        (reports.worse, "**Code**: `src/late_flights/features.py` +3 -11"),
        (reports.segment_drop, "### One segment got worse\n\n| Segment | Rows |"),
        (reports.segment_drop, "| `carrier=US` | 1,736 | 0.648 | -0.041 (-0.067 to -0.015) |"),
        (
            reports.segment_drop,
            "❌ **largest drop in a segment: `carrier=US`**: look at",
        ),
        (reports.waived, "| waived | largest drop in a segment: `carrier=US` | 0.041 |"),
        (reports.waived, "`carrier=US`**: US leaves JFK in July; agreed with operations on"),
        (reports.warning, "⚠️ **time of one row**: a smaller model"),
        (
            reports.data_change,
            "**Data**: `2013-07` added with 28,293 rows; `2013-03` rewritten, 27,902 rows\n",
        ),
        (reports.data_change, "**Drift (PSI)**: `temperature` 0.61"),
        (reports.data_change, "**Warnings of validate**: `data/raw/2013-07.parquet`: column"),
        (reports.data_change, "1,204 rows on which production was trained are left out."),
        (reports.code_change, "`src/late_flights/part_5.py` +15 -5; and 3 more\n"),
        (reports.code_change, "<summary>All changes</summary>"),
        (reports.many_stages, "`stage_7` 7.0 s; as before: `old_0`, `old_1`, `old_2`, `old_3`"),
        (reports.many_stages, "`old_6`, `old_7`\n"),
        (reports.first, "Not compared with main: there is no model in `dvc.lock` at"),
        (
            reports.first,
            "| Segment | Rows | Candidate |\n| :-- | --: | --: |\n| `origin=EWR` | 9,512 |",
        ),
        (reports.first, "**Over time**: the candidate."),
        (troubled.stale, "uv run dvc repro\ngit add --all\ngit commit -m"),
        (
            troubled.uncommitted,
            "The figures below are of this run of the pipeline, and no commit holds them.",
        ),
        (
            reports.edited,
            "✅ the results are of the edits here, which are not committed; the model",
        ),
        (reports.edited, "<sub>Commit `3f1a9c04` and what is not committed · production v1.2.0"),
        (
            troubled.failed,
            "```text\ndata/raw/2013-07.parquet: distance: row 18: -1.0, expected",
        ),
        (
            troubled.not_pushed,
            "Nobody else can get `models/model.skops`, `reports/predictions.pa",
        ),
        (troubled.not_pushed, "```bash\nuv run dvc push\n```"),
        (troubled.no_access, "**Not verified**: the figures are those that were committed"),
        (
            troubled.corrupt,
            "`models/model.skops` of v1.2.0 has another digest than `dvc.lock`",
        ),
        (
            troubled.differing,
            "**Not reproduced**: when they were run again here, `models/model.sk",
        ),
    ],
)
def test_what_a_person_reads(state: Callable[[], Report], said: str) -> None:
    assert said in read(state())


def test_what_is_not_committed_is_to_be_pushed_with_it() -> None:
    report = troubled.not_pushed()
    text = read(replace(report, pipeline=replace(report.pipeline, uncommitted=True)))
    assert "To push with the commit: `models/model.skops`, `reports/predictions.parquet`." in text
    assert "```bash\nuv run dvc push\n```" in text
    assert "check again" not in text


def test_a_long_remedy_is_said_to_its_end() -> None:
    problem = "object 94e4 is not in the remote: `uv run dvc push` where it was made, " * 3
    remedy = f"{problem}waive it with a reason in gate.waivers.production"
    lines = [replace(line, outcome="fail", remedy=remedy) for line in reports.better().gate]
    text = read(replace(reports.better(), gate=lines))
    assert "waive it with a reason in `gate.waivers.production`\n" in text


def test_unchanged_says_almost_nothing() -> None:
    assert len(markdown.render(reports.unchanged()).splitlines()) == 3


@pytest.mark.parametrize("state", reports.STATES)
def test_the_order_is_that_of_a_review(state: Callable[[], Report]) -> None:
    text = read(state())
    marks = ["| Gate |", "### Metrics", "### What changed", "```mermaid", "got worse", "<details>"]
    places = [text.index(mark) for mark in [*marks, "<sub>Commit"] if mark in text]
    assert places == sorted(places)
    assert text[:2] in {"✅ ", "❌ "}
    assert text.endswith("</sub>\n")
    assert "None" not in text
    assert "nan" not in text
    assert loads(dumps(state()).encode()) == state()


def test_mermaid_gets_plain_decimals_only() -> None:
    points = [Point("2013-06-30", 1e-7, 0.5), Point("2013-07-03", 0.1, float("nan"))]
    words, chart = charts.mermaid(Timeline("roc_auc", tuple(points)))
    assert "line [0.00000, 0.10000]" in chart
    assert 'x-axis "2013" ["06-30", "07-03"]' in chart
    assert words == "**Over time**: the candidate."


def test_parameters_that_are_edited_since_are_told_as_those_of_the_last_run() -> None:
    edited = replace(reports.better(), pipeline=Pipeline(stale=["compose"]), verdict="stale")
    assert "**Parameters that ran last**: " in read(edited)
    assert "**Parameters**: " in read(reports.better())


def test_figures_of_an_older_run_are_no_reason_for_advice() -> None:
    line = next(line for line in reports.better().gate if line.check == "required")
    failing = [replace(line, outcome="fail", remedy="try another model")]
    blocked = replace(reports.better(), gate=failing, promotes=False)
    assert "try another model" in read(blocked)
    assert "try another model" not in read(replace(troubled.stale(), gate=failing))
    assert "try another model" in read(replace(troubled.uncommitted(), gate=failing))


def test_after_a_failure_no_stage_is_told_to_have_run() -> None:
    changes = replace(troubled.failed().changes, stages=ran("train", "evaluate"))
    assert "**Stages**" in read(replace(reports.better(), changes=changes))
    assert "**Stages**" not in read(replace(troubled.failed(), changes=changes))


def test_what_was_examined_here_is_not_called_committed() -> None:
    """On a machine that has the data, while the bucket is away."""
    said = "the remote s3://flights gives no access here (EndpointConnectionError)"
    pipeline = Pipeline(remote="no_access", unreachable=said)
    lines = [*pipeline_lines(pipeline, examined=True), *gate(0.007)[1:]]
    text = read(replace(reports.better(), pipeline=pipeline, gate=lines))
    assert "Not verified" not in text
    assert "**the remote can be read here**: the remote `s3://flights` gives no access here" in text


def test_worse_within_the_margin_is_said() -> None:
    report = replace(reports.better(), verdict="worse")
    text = first_line(report)
    assert text.startswith("✅ **Worse than production v1.2.0, as far as the gate allows**: ")
    off = replace(report, gate=[line for line in report.gate if line.check != "production"])
    start = "✅ **Worse than production v1.2.0, with which the gate does not compare**: "
    assert first_line(off).startswith(start)


def test_production_s_model_where_main_has_another() -> None:
    """As after a roll-back: a branch takes out what came in, or leaves it."""
    back = replace(reports.unchanged(), base=BASE)
    assert first_line(back).endswith("production v1.2.0, to the byte. That of main is another.")
    left = replace(reports.unchanged(), rolled_back="v1.3.0")
    assert first_line(left) == (
        "✅ **This model was rolled back**: it is v1.3.0, the model of main, which this branch"
        " leaves as it is. Merging does not bring it back into production: `uv run mlops promote"
        " --again` does."
    )
    assert "it is v1.3.0. Merging" in first_line(replace(left, base=BASE))


def test_why_there_was_no_comparison_is_told_where_it_is_waived() -> None:
    problem = "it needs columns that are gone: dew_point"
    line = GateLine(
        "production", "roc_auc against production v1.2.0", "waived", waiver="the sensor is gone"
    )
    report = replace(
        reports.better(),
        verdict="failed",
        production=replace(PRODUCTION, problem=problem),
        gate=with_line(gate(0.007), line),
    )
    text = read(report)
    assert f"**Production v1.2.0 could not be examined**: {problem}" in text
    assert "Merging promotes it, with `production` waived." in text
