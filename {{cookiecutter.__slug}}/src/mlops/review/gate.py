"""The gate: what a candidate has to reach to be promoted, one line a check."""

from collections.abc import Iterator

from mlops.config.schema import Config, FoldSplit
from mlops.review import checks
from mlops.review.checks import outcome
from mlops.review.exam import Result
from mlops.review.report import GateLine, Outcome, Pipeline, clip
from msgspec.structs import replace


def gate(config: Config, pipeline: Pipeline, result: Result) -> list[GateLine]:
    """Check everything that `conf/gate/` asks for."""
    lines = [*pipeline_lines(pipeline, result.problem is None), ready(config, result)]
    if result.comparison and result.table is not None and result.scores is not None:
        lines += checks.required(config, result.comparison)
        lines += checks.baseline(config, result.comparison)
        lines += checks.production(config, result)
        lines += checks.segments(config, result.comparison)
        score = result.scores["candidate"]
        lines += checks.calibration(config, result.table, score)
        lines += checks.fairness(config, result.table, score)
    lines += checks.artefact(config, result)
    return [waived(line, config) for line in lines]


def passes(lines: list[GateLine]) -> bool:
    """Tell whether no line fails."""
    return all(line.outcome != "fail" for line in lines)


def waived(line: GateLine, config: Config) -> GateLine:
    """Let a failing check pass where `conf/gate/` gives a reason."""
    for check, reason in config.gate.waivers.items():
        if line.outcome == "fail" and line.check == check:
            return replace(line, outcome="waived", waiver=clip(reason))
    return line


def pipeline_lines(pipeline: Pipeline, examined: bool) -> Iterator[GateLine]:
    """The results are those of the commit, and others can get them."""
    current = not pipeline.failed and not pipeline.stale
    edits = "the edits here, which are not committed"
    again = "`uv run dvc repro`, then commit what it gives: `git add --all`, `git commit`"
    remedy = f"mend what keeps {pipeline.failed} from running" if pipeline.failed else again
    yield GateLine(
        check="pipeline",
        what=f"the results are of {edits if current and pipeline.uncommitted else 'this commit'}",
        outcome=outcome(current),
        remedy="" if current else remedy,
    )
    if pipeline.remote == "shared":
        missing = len(pipeline.not_in_remote)
        lacking: Outcome = "warning" if pipeline.uncommitted else "fail"  # it can still be pushed
        yield GateLine(
            check="stored",
            what="outputs that the remote lacks",
            outcome=lacking if missing else "pass",
            value=missing,
            relation="at most",
            threshold=0,
            remedy="uv run dvc push" if missing else "",
        )
    if pipeline.remote == "no_access":
        yield GateLine(
            check="stored",
            what="the remote can be read here",
            outcome="warning" if examined else "fail",
            remedy=clip(
                f"{pipeline.unreachable}: whether others can get the outputs is not known;"
                " `uv run dvc push` where there is access tells"
            ),
        )
    if pipeline.differing:
        shared = pipeline.remote == "shared"
        yield GateLine(
            check="reproduced",
            what="outputs rebuilt here with other bytes",
            outcome="warning" if shared else "fail",
            value=len(pipeline.differing),
            relation="at most",
            threshold=0,
            remedy="set up a remote that runners reach, or commit the lock that the run made",
        )


def ready(config: Config, result: Result) -> GateLine:
    """The model loads in a clean process and predicts what was reported.

    What is reported of a cross-validation was predicted by other models, of a part of the rows.
    """
    reported = "" if isinstance(config.split, FoldSplit) else " the reported scores"
    return GateLine(
        check="ready",
        what=f"the model loads in a clean process and predicts{reported}",
        outcome=outcome(result.problem is None),
        remedy=result.problem or "",
    )
