"""What the candidate changes against the base branch: one line for each kind of change."""

from mlops.review.presentation import wording
from mlops.review.presentation.document import (
    Block,
    Bold,
    Bullets,
    Line,
    Name,
    Paragraph,
    Said,
    Section,
    listed,
    names,
)
from mlops.review.report import Drift, File, Parameter, Period, Report, Stage

MOST = 6


def what_changed(report: Report) -> Section:
    """A line for each kind of change."""
    lines: list[Line] = [
        (Bold((kind,)), ": ", *first(items)) for kind, items in kinds(report).items()
    ]
    failed = report.pipeline.failed is not None  # what is left of the stages after it is older
    if not failed and (stages := stage_line(report.changes.stages)):
        lines.append(stages)
    return Section("What changed", (Bullets(tuple(lines)),) if lines else ())


def first(items: list[Line]) -> Line:
    """The first items, apart from each other by what none of them holds; the others counted."""
    more = len(items) - MOST
    rest: list[Line] = [(f"and {more:,} more",)] if more > 0 else []
    return listed([*items[:MOST], *rest], "; ")


def everything(report: Report) -> Section:
    """Every change, where some are only counted above."""
    blocks: list[Block] = []
    for kind, items in kinds(report).items():
        if len(items) > MOST:
            blocks += [Paragraph((Bold((kind,)),)), Bullets(tuple(items))]
    return Section("All changes", tuple(blocks), folded=True)


def kinds(report: Report) -> dict[str, list[Line]]:
    """The changes by their kind."""
    changes, pipeline = report.changes, report.pipeline
    waits = "compose" in (*pipeline.stale, pipeline.failed) and not pipeline.uncommitted
    found: dict[str, list[Line]] = {
        "Parameters that ran last" if waits else "Parameters": [
            parameter(entry) for entry in changes.parameters
        ],
        "Data": [period(entry) for entry in changes.periods],
        "Columns": [parameter(entry) for entry in changes.columns],
        "Drift (PSI)": [drift(entry) for entry in changes.drift],
        "Warnings of validate": [(Said(line),) for line in changes.warnings],
        "Code": [file(entry) for entry in changes.files],
    }
    return {kind: items for kind, items in found.items() if items}


def parameter(entry: Parameter) -> Line:
    """A value, old and new."""
    if entry.old is None:
        return (Name(entry.key), " added, ", Name(entry.new or ""))
    if entry.new is None:
        return (Name(entry.key), " removed, was ", Name(entry.old))
    return (Name(entry.key), " ", Name(entry.old), " → ", Name(entry.new))


def period(entry: Period) -> Line:
    """A partition of the data and its rows."""
    name = Name(entry.name)
    if entry.old is None:
        return (name, f" added with {entry.new or 0:,} rows")
    if entry.new is None:
        return (name, f" removed with {entry.old:,} rows")
    if entry.old == entry.new:
        return (name, f" rewritten, {entry.new:,} rows")
    return (name, f" {entry.old:,} → {entry.new:,} rows")


def drift(entry: Drift) -> Line:
    """How far a column has moved."""
    return (Name(entry.column), f" {wording.number(entry.psi, 2)}")


def file(entry: File) -> Line:
    """A file and its changed lines."""
    return (Name(entry.path), f" +{entry.added:,} {wording.MINUS}{entry.removed:,}")


def stage_line(every: list[Stage]) -> Line:
    """Which stages have other results, and how long they took where they ran here."""
    ran = [stage for stage in every if stage.changed]
    if not ran:
        return ()
    rest = [stage.name for stage in every if stage not in ran]
    unchanged: Line = ("; as before: ", *names(rest)) if rest else ()
    return (Bold(("Stages",)), ": ", *listed(map(timed, ran)), *unchanged)


def timed(stage: Stage) -> Line:
    """A stage and its time."""
    time = "" if stage.seconds is None else f" {wording.duration(stage.seconds)}"
    return (Name(stage.name), time)
