"""What the reports of the tests are made of: a starter's figures, moved by some step."""

from typing import Any, Literal

from mlops.review.report import (
    Changes,
    Difference,
    Exam,
    GateLine,
    Metric,
    Outcome,
    Parameter,
    Point,
    Reading,
    Report,
    Rival,
    Segment,
    Stage,
)

COMMIT = "3f1a9c04b7de52c8a6150e9f7b3d2c4a8e6f0b1d"
PRODUCTION = Rival("v1.2.0", "8d2e6b1f90c4a37e5b1d2f8c6a9e0b3d4f5c7a18", rows=26_482, left_out=0)
BASE = Rival("main", "b91c7e2d4a60f8e35c1b9d7a2e4f6c8b0d1e3f5a", rows=26_482, left_out=0)
EXAM = Exam("binary", "roc_auc", 26_482, 30, "day", 1000, 0.95, 0.0072, 0.5)
FIGURES = {  # production, lower is better, half an interval, naive baseline
    "roc_auc": (0.717, False, 0.005, 0.5),
    "average_precision": (0.421, False, 0.007, 0.231),
    "log_loss": (0.481, True, 0.0031, 0.541),
    "brier_score": (0.1544, True, 0.0013, 0.1777),
    "accuracy": (0.784, False, 0.003, 0.769),
    "f1": (0.312, False, 0.014, 0.0),
    "precision": (0.612, False, 0.021, 0.0),
    "recall": (0.209, False, 0.012, 0.0),
}
DAYS = [f"2013-06-{day:02}" for day in range(1, 31, 3)]
WAVE = [0.0, 0.012, -0.021, 0.008, 0.026, -0.015, -0.004, 0.018, -0.029, 0.011]
SEGMENTS = [
    ("origin", "EWR", 9_512, 0.712),
    ("origin", "JFK", 9_021, 0.724),
    ("origin", "LGA", 7_949, 0.709),
    ("carrier", "UA", 4_975, 0.704),
    ("carrier", "B6", 4_621, 0.731),
    ("carrier", "EV", 4_456, 0.715),
    ("carrier", "DL", 4_126, 0.698),
    ("carrier", "AA", 2_757, 0.701),
    ("carrier", "MQ", 2_178, 0.727),
    ("carrier", "US", 1_736, 0.689),
    ("carrier", "9E", 1_437, 0.734),
    ("carrier", "WN", 1_028, 0.722),
]
LEARNING_RATE = Parameter("model.parameters.learning_rate", "0.1", "0.05")
STAGES = ["compose", "ingest", "validate", "split", "train", "evaluate"]


def read(value: float, half: float, lower: bool = False) -> Difference:
    """A difference as the comparison reads it."""
    reading: Reading = "no_difference"
    if abs(value) > half:
        reading = "better" if (value > 0) != lower else "worse"
    return Difference(round(value, 5), round(value - half, 5), round(value + half, 5), reading)


def metrics(step: float) -> list[Metric]:
    """All metrics, moved from production's by so much of the main one."""
    found = []
    for name, (production, lower, half, baseline) in FIGURES.items():
        value = (-0.4 if lower else 1) * step * (1 if name == "roc_auc" else 0.9)
        candidate = production + value
        found.append(
            Metric(
                name=name,
                lower_is_better=lower,
                candidate=round(candidate, 5),
                low=round(candidate - 2 * half, 5),
                high=round(candidate + 2 * half, 5),
                production=production,
                base=production,
                baseline=baseline,
                from_production=read(value, half, lower),
                from_base=read(value, half, lower),
            )
        )
    return found


def segments(step: float, **moved: float) -> list[Segment]:
    """The segments, each moved by about the same, some by what is given."""
    found = []
    for number, (column, value, rows, production) in enumerate(SEGMENTS):
        moves = moved.get(value, step + WAVE[number % len(WAVE)] / 8)
        half = 1.1 / rows**0.5
        found.append(
            Segment(
                column, value, rows, round(production + moves, 4), production, read(moves, half)
            )
        )
    return found


def gate(step: float) -> list[GateLine]:
    """The checks of the starter's gate."""
    value, margin = 0.717 + step, step - 0.005
    passed = margin >= -0.005
    return [
        GateLine("pipeline", "the results are of this commit", "pass"),
        GateLine(
            "ready", "the model loads in a clean process and predicts the reported scores", "pass"
        ),
        figure("required", "roc_auc", value, 0.6, spread=0.01),
        figure("baseline", "roc_auc against the naive baseline", value - 0.5, 0.02, 0.01),
        figure(
            "production",
            "roc_auc against production v1.2.0",
            step,
            -0.005,
            spread=0.005,
            outcome="pass" if passed else "fail",
            remedy="" if passed else "a better model, more test rows, or a wider gate.margin",
        ),
        figure("segments", "largest drop in a segment", 0.0, 0.02, relation="at most"),
        figure(
            "calibration",
            "calibration error",
            0.0121,
            0.1,
            relation="at most",
        ),
        figure("size", "model file", 0.62, 100, relation="at most", unit="MB"),
        figure(
            "latency",
            "time of one row",
            0.21,
            100,
            relation="at most",
            unit="ms",
        ),
    ]


def figure(
    check: str,
    what: str,
    value: float,
    threshold: float,
    spread: float | None = None,
    outcome: Outcome = "pass",
    relation: Literal["at least", "at most"] = "at least",
    unit: Literal["", "MB", "ms"] = "",
    remedy: str = "",
    waiver: str = "",
) -> GateLine:
    """A check with a figure."""
    low, high = (None, None) if spread is None else (value - spread, value + spread)
    return GateLine(
        check, what, outcome, value, low, high, relation, threshold, unit, remedy, waiver
    )


def with_line(lines: list[GateLine], line: GateLine) -> list[GateLine]:
    """The gate, one of its checks replaced."""
    return [line if line.check == old.check else old for old in lines]


def timeline(step: float) -> list[Point]:
    """The main metric by day."""
    return [
        Point(
            day,
            round(0.717 + 1.6 * WAVE[number % 10] + step + WAVE[number * 3 % 10] / 5, 4),
            round(0.717 + 1.6 * WAVE[number % 10], 4),
        )
        for number, day in enumerate(DAYS)
    ]


def calibration() -> list[Point]:
    """Bins of equal width; no model goes higher."""
    return [
        Point(
            number / 10 + 0.05,
            round(number / 10 + 0.05 + WAVE[number], 4),
            round(number / 10 + 0.05 + 2 * WAVE[-number], 4),
        )
        for number in range(8)
    ]


def ran(*names: str) -> list[Stage]:
    """The stages, of which some ran."""
    seconds = {"train": 11.8, "evaluate": 4.3, "ingest": 6.2, "validate": 1.9, "split": 1.2}
    return [
        Stage(name, name in names, seconds.get(name) if name in names else None) for name in STAGES
    ]


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
