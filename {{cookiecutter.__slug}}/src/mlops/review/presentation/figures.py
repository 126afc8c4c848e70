"""The sections that hold figures: metrics, the other models, and how it was measured."""

from collections.abc import Iterable

from mlops.review.presentation import wording
from mlops.review.presentation.document import (
    Block,
    Bold,
    Forest,
    Line,
    Paragraph,
    Said,
    Section,
    Table,
    listed,
)
from mlops.review.report import Difference, Exam, Metric, Report, Rival

Compared = tuple[str, Difference | None, bool]  # label, difference, lower is better
NONE = Section("", ())
SINGLE = (("Production", "production"), ("Candidate", "candidate"), ("Naive baseline", "baseline"))


def metrics(report: Report) -> Section:
    """All metrics of the candidate and of production, and what such an exam can tell."""
    if not report.metrics:
        return NONE
    compared = any(metric.from_production for metric in report.metrics)
    blocks: list[Block] = [compared_table(report) if compared else single_table(report)]
    if sentences := reach(report):
        blocks.append(Paragraph(listed(sentences, " ")))
    for group in of_one_unit(report):
        blocks += forest(map(metric_difference, group))
    return Section("Metrics", tuple(blocks))


def compared_table(report: Report) -> Table:
    """The candidate's metrics beside production's."""
    rows = []
    for metric in report.metrics:
        places = wording.metric_places(metric)
        rows.append(
            (
                title(metric),
                (wording.number(metric.production, places),),
                (wording.number(metric.candidate, places),),
                (wording.difference(metric.from_production, places),),
                reading(metric.from_production),
            )
        )
    head: Line = ("Metric", "Production", "Candidate", "Difference", "Reading")
    return Table("lrrrn", head, tuple(rows))


def single_table(report: Report) -> Table:
    """The candidate's metrics where no difference is known."""
    models = [
        (name, model)
        for name, model in SINGLE
        if any(getattr(metric, model) is not None for metric in report.metrics)
    ]
    rows = []
    for metric in report.metrics:
        places = wording.places_for(metric.candidate, metric.low, metric.high)
        rows.append((title(metric), *((single(metric, model, places),) for _, model in models)))
    head = ("Metric", *(name for name, _ in models))
    return Table("l" + "r" * len(models), head, tuple(rows))


def single(metric: Metric, model: str, places: int) -> str:
    """A model's figure; the candidate's with its interval."""
    low, high = (metric.low, metric.high) if model == "candidate" else (None, None)
    return wording.spread(getattr(metric, model), low, high, places)


def title(metric: Metric) -> Line:
    """A metric's name, marked where lower is better."""
    return (Said(metric.name, 40), " ↓") if metric.lower_is_better else (Said(metric.name, 40),)


def reading(found: Difference | None) -> Line:
    """A reading; those that matter stand out."""
    text = wording.reading(found)
    return (Bold((text,)),) if text in {"better", "worse"} else (text,)


def reach(report: Report) -> list[Line]:
    """What the exam was, how small a difference it shows, and which rows were left out."""
    found, exam, production = list[Line](), report.exam, report.production
    if any(metric.lower_is_better for metric in report.metrics):
        found.append(("↓ lower is better.",))
    if exam is None:
        if any(metric.production is not None for metric in report.metrics):
            told = "Nothing was compared: each model's figures were committed with it"
            found.append((f"{told}, on its own test rows.",))
        return found
    units = "" if exam.resample == "row" else f" from {exam.units:,} {exam.resample}s"
    found.append((f"Examined on {exam.rows:,} rows{units}.",))
    if exam.detectable is not None:
        least = wording.number(exam.detectable, wording.places_for(exam.detectable))
        start = f"This exam would find a difference of {least} in "
        found.append((start, Said(exam.metric, 40), " in 8 of 10 cases."))
    if production is None or production.problem is not None or production.same:
        return found
    if production.left_out:
        rows = f"{production.left_out:,} rows"
        found.append((f"{rows} on which production was trained are left out.",))
    elif production.left_out is None:
        found.append(("Whether production was trained on some of them is not known.",))
    if production.other_inputs:
        rows = f"On {production.other_inputs:,} rows"
        found.append((f"{rows} production was given other inputs: what it scored then counts.",))
    return found


def of_one_unit(report: Report) -> list[list[Metric]]:
    """Metrics that can share an axis: the errors of a regression are in the target's unit."""
    if report.exam is None or report.exam.task != "regression":
        return [report.metrics]
    errors = [metric for metric in report.metrics if metric.lower_is_better]
    return [errors, [metric for metric in report.metrics if not metric.lower_is_better]]


def metric_difference(metric: Metric) -> Compared:
    """A metric's difference from production."""
    return metric.name, metric.from_production, metric.lower_is_better


def forest(compared: Iterable[Compared]) -> list[Forest]:
    """Differences with intervals, turned so that right is better."""
    rows = []
    for name, found, lower in compared:
        if found is None or found.low is None or found.high is None:
            continue
        turn = -1 if lower else 1
        low, high = sorted((turn * found.low, turn * found.high))
        rows.append((name, turn * found.value, low, high))
    return [Forest(tuple(rows))] if rows else []


def other_models(report: Report) -> Section:
    """The base branch's metrics and those of the naive baseline, beside the candidate's above."""
    base, blocks = report.base, list[Block]()
    if base is not None and base.problem is not None:
        blocks.append(Paragraph(("Not compared with ", Said(base.name), ": ", Said(base.problem))))
    if any(metric.base is not None for metric in report.metrics):
        blocks.append(base_table(report))
    return Section("Against the base branch", tuple(blocks), folded=True)


def base_table(report: Report) -> Table:
    """The candidate against the base branch and the naive baseline."""
    rows = []
    for metric in report.metrics:
        places = wording.metric_places(metric)
        rows.append(
            (
                title(metric),
                (wording.number(metric.base, places),),
                (wording.difference(metric.from_base, places),),
                reading(metric.from_base),
                (wording.number(metric.baseline, places),),
            )
        )
    head: Line = ("Metric", "Base", "Difference", "Reading", "Naive baseline")
    return Table("lrrnr", head, tuple(rows))


def method(report: Report) -> Section:
    """How the figures came about."""
    exam = report.exam
    if exam is None:
        return NONE
    apart = any(segment.difference for segment in report.segments)
    looks = len(report.segments) if apart else 0
    compared = any(metric.from_production or metric.from_base for metric in report.metrics)
    sentences = [
        "All models predict the same test rows." if compared else "",
        "" if exam.folds is None else folds(exam.folds),
        f"Intervals are {wording.percent(exam.confidence)}, from a paired bootstrap of "
        f"{exam.rounds:,} rounds that draws {exam.resample}s.",
        f"Those of segments are wider, since {looks:,} are looked at." if looks > 1 else "",
        answer(exam, report.production),
    ]
    return Section(
        "How this was measured", (Paragraph((" ".join(filter(None, sentences)),)),), folded=True
    )


def folds(count: int) -> str:
    """What a cross-validated candidate's figures are of."""
    return (
        f"The candidate is cross-validated: each of {count:,} folds is scored by a model that"
        " learnt from the others."
    )


def answer(exam: Exam, production: Rival | None) -> str:
    """What counts as a classifier's answer."""
    if exam.task == "multiclass":
        return "The likeliest class counts as the answer."
    if exam.threshold is None:
        return ""
    theirs = production.threshold if production else None
    own = f"A row counts as positive from a probability of {wording.short(exam.threshold)} on"
    if theirs in (None, exam.threshold):
        return f"{own}."
    return f"{own}; to production, from {wording.short(theirs)} on."
