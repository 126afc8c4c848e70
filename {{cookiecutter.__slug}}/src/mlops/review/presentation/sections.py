"""What a report says, section by section, in the order in which a reviewer needs it."""

from mlops.review.presentation import figures, reliance, segments, verdict, what_changed
from mlops.review.presentation.document import (
    Block,
    Bold,
    Bullets,
    Calibration,
    Command,
    Line,
    Name,
    Paragraph,
    Run,
    Said,
    Section,
    Table,
    Timeline,
)
from mlops.review.presentation.troubles import troubles
from mlops.review.presentation.wording import MARKS, main_metric, measured, required
from mlops.review.report import GateLine, Report, Rival

REPRODUCE = "uv run dvc repro && uv run mlops report"


def sections(report: Report) -> list[Section]:
    """The whole document: verdict and gate first, footer last, and what may be cut before it."""
    found = [
        Section("", (Paragraph(verdict.verdict(report)), *troubles(report))),
        gate(report),
        remedies(report),
        figures.metrics(report),
        what_changed.what_changed(report),
        reliance.changed(report),
        charts(report),
        segments.worse_segments(report),
        segments.all_segments(report),
        reliance.every_feature(report),
        figures.other_models(report),
        figures.method(report),
        what_changed.everything(report),
        footer(report),
    ]
    return [section for section in found if section.blocks]


def gate(report: Report) -> Section:
    """The checks that have a figure or do not pass."""
    rows = [line for line in asked(report) if line.value is not None or line.outcome != "pass"]
    head: Line = ("", "Gate", "Measured", "Required")
    table = Table("clll", head, tuple(gate_row(line) for line in rows))
    return Section("", (table,) if rows else ())


def asked(report: Report) -> list[GateLine]:
    """The checks that say more than the verdict has said already."""
    if report.verdict == "unchanged" and not verdict.failing(report):
        return []
    if report.verdict == "stale" or report.pipeline.failed is not None:
        return [line for line in report.gate if line.check != "pipeline"]
    return report.gate


def gate_row(line: GateLine) -> tuple[Line, ...]:
    """One check."""
    return (MARKS[line.outcome],), (Said(line.what, 80),), (measured(line),), (required(line),)


def remedies(report: Report) -> Section:
    """What would make a check pass, why one was waived, and those that pass without a figure."""
    lines: list[Line] = []
    passed: list[Run] = []
    lacks = bool(report.pipeline.not_in_remote)
    older = report.verdict == "stale" and not report.pipeline.uncommitted
    for line in asked(report):
        # The command is under the verdict already; what a run is to change needs no advice.
        said = lacks if line.check == "stored" else older
        name = Bold((Said(line.what, 80),))
        if line.outcome == "waived":
            lines.append(("Waived: ", name, ": ", Said(line.waiver)))
        elif line.outcome != "pass" and line.remedy and not said:
            lines.append((f"{MARKS[line.outcome]} ", name, ": ", Said(line.remedy, 400)))
        elif line.outcome == "pass" and line.value is None:
            passed += ["; ", Said(line.what, 80)]
    blocks: list[Block] = [Bullets(tuple(lines))] if lines else []
    if passed:
        blocks.append(Paragraph((f"{MARKS['pass']} ", *passed[1:])))
    return Section("", tuple(blocks))


def charts(report: Report) -> Section:
    """The main metric over time, and calibration."""
    metric = main_metric(report)
    blocks: list[Block] = []
    if metric is not None and len(report.timeline) > 1:
        blocks.append(Timeline(metric.name, tuple(report.timeline)))
    if len(report.calibration) > 1 and report.exam is not None:
        blocks.append(Calibration(report.exam.task, tuple(report.calibration)))
    return Section("", tuple(blocks))


def footer(report: Report) -> Section:
    """Which commits, and how to get the same on a laptop."""
    runs: list[Run] = ["Commit ", Name(report.commit[:8])]
    if report.pipeline.uncommitted:
        runs.append(" and what is not committed")
    for what, rival in (("production", report.production), ("base", report.base)):
        if rival is not None:
            later = ", which has moved on since" if rival.moved_on else ""
            runs += [f" · {what} ", *rival_name(rival), later]
    command, base = REPRODUCE, report.base
    if base is not None and (base.newer or base.moved_on):
        command = f"git fetch && git merge origin/{base.name} && {command}"
    runs += [" · on a laptop: ", Command(command)]
    return Section("", (Paragraph(tuple(runs), small=True),))


def rival_name(rival: Rival) -> Line:
    """A model that was compared with, and its commit."""
    commit: Line = (" at ", Name(rival.commit[:8])) if rival.commit else ()
    return (Said(rival.name), *commit)
