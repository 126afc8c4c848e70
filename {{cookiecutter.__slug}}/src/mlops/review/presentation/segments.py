"""The sections on segments: those that got worse, and all of them folded."""

from collections.abc import Iterable

from mlops.review.presentation import wording
from mlops.review.presentation.document import Block, Line, Name, Section, Table
from mlops.review.presentation.figures import NONE, Compared, forest, reading
from mlops.review.report import Report, Segment

WORST = 5  # segments that are shown unfolded


def worse_segments(report: Report) -> Section:
    """The segments that are measurably worse."""
    worse = [s for s in report.segments if s.difference and s.difference.reading == "worse"]
    if not worse:
        return NONE
    worse.sort(key=lambda s: -abs(s.difference.value if s.difference else 0))
    title = f"{len(worse)} segments got worse" if len(worse) > 1 else "One segment got worse"
    if len(worse) > WORST:
        title += f", the {WORST} that lose most"
    return Section(title, (segment_table(worse[:WORST]),))


def all_segments(report: Report) -> Section:
    """Every segment."""
    if not report.segments:
        return NONE
    table: Block = segment_table(report.segments)
    blocks = (table, *forest(segment_differences(report)))
    title = f"All {len(report.segments)} segments with enough rows"  # as conf/gate/ wants them
    return Section(title, blocks, folded=True)


def segment_table(segments: list[Segment]) -> Table:
    """The main metric on segments; their differences where there is a model to differ from."""
    compared = any(segment.difference for segment in segments)
    rows = []
    for segment in segments:
        found = segment.difference
        values = (found.value, found.low, found.high) if found else ()
        places = wording.places_for(segment.candidate, *values)
        own: tuple[Line, ...] = (
            (Name(segment_name(segment)),),
            (f"{segment.rows:,}",),
            (wording.number(segment.candidate, places),),
        )
        rows.append(
            (*own, (wording.difference(found, places),), reading(found)) if compared else own
        )
    head: Line = ("Segment", "Rows", "Candidate")
    if not compared:
        return Table("nrr", head, tuple(rows))
    return Table("nrrrn", (*head, "Difference", "Reading"), tuple(rows))


def segment_name(segment: Segment) -> str:
    """The column and its value."""
    return f"{segment.column}={segment.value}"


def segment_differences(report: Report) -> Iterable[Compared]:
    """The segments' differences from production."""
    metric = wording.main_metric(report)
    lower = metric is not None and metric.lower_is_better
    for segment in report.segments:
        yield segment_name(segment), segment.difference, lower
