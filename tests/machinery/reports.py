"""Reports for every state that a pull request can be in."""

from typing import Any

from mlops.review.report import (
    Changes,
    Drift,
    File,
    GateLine,
    Parameter,
    Period,
    Pipeline,
    Report,
)
from msgspec.structs import replace

from machinery.report_parts import (
    BASE,
    COMMIT,
    EXAM,
    LEARNING_RATE,
    PRODUCTION,
    calibration,
    figure,
    gate,
    metrics,
    ran,
    segments,
    timeline,
    with_line,
)


def compared(step: float, **fields: Any) -> Report:
    """A candidate that differs from production by so much."""
    reading = metrics(step)[0].from_production
    assert reading is not None
    whole: dict[str, Any] = {
        "verdict": reading.reading,
        "promotes": all(line.outcome != "fail" for line in gate(step)),
        "commit": COMMIT,
        "production": PRODUCTION,
        "base": BASE,
        "exam": EXAM,
        "gate": gate(step),
        "metrics": metrics(step),
        "segments": segments(step),
        "calibration": calibration(),
        "timeline": timeline(step),
        "changes": Changes(parameters=[LEARNING_RATE], stages=ran("train", "evaluate")),
    }
    return Report(**(whole | fields))


def better() -> Report:
    """A smaller learning rate pays."""
    return compared(0.007)


def worse() -> Report:
    """A feature was spoilt."""
    moved = segments(-0.021)
    dropped = segment_drop_line("carrier=DL", 0.0312)
    return compared(
        -0.021,
        production=replace(PRODUCTION, other_inputs=26_482),
        segments=moved,
        gate=with_line(gate(-0.021), dropped),
        changes=Changes(
            files=[File("src/late_flights/features.py", 3, 11)],
            stages=ran("train", "evaluate"),
        ),
    )


def no_difference() -> Report:
    """A change inside the noise, which the margin allows."""
    return compared(0.001)


def segment_drop_line(segment: str, drop: float, **fields: Any) -> GateLine:
    """The check of segments, failing."""
    return figure(
        **{
            "check": "segments",
            "what": f"largest drop in a segment: {segment}",
            "value": drop,
            "threshold": 0.02,
            "outcome": "fail",
            "relation": "at most",
            "remedy": "look at that segment's rows, or waive segments",
            **fields,
        }
    )


def segment_drop() -> Report:
    """Better in all, and worse for one carrier."""
    return compared(
        0.007,
        promotes=False,
        segments=segments(0.009, US=-0.041),
        gate=with_line(gate(0.007), segment_drop_line("carrier=US", 0.041)),
    )


def waived() -> Report:
    """The same, agreed upon."""
    line = segment_drop_line(
        "carrier=US",
        0.041,
        outcome="waived",
        remedy="",
        waiver="US leaves JFK in July; agreed with operations on 2013-06-20",
    )
    return compared(0.007, segments=segments(0.009, US=-0.041), gate=with_line(gate(0.007), line))


def warning() -> Report:
    """Slow on a noisy runner, which does not stop it."""
    line = figure(
        "latency",
        "time of one row",
        1300,
        1000,
        outcome="warning",
        relation="at most",
        unit="x",
        remedy="a smaller model",
    )
    return compared(0.007, gate=with_line(gate(0.007), line))


def data_change() -> Report:
    """A month of data was added."""
    return compared(
        0.004,
        production=replace(PRODUCTION, left_out=1_204),
        changes=Changes(
            parameters=[Parameter("data.through", '"2013-06"', '"2013-07"')],
            periods=[Period("2013-07", None, 28_293), Period("2013-03", 27_902, 27_902)],
            columns=[Parameter("data.columns.plane_age.maximum", "100.0", "120.0")],
            drift=[Drift("temperature", 0.61), Drift("dew_point", 0.48), Drift("humidity", 0.13)],
            stages=ran("ingest", "validate", "split", "train", "evaluate"),
        ),
    )


def code_change() -> Report:
    """Many files at once."""
    files = [File(f"src/late_flights/part_{number}.py", 3 * number, number) for number in range(9)]
    return compared(0.001, changes=Changes(files=files, stages=ran("train", "evaluate")))


def first() -> Report:
    """No model is in production yet."""
    alone = [
        replace(metric, production=None, base=None, from_production=None, from_base=None)
        for metric in metrics(0.0)
    ]
    return compared(
        0.0,
        verdict="first",
        production=None,
        base=replace(BASE, rows=None, problem="there is no model in dvc.lock at b91c7e2d"),
        exam=replace(EXAM, detectable=None),
        gate=[line for line in gate(0.0) if line.check not in {"production", "segments"}],
        metrics=alone,
        segments=[replace(found, production=None, difference=None) for found in segments(0.0)],
        timeline=[replace(point, production=None) for point in timeline(0.0)],
        calibration=[replace(point, production=None) for point in calibration()],
        changes=Changes(),
    )


def unchanged() -> Report:
    """Only the README."""
    return Report(
        verdict="unchanged",
        promotes=False,
        commit=COMMIT,
        production=replace(PRODUCTION, same=True),
        base=BASE,
        gate=gate(0.0)[:1],
    )


def stale() -> Report:
    """Parameters were edited, and nothing was run."""
    line = GateLine(
        "pipeline",
        "dvc.lock is of this commit",
        "fail",
        remedy="commit what `dvc repro` gives: uv run dvc repro",
    )
    return compared(
        0.007,
        verdict="stale",
        promotes=False,
        gate=with_line(gate(0.007), line),
        pipeline=Pipeline(stale=["train", "evaluate"]),
    )


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
                "dvc.lock is of this commit",
                "fail",
                remedy="mend the stage that failed: uv run dvc repro",
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
        GateLine("pipeline", "dvc.lock is of this commit", "pass"),
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
        remedy=f"{problem}; bring it back (uv run dvc push where it was made), or waive "
        "gate.production with a reason",
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


STATES = [
    better,
    worse,
    no_difference,
    segment_drop,
    waived,
    warning,
    data_change,
    code_change,
    first,
    unchanged,
    stale,
    failed,
    not_pushed,
    no_access,
    corrupt,
    differing,
]
