"""Every key of `conf/`, declared once. Composition and each stage check against these classes."""

import re
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1)]
Days = Annotated[int, Meta(ge=1)]
Share = Annotated[float, Meta(gt=0, lt=1)]
Count = Annotated[int, Meta(ge=1)]
Limit = Annotated[float, Meta(ge=0)]
Metric = Literal["roc_auc", "average_precision", "log_loss", "brier_score", "accuracy", "f1"]
Check = Literal[
    "required", "baseline", "production", "segments", "calibration", "fairness", "size", "latency"
]

RESERVED = ("score", "baseline_score")  # the columns that evaluate adds to the test rows


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the configuration: unknown keys and wrong types are refused."""


class Column(Section, frozen=True):
    """What the validate stage expects of one column."""

    type: Literal["number", "integer", "category", "boolean", "timestamp"]
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    categories: list[str] | None = None

    def __post_init__(self) -> None:
        bounded = self.minimum is not None or self.maximum is not None
        if bounded and self.type not in ("number", "integer"):
            raise ValueError(f"minimum and maximum are for numbers, not for a {self.type}")
        if self.categories is not None and self.type != "category":
            raise ValueError(f"categories are for a category, not for a {self.type}")
        if self.nullable and self.type == "boolean":
            raise ValueError("a boolean is never null; declare it as a category")


class Data(Section, frozen=True):
    """`conf/data/`: where the table comes from and what its columns are."""

    name: Name
    task: Literal["binary"]
    source: Name
    start: Name
    through: Name
    target: Name
    time: Name | None
    key: Annotated[list[Name], Meta(min_length=1)]
    group: Name | None
    segments: list[Name]
    identifiers: list[Name]
    columns: dict[Name, Column]

    def __post_init__(self) -> None:
        for name in RESERVED:
            if name in self.columns:
                raise ValueError(f"columns: {name!r} is what evaluate calls its own column")
        for key, month in (("start", self.start), ("through", self.through)):
            if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
                raise ValueError(f"{key}: expected a month such as '2013-06', got {month!r}")
        if not re.match(r"package:.|data/source(/|$)", self.source):
            raise ValueError(
                f"source: expected package:NAME or data/source, which DVC watches, got"
                f" {self.source!r}"
            )
        if self.start > self.through:
            raise ValueError(f"start ({self.start}) is after through ({self.through})")
        if not self.features:
            raise ValueError("columns: nothing is left for the model to learn from")

    @property
    def features(self) -> dict[str, Column]:
        """The columns that the model sees, by name: all but target, time and identifiers."""
        hidden = {self.target, self.time, *self.identifiers}
        return {name: column for name, column in self.columns.items() if name not in hidden}


class TimeSplit(Section, tag_field="method", tag="time", frozen=True):
    """`conf/split/time.yaml`: train on the past, test on the last days."""

    name: Name
    validation_days: Days
    test_days: Days


class HashSplit(Section, tag_field="method", tag="hash", frozen=True):
    """`conf/split/hash.yaml`: a row's key decides its side, for good."""

    name: Name
    validation_share: Share
    test_share: Share

    def __post_init__(self) -> None:
        if self.validation_share + self.test_share >= 1:
            raise ValueError("validation_share and test_share leave nothing to train on")


class Model(Section, frozen=True):
    """`conf/model/`: an estimator by its dotted name."""

    name: Name
    encoding: Literal["ordinal", "one_hot"]
    parameters: dict[str, Any]
    classifier: Name | None = None
    regressor: Name | None = None


class Evaluation(Section, frozen=True):
    """`conf/evaluation/`: how the test rows are scored and how sure the figures are."""

    name: Name
    metric: Metric
    threshold: Share
    resample: Literal["row", "day", "group"]
    rounds: Annotated[int, Meta(ge=100)]
    confidence: Share


class SegmentLimit(Section, frozen=True):
    """How much worse a segment may measurably get, and from how many rows on it is looked at."""

    drop: Limit
    rows: Count


class Fairness(Section, frozen=True):
    """How far the groups of each protected column may be apart."""

    columns: list[Name]
    selection_rate: Share
    error_rate: Share
    rows: Count


class Latency(Section, frozen=True):
    """One row's time, as a multiple of what a constant scorer takes beside it."""

    ratio: Limit
    fails: bool


class Gate(Section, frozen=True):
    """`conf/gate/`: what a model has to reach to be promoted. None switches a check off."""

    name: Name
    required: dict[Metric, float]
    baseline: Limit | None
    production: Literal["non_inferior", "superior", "off"]
    margin: Limit
    segments: SegmentLimit | None
    calibration: Limit | None
    fairness: Fairness
    size: Limit | None
    latency: Latency | None
    waivers: dict[Check, Name]


class Config(Section, frozen=True):
    """The whole of `params.yaml`."""

    seed: Annotated[int, Meta(ge=0)]
    experiment: Name | None
    recipe: dict[str, Any]
    data: Data
    split: TimeSplit | HashSplit
    model: Model
    evaluation: Evaluation
    gate: Gate

    def __post_init__(self) -> None:
        named = {
            "data.target": [self.data.target],
            "data.time": [self.data.time] if self.data.time else [],
            "data.key": self.data.key,
            "data.group": [self.data.group] if self.data.group else [],
            "data.segments": self.data.segments,
            "data.identifiers": self.data.identifiers,
            "gate.fairness.columns": self.gate.fairness.columns,
        }
        for key, columns in named.items():
            for column in columns:
                if column not in self.data.columns:
                    raise ValueError(f"{key}: {column!r} is not one of data.columns")
        if self.data.time and self.data.columns[self.data.time].type != "timestamp":
            raise ValueError(f"data.columns.{self.data.time}.type: data.time must be a timestamp")
        if any(column.type == "timestamp" for column in self.data.features.values()):
            raise ValueError("data.columns: a timestamp is no feature; name it in identifiers")
        if self.data.columns[self.data.target].type != "boolean":
            raise ValueError(f"data.columns.{self.data.target}.type: the target must be boolean")
        by_time = isinstance(self.split, TimeSplit) or self.evaluation.resample == "day"
        if by_time and self.data.time is None:
            raise ValueError("data.time: a split by time and resampling by day need a time column")
        if self.evaluation.resample == "group" and self.data.group is None:
            raise ValueError("data.group: resampling by group needs a group column")
