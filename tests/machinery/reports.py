"""Reports for every state that a pull request can be in; those in trouble come from beside."""

from typing import Any

from mlops.review.report import (
    Changes,
    Drift,
    File,
    GateLine,
    Importance,
    Leak,
    Parameter,
    Period,
    Pipeline,
    Report,
    Stage,
)
from msgspec.structs import replace

from machinery.report_parts import (
    BASE,
    COMMIT,
    EXAM,
    PRODUCTION,
    calibration,
    compared,
    figure,
    gate,
    metrics,
    ran,
    segments,
    timeline,
    with_line,
)
from machinery.troubled import corrupt, differing, failed, no_access, not_pushed, stale, uncommitted


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
            "remedy": "look at that segment's rows, or waive it with a reason in "
            "gate.waivers.segments",
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
        130,
        100,
        outcome="warning",
        relation="at most",
        unit="ms",
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
            warnings=["data/raw/2013-07.parquet: column 'gust': 31 % null, expected at most 20 %"],
            stages=ran("ingest", "validate", "split", "train", "evaluate"),
        ),
    )


def code_change() -> Report:
    """Many files at once."""
    files = [File(f"src/late_flights/part_{number}.py", 3 * number, number) for number in range(9)]
    return compared(0.001, changes=Changes(files=files, stages=ran("train", "evaluate")))


def many_stages() -> Report:
    """A pipeline that has grown."""
    stages = [Stage(f"stage_{number}", True, float(number)) for number in range(8)]
    before = [Stage(f"old_{number}", False) for number in range(8)]
    return compared(0.001, changes=Changes(stages=[*stages, *before]))


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


def relies_otherwise() -> Report:
    """A feature was added, one was dropped, and the weather counts for more."""
    return compared(
        0.007,
        relies_on=[
            Importance("departure_minute", 0.131, 0.093, 0.169, 0.128, 0.09, 0.165),
            Importance("dew_point", 0.062, 0.041, 0.083, 0.0225, 0.0103, 0.0343),
            Importance("air_pressure", 0.0156, 0.0034, 0.028),
            Importance("carrier", 0.0061, 0.0002, 0.013, 0.031, 0.021, 0.042),
            Importance("wind_gust", 0.0002, 0.0001, 0.0003, 0.0, 0.0, 0.0),
            Importance("pressure", None, None, None, 0.0151, 0.0034, 0.0277),
        ],
    )


def leaking() -> Report:
    """The time of arrival came in, which nobody knows before it."""
    return compared(0.2, leaks=[Leak("arrival_delay", "roc_auc", 0.99973)])


def edited() -> Report:
    """The author looks before the commit."""
    what = "the results are of the edits here, which are not committed"
    return compared(
        0.007,
        gate=with_line(gate(0.007), GateLine("pipeline", what, "pass")),
        pipeline=Pipeline(uncommitted=True),
    )


def unchanged() -> Report:
    """Only the README."""
    return Report(
        verdict="unchanged",
        promotes=False,
        commit=COMMIT,
        production=replace(PRODUCTION, same=True),
        base=replace(BASE, same=True),
        gate=gate(0.0)[:1],
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
    many_stages,
    first,
    relies_otherwise,
    leaking,
    edited,
    unchanged,
    stale,
    uncommitted,
    failed,
    not_pushed,
    no_access,
    corrupt,
    differing,
]
