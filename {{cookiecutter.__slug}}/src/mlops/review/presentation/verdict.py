"""The first line: may this be merged, and why, in a sentence that reads well in plain text."""

from mlops.review.presentation import wording
from mlops.review.presentation.document import Bold, Command, Line, Name, Run, Said, names
from mlops.review.report import GateLine, Report

OBJECTIONS = {  # by the name of the check in conf/gate/
    "pipeline": "its results are not those of the commit",
    "stored": "its outputs are not in the remote",
    "reproduced": "its results were not reproduced",
    "ready": "it does not load and predict",
    "required": "it misses a required metric",
    "baseline": "it hardly beats the naive baseline",
    "production": "it is not shown to be as good as the gate asks",
    "segments": "a segment loses too much",
    "calibration": "the probabilities are off",
    "fairness": "groups differ too much",
    "size": "its file is too large",
    "latency": "it is too slow",
}
SHOWN = 2


def verdict(report: Report) -> Line:
    """The verdict, the main figure, and what merging does."""
    mark = wording.MARKS["pass" if is_good(report) else "fail"]
    return (f"{mark} ", Bold(claim(report)), ": ", *because(report))


def is_good(report: Report) -> bool:
    """Tell whether the report begins with a tick."""
    if report.verdict == "unchanged":
        return not failing(report)
    return report.promotes and report.verdict != "stale" and report.pipeline.failed is None


def claim(report: Report) -> Line:
    """How the candidate stands."""
    production, state = report.production, report.verdict
    if state == "failed" and report.pipeline.failed is not None:
        return ("The pipeline failed at ", Name(report.pipeline.failed))
    if state == "stale":
        return (
            "The results are not committed"
            if report.pipeline.uncommitted
            else "The results are stale",
        )
    if report.rolled_back:
        return ("This model was rolled back", *objections(report))
    if state == "unchanged":
        return ("The model has not changed", *objections(report))
    if production is not None and production.problem is not None:
        return ("Not compared with production ", Said(production.name))
    if state == "failed":
        return ("Not examined",)
    if state == "first" or production is None:
        return ("First model", *objections(report))
    words = {"better": "Better than", "worse": "Worse than"}
    start = words.get(state, "No measurable difference from")
    allowed = permission(report) if state == "worse" and report.promotes else ""
    return (f"{start} production ", Said(production.name), allowed, *objections(report))


def permission(report: Report) -> str:
    """Why a worse model may be promoted."""
    outcomes = [line.outcome for line in report.gate if line.check == "production"]
    if not outcomes:
        return ", with which the gate does not compare"
    return ", as far as the gate allows" if "waived" not in outcomes else ""


def because(report: Report) -> Line:
    """Why it stands so."""
    state = report.verdict
    if state == "failed" and report.pipeline.failed is not None:
        return ("there is nothing to compare.",)
    if state == "stale" and report.pipeline.uncommitted:
        return ("commit what ", Command("uv run dvc repro"), " gives.")
    if state == "stale":
        stages = names(report.pipeline.stale) or ("the pipeline",)
        return ("run again ", *stages, " and all that follows, and commit what comes out.")
    if report.rolled_back:
        return rolled_back(report)
    if state == "unchanged":
        if report.production is None:
            return ("there is nothing to compare.",)
        same: Line = ("it is production ", Said(report.production.name), ", to the byte.")
        if report.base is None or report.base.same:
            return same
        return (*same, " That of ", Said(report.base.name), " is another.")
    start: Line = ("nothing is in production yet. ",) if state == "first" else ()
    merging = what_merging_does(report)
    if state == "failed" and report.pipeline.remote == "no_access":
        return ("this run cannot read the data. ", *merging)
    return (*start, *figures(report), *merging)


def rolled_back(report: Report) -> Line:
    """Which version it is, who brought it, and what brings it back."""
    base, again = report.base, Command("uv run mlops promote --again")
    start: Line = ("it is ", Said(report.rolled_back))
    if base is not None and base.same:
        start = (*start, ", the model of ", Said(base.name), ", which this branch leaves as it is")
    return (*start, ". Merging does not bring it back into production: ", again, " does.")


def what_merging_does(report: Report) -> Line:
    """Whether merging promotes the candidate, and which checks are waived for it."""
    if not report.promotes:
        return ("Merging does not promote it.",)
    waived = dict.fromkeys(line.check for line in report.gate if line.outcome == "waived")
    if not waived:
        return ("Merging promotes it.",)
    return ("Merging promotes it, with ", *names(waived), " waived.")


def figures(report: Report) -> Line:
    """The main metric's value and difference."""
    metric = wording.main_metric(report)
    if metric is None:
        return ()
    places = wording.metric_places(metric)
    found = metric.from_production
    if found is None:
        value = wording.spread(metric.candidate, metric.low, metric.high, places)
    else:
        value = wording.number(metric.candidate, places)
        value += f", {wording.difference(found, places)}"
    return (Said(metric.name), f" {value}. ")


def objections(report: Report) -> Line:
    """What the gate has against it, the first checks named."""
    lines = {line.check: line for line in failing(report)}
    if report.verdict == "worse":
        lines.pop("production", None)  # says the same
    checks = list(lines)
    runs: list[Run] = []
    for number, check in enumerate(checks[:SHOWN]):
        last = number == len(checks) - 1
        start = "; " if report.verdict == "worse" else ", but "
        joint = start if number == 0 else " and " if last else ", "
        known = OBJECTIONS.get(check)
        runs += [joint, known] if known else [joint, "it fails on ", Said(check, 40)]
    if len(checks) > SHOWN:
        runs.append(f" and {len(checks) - SHOWN} more")
    return tuple(runs)


def failing(report: Report) -> list[GateLine]:
    """The checks that fail."""
    return [line for line in report.gate if line.outcome == "fail"]
