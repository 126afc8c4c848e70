"""What keeps the figures from being what they should be, and the commands that mend it."""

from mlops.review.presentation import wording
from mlops.review.presentation.document import (
    Block,
    Bold,
    Command,
    Commands,
    Line,
    Messages,
    Name,
    Paragraph,
    Said,
    names,
)
from mlops.review.report import Leak, Pipeline, Report, Rival

PUSH = "uv run dvc push"
RUN_AND_COMMIT = (
    *("uv run dvc repro", "git add --all", 'git commit -m "Run the pipeline"'),
    *(PUSH, "git push -u origin HEAD"),
)
WARNING = "⚠️ "
OTHER = "The figures that are committed are of other code, data or parameters."
UNCOMMITTED = "The figures below are of this run of the pipeline, and no commit holds them."
LEAKS = 3  # columns that are named


def troubles(report: Report) -> list[Block]:
    """Everything that a person has to know before the figures, most of the time nothing."""
    pipeline, blocks = report.pipeline, list[Block]()
    if pipeline.failed is not None and pipeline.messages:
        blocks.append(Messages(tuple(pipeline.messages)))
    if report.verdict == "stale":
        if report.metrics or not pipeline.uncommitted:
            blocks.append(Paragraph((UNCOMMITTED if pipeline.uncommitted else OTHER,)))
        blocks.append(Commands(RUN_AND_COMMIT))
    elif pipeline.not_in_remote:
        blocks += unpushed(pipeline)
    return blocks + [Paragraph(line) for line in notes(report)]


def unpushed(pipeline: Pipeline) -> list[Block]:
    """What others need and cannot get, before a commit, or in a check of it."""
    missing = names(pipeline.not_in_remote)
    if pipeline.uncommitted:
        return [Paragraph(("To push with the commit: ", *missing, ".")), Commands((PUSH,))]
    return [
        Paragraph(("Nobody else can get ", *missing, ". Where they were made:")),
        Commands((PUSH,)),
        Paragraph(("Then run this check again: a push of DVC's alone starts none.",)),
    ]


def notes(report: Report) -> list[Line]:
    """What limits the figures, a sentence each."""
    found: list[Line] = []
    production, pipeline = report.production, report.pipeline
    if pipeline.remote == "no_access" and report.metrics and report.exam is None:
        committed = "the figures are those that were committed; this run cannot read the data."
        found.append((WARNING, Bold(("Not verified",)), f": {committed}"))
    if pipeline.differing:
        outputs = names(pipeline.differing)
        found.append(
            (
                WARNING,
                Bold(("Not reproduced",)),
                ": when they were run again here, ",
                *outputs,
                " came out with other bytes than those committed.",
            )
        )
    if production is not None and production.problem is not None and not is_told(report):
        found.append(
            (
                WARNING,
                Bold(("Production ", Said(production.name), " could not be examined")),
                ": ",
                Said(production.problem),
            )
        )
    if report.base is not None:
        found += unpromoted(report, report.base)
    found += [leak(entry) for entry in report.leaks[:LEAKS]]
    if len(report.leaks) > LEAKS:
        found.append((WARNING, f"and {len(report.leaks) - LEAKS} more such columns"))
    return found


def unpromoted(report: Report, base: Rival) -> list[Line]:
    """Whether the base branch's model is not in production, and what that means for this one."""
    name = Said(base.name)
    if not base.ahead or (base.commit == report.commit and not report.pipeline.uncommitted):
        return []
    if base.same and report.promotes:
        return [waiting(name, base)]
    if base.same and is_refused(report):
        leaves = ", which is not in production: this branch does not change it. Mend it on "
        end = ", or revert the commit that brought it."
        return [("The model is that of ", name, leaves, name, end)]
    if base.same:
        return []
    metric = wording.main_metric(report)
    if metric is None or report.production is None:
        return []
    there: Line = (name, " as this branch left it") if base.moved_on else (name,)
    where: Line = ("that it is ",) if base.moved_on else (name, " it is ")
    told: Line = ("The model of ", *there, " is not in production")
    if base.rolled_back:
        told = (Said(base.rolled_back), ", which was rolled back, is in ", *there)
    counts = ", and counts in the difference from production" if metric.from_production else ""
    against: Line = (".",)
    if metric.from_base is not None:
        shown = wording.difference(metric.from_base, wording.metric_places(metric))
        against = ("; against ", *where, Said(metric.name), f" {shown}.")
    return [
        (
            WARNING,
            Bold(told),
            ". What it changed stays in this one, unless it was taken out",
            counts,
            ". What changed below is of this branch alone",
            *against,
        )
    ]


def waiting(name: Said, base: Rival) -> Line:
    """The base branch's own model would be promoted with this branch."""
    gone: Line = (" It came after ", Said(base.rolled_back), ", which was rolled back.")
    return (
        WARNING,
        Bold(("The model is that of ", name, ", which is not in production")),
        ": this branch does not change it.",
        *(gone if base.rolled_back else ()),
        " Merging promotes it, as ",
        Command("uv run mlops promote"),
        " on ",
        name,
        " does.",
    )


def is_refused(report: Report) -> bool:
    """Tell whether the model that is here was examined and does not get through."""
    is_older = report.verdict == "stale" and not report.pipeline.uncommitted
    known = report.verdict == "unchanged" or is_older or report.pipeline.failed is not None
    return not known and not report.promotes


def leak(entry: Leak) -> Line:
    """A column that tells too much."""
    return (
        WARNING,
        Bold((Name(entry.column), " alone predicts nearly perfectly")),
        " (",
        Said(entry.metric),
        f" {wording.number(entry.value, 4)}): is it known at prediction time?",
    )


def is_told(report: Report) -> bool:
    """Tell whether the gate says why production could not be examined."""
    return any(line.check == "production" and line.outcome == "fail" for line in report.gate)
