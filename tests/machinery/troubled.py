"""Reports of pull requests whose results are stale, missing, damaged or not to be reached."""

from mlops.review.report import (
    Changes,
    GateLine,
    Parameter,
    Pipeline,
    Report,
)
from msgspec.structs import replace

from machinery.report_parts import (
    BASE,
    COMMIT,
    PRODUCTION,
    compared,
    figure,
    gate,
    metrics,
    with_line,
)


def stale() -> Report:
    """Parameters were edited, and nothing was run."""
    line = GateLine(
        "pipeline",
        "the results are of this commit",
        "fail",
        remedy="`uv run dvc repro`, then commit what it gives: `git add --all`, `git commit`",
    )
    return compared(
        0.007,
        verdict="stale",
        promotes=False,
        gate=with_line(gate(0.007), line),
        pipeline=Pipeline(stale=["train", "evaluate"]),
    )


def uncommitted() -> Report:
    """The pipeline ran, and nothing of it is in Git yet."""
    return replace(stale(), pipeline=Pipeline(stale=["train", "evaluate"], uncommitted=True))


def failed() -> Report:
    """The new data is not what the schema says."""
    return Report(
        verdict="failed",
        promotes=False,
        commit=COMMIT,
        production=PRODUCTION,
        base=BASE,
        gate=[
            GateLine(
                "pipeline",
                "the results are of this commit",
                "fail",
                remedy="mend what keeps validate from running",
            )
        ],
        changes=Changes(parameters=[Parameter("data.through", '"2013-06"', '"2013-07"')]),
        pipeline=Pipeline(
            stale=["validate", "split", "train", "evaluate"],
            failed="validate",
            messages=[
                "data/raw/2013-07.parquet: distance: row 18: -1.0, expected at least 1 (3 rows)",
                "data/raw/2013-07.parquet: origin: row 7: `EWK`, expected EWR, JFK or LGA (1 row)",
            ],
        ),
    )


def not_pushed() -> Report:
    """The outputs are on the author's machine only."""
    line = figure(
        "stored",
        "outputs that the remote lacks",
        2,
        0,
        outcome="fail",
        relation="at most",
        remedy="uv run dvc push",
    )
    return compared(
        0.007,
        promotes=False,
        gate=[line, *gate(0.007)],
        pipeline=Pipeline(
            remote="shared", not_in_remote=["models/model.skops", "reports/predictions.parquet"]
        ),
    )


def no_access() -> Report:
    """A fork's runner has no access to the remote: only what was committed is known."""
    lines = [
        GateLine("pipeline", "the results are of this commit", "pass"),
        GateLine(
            "stored",
            "the remote can be read here",
            "fail",
            remedy="give this runner access, or let someone with access push the branch",
        ),
    ]
    committed = [
        replace(metric, from_production=None, from_base=None, baseline=None)
        for metric in metrics(0.007)
    ]
    return Report(
        verdict="failed",
        promotes=False,
        commit=COMMIT,
        production=PRODUCTION,
        base=BASE,
        gate=lines,
        metrics=committed,
        pipeline=Pipeline(remote="no_access"),
    )


def corrupt() -> Report:
    """Production's model is there, with other bytes."""
    problem = "models/model.skops of v1.2.0 has another digest than dvc.lock says: not loaded"
    line = GateLine(
        "production",
        "roc_auc against production v1.2.0",
        "fail",
        remedy=f"{problem}; where that stays so, waive it with a reason in gate.waivers.production",
    )
    alone = [replace(metric, production=None, from_production=None) for metric in metrics(0.007)]
    return compared(
        0.007,
        verdict="failed",
        promotes=False,
        production=replace(PRODUCTION, problem=problem, rows=None, left_out=None),
        gate=with_line(gate(0.007), line),
        metrics=alone,
        segments=[],
        timeline=[],
    )


def differing() -> Report:
    """The runner rebuilt the model, and got another one."""
    line = figure(
        "reproduced",
        "outputs rebuilt here with other bytes",
        1,
        0,
        outcome="warning",
        relation="at most",
        remedy="set up a remote that runners reach, or commit the lock that the run made",
    )
    return compared(
        0.007,
        gate=[line, *gate(0.007)],
        pipeline=Pipeline(differing=["models/model.skops"]),
    )
