"""The sections on what the model relies on: what moved against production, and every feature."""

from mlops.review.presentation import wording
from mlops.review.presentation.document import Bullets, Line, Name, Paragraph, Said, Section, Table
from mlops.review.report import Importance, Report

MOST = 6  # features that are shown unfolded
LEADING = 40  # features in the table
MATTERS = 0.05  # of the largest importance: what moves by less is not worth a reviewer's time


def changed(report: Report) -> Section:
    """The features on which the candidate relies otherwise than production does."""
    if not is_compared(report):
        return Section("", ())
    known = [value for entry in report.relies_on for value in (entry.candidate, entry.production)]
    least = MATTERS * max(abs(value) for value in known if value is not None)
    lines = [line for entry in report.relies_on if (line := change(entry, least))]
    more: list[Line] = [(f"and {len(lines) - MOST:,} more",)] if len(lines) > MOST else []
    shown = (*lines[:MOST], *more)
    blocks = (Paragraph(meaning(report)), Bullets(shown)) if shown else ()
    return Section("What the model relies on", blocks)


def every_feature(report: Report) -> Section:
    """The importance of the leading features, folded."""
    if not report.relies_on:
        return Section("", ())
    compared = is_compared(report)
    more = len(report.relies_on) - LEADING
    rest = f" {more:,} more features are not shown." if more > 0 else ""
    words: Line = (*meaning(report), rest)
    head: Line = ("Feature", "Production", "Candidate") if compared else ("Feature", "Candidate")
    rows = tuple(row(entry, compared) for entry in report.relies_on[:LEADING])
    table = Table("nrr" if compared else "nr", head, rows)
    title = "What the model relies on, feature by feature"
    return Section(title, (Paragraph(words), table), folded=True)


def meaning(report: Report) -> Line:
    """What the figures of features are."""
    metric = wording.main_metric(report)
    what: Line = (Said(metric.name),) if metric else ("the metric",)
    return ("How much ", *what, " loses when a feature is shuffled.")


def is_compared(report: Report) -> bool:
    """Tell whether production's importance is known: else every feature would be new."""
    return any(entry.production is not None for entry in report.relies_on)


def change(entry: Importance, least: float) -> Line:
    """What has changed about a feature; nothing where intervals meet, or it moved by too little."""
    name, before, now = Name(entry.column), production(entry), candidate(entry)
    if entry.production is None:
        return (name, f" is new, {now}")
    if entry.candidate is None:
        return (name, f" is gone, it was {before}")
    if abs(entry.candidate - entry.production) < least:
        return ()
    if is_above(entry.low, entry.production_high):
        return (name, f" counts for more, {before} → {now}")
    if is_above(entry.production_low, entry.high):
        return (name, f" counts for less, {before} → {now}")
    return ()


def is_above(low: float | None, high: float | None) -> bool:
    """Tell whether one interval, of which this is the low end, lies above another's high end."""
    return low is not None and high is not None and low > high


def row(entry: Importance, compared: bool) -> tuple[Line, ...]:
    """A feature in the table."""
    before: tuple[Line, ...] = ((production(entry),),) if compared else ()
    return ((Name(entry.column),), *before, (candidate(entry),))


def candidate(entry: Importance) -> str:
    """The candidate's importance with its interval."""
    return wording.spread(entry.candidate, entry.low, entry.high, places(entry))


def production(entry: Importance) -> str:
    """Production's importance with its interval."""
    return wording.spread(
        entry.production, entry.production_low, entry.production_high, places(entry)
    )


def places(entry: Importance) -> int:
    """Decimals for all figures of a feature."""
    return wording.places_for(entry.candidate, entry.production)
