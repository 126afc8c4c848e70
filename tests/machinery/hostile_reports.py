"""Reports as an attacker's fork may write them: any text anywhere, and as much as fits."""

from mlops.review.report import (
    Changes,
    Difference,
    Drift,
    File,
    GateLine,
    Importance,
    Leak,
    Metric,
    Parameter,
    Period,
    Pipeline,
    Point,
    Report,
    Rival,
    Segment,
    Stage,
)
from msgspec.structs import replace

from machinery.report_parts import COMMIT, EXAM


def filled(text: str) -> Report:
    """A report every text of which is this one."""
    rival = Rival(text, COMMIT, rows=10, left_out=3)
    parameter, other = Parameter(text, text, text), Parameter(text, None, text)
    interval = Difference(-0.01, -0.02, -0.005, "worse")
    return Report(
        verdict="worse",
        promotes=False,
        commit=COMMIT,
        production=rival,
        base=replace(rival, problem=text),
        exam=replace(EXAM, metric=text),
        gate=[
            GateLine(text, text, outcome, 0.1, remedy=text, waiver=text)
            for outcome in ("pass", "fail", "warning", "waived")
        ]
        + [GateLine(text, text, "pass")],
        metrics=[Metric(text, True, 0.7, 0.6, 0.8, 0.7, 0.7, 0.5, interval, interval)],
        segments=[Segment(text, text, 10, 0.7, 0.7, interval)],
        calibration=[Point(text, 0.1), Point(0.1, 0.1), Point(0.2, 0.3)],
        timeline=[Point(text, 0.7, 0.7), Point(f"{text}2", 0.7, 0.7)],
        relies_on=[
            Importance(text, 0.1, 0.09, 0.11, 0.2, 0.19, 0.21),
            Importance(text, 0.1, 0.09, 0.11),
            Importance(text, None, None, None, 0.2, 0.19, 0.21),
        ],
        leaks=[Leak(text, text, 0.999)],
        changes=Changes(
            parameters=[parameter, other],
            periods=[Period(text, None, 5)],
            columns=[parameter],
            drift=[Drift(text, 0.3)],
            files=[File(text, 1, 2)] * 7,
            stages=[Stage(text, True, 1.0), Stage(text, False)],
        ),
        pipeline=Pipeline("shared", [text], None, [text, "`" * 300, text], [text], [text]),
    )


def filled_states(text: str) -> list[Report]:
    """`filled` in each state whose words differ."""
    report = filled(text)
    production = report.production
    assert production is not None
    return [
        report,
        replace(report, verdict="stale"),
        replace(report, verdict="stale", pipeline=replace(report.pipeline, uncommitted=True)),
        replace(report, verdict="unchanged"),
        replace(report, verdict="failed", pipeline=replace(report.pipeline, failed=text)),
        replace(report, verdict="failed", production=replace(production, problem=text)),
    ]


def enormous() -> Report:
    """Every list and text as long as it may be."""
    text = ("`x` " * 100)[:400]
    report = filled(text)
    changes = report.changes
    return replace(
        report,
        gate=report.gate * 12,
        metrics=report.metrics * 60,
        segments=report.segments * 500,
        calibration=report.calibration * 20,
        relies_on=(report.relies_on * 40)[:100],
        leaks=report.leaks * 20,
        timeline=[Point(f"{number}{text}"[:400], 0.7, 0.71) for number in range(60)],
        changes=Changes(
            parameters=changes.parameters * 250,
            periods=changes.periods * 500,
            columns=changes.columns * 500,
            drift=changes.drift * 500,
            files=changes.files[:1] * 500,
            stages=changes.stages * 30,
        ),
        pipeline=Pipeline("shared", [text] * 60, None, [text] * 60, [text] * 60, [text] * 60),
    )
