"""Review: examine the candidate, put it through the gate, and say what the report says."""

import json
import tempfile
from pathlib import Path
from typing import Any

from mlops import layout
from mlops.config import params
from mlops.config.schema import Config, FoldSplit
from mlops.release import facts, registry
from mlops.release.registry import Version
from mlops.repository import git, lock
from mlops.review import base_branch, changes, exam, gate, points, reliance, state
from mlops.review.exam import Result
from mlops.review.latest import state_digest
from mlops.review.report import Exam, Metric, Pipeline, Report, Rival, Verdict, clip
from msgspec.structs import replace


def review(again: bool = False) -> Report:
    """Compare the project as it is here with production and with the base branch.

    `again`: a model that was rolled back is examined as any other. Raise `UserError` where there is
    nothing to review: no commit, no usable `params.yaml`.
    """
    commit, config, before = git.head(), params.load(), state_digest()
    version = registry.production()
    base = base_branch.find(version)
    production = Rival(clip(version.name), version.commit) if version else None
    if version and production and is_production(version):
        return unexamined(observe(commit, replace(production, same=True), compared(base)), before)
    own = facts.identity(lock.read())
    if version and not again and (returning := base_branch.rolled_back(own)):
        report = observe(commit, production, compared(base))
        return unexamined(replace(report, rolled_back=clip(returning.name)), before)
    with tempfile.TemporaryDirectory() as folder:
        sitting = exam.start(config, production, version, base, Path(folder))
        report = observe(commit, production, base)
        result = exam.finish(sitting, config)
    if report.pipeline.failed:
        return report
    return fill(replace(report, state=before), config, result)


def unexamined(report: Report, state: str) -> Report:
    """The report on a model that is known, and not examined again."""
    verdict: Verdict = "stale" if report.pipeline.stale else "unchanged"
    return report if report.pipeline.failed else replace(report, verdict=verdict, state=state)


def compared(base: Rival | None) -> Rival | None:
    """The base branch, and whether its model is the candidate's, to the byte."""
    if base is None:
        return None
    own = facts.identity(lock.read())
    return replace(base, same=own is not None and own == facts.identity(lock.at(base.commit)))


def observe(commit: str, production: Rival | None, base: Rival | None) -> Report:
    """What can be told without an exam: the state of the pipeline, and what changes."""
    pipeline = state.pipeline_state()
    composed = pipeline.uncommitted or "compose" not in (*pipeline.stale, pipeline.failed)
    return Report(
        verdict="failed",
        promotes=False,
        commit=commit,
        production=production,
        base=base,
        gate=list(gate.pipeline_lines(pipeline, examined=True)),
        pipeline=pipeline,
        changes=changes.changes(base.commit if base else None, composed),
    )


def fill(report: Report, config: Config, result: Result) -> Report:
    """Put what the exam found into the report."""
    lines = gate.gate(config, report.pipeline, result)
    verdict = verdict_of(report.pipeline, result)
    promotes = gate.passes(lines) and verdict not in ("stale", "unchanged")
    report = replace(
        report,
        verdict=verdict,
        promotes=promotes,
        production=result.production,
        base=result.base,
        gate=lines,
        relies_on=reliance.relies_on(result.production.commit if result.production else None),
        leaks=reliance.leaks(),
    )
    comparison = result.comparison
    if comparison is None or result.table is None or result.scores is None:
        return replace(report, metrics=committed_metrics(config, result))
    evaluation = config.evaluation
    return replace(
        report,
        exam=Exam(
            task=config.data.task,
            metric=evaluation.metric,
            rows=comparison.rows,
            units=comparison.units,
            resample=config.data.resample,
            rounds=evaluation.rounds,
            confidence=evaluation.confidence,
            detectable=comparison.detectable,
            threshold=evaluation.threshold,
            folds=config.split.folds if isinstance(config.split, FoldSplit) else None,
        ),
        metrics=comparison.metrics,
        segments=comparison.segments,
        calibration=points.calibration(result.table, result.scores, config),
        timeline=points.timeline(result.table, result.scores, config, result.thresholds),
    )


def verdict_of(pipeline: Pipeline, result: Result) -> Verdict:
    """Say in a word how the candidate stands against production."""
    if pipeline.stale:
        return "stale"
    if result.comparison is None:
        return "failed"
    if result.production is None:
        return "first"
    if result.production.problem:
        return "failed"
    found = result.comparison.metrics[0].from_production
    return (found.reading if found else None) or "no_difference"


def is_production(version: Version) -> bool:
    """Tell whether what would serve is, to the byte, what is in production."""
    own = facts.identity(lock.read())
    return own is not None and own == facts.identity(lock.at(version.commit))


def committed_metrics(config: Config, result: Result) -> list[Metric]:
    """The figures as they were committed, where they cannot be examined here."""
    own = figures(layout.METRICS.read_text("utf-8") if layout.METRICS.is_file() else None)
    theirs = [
        figures(
            git.show(rival.commit, layout.METRICS.as_posix()) if rival and rival.commit else None
        )
        for rival in (result.production, result.base)
    ]
    main = config.evaluation.metric
    return [
        Metric(
            name=clip(name),
            lower_is_better=config.evaluation.lower_is_better(name),
            candidate=own[name].get("value"),
            low=own[name].get("low"),
            high=own[name].get("high"),
            production=theirs[0].get(name, {}).get("value"),
            base=theirs[1].get(name, {}).get("value"),
            baseline=None,
            from_production=None,
            from_base=None,
        )
        for name in sorted(own, key=lambda name: name != main)
    ]


def figures(text: str | None) -> dict[str, Any]:
    """The test metrics in the text of a `metrics.json`; empty where it is none."""
    try:
        found = json.loads(text or "")["test"]
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
