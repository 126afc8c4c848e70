"""Every key of `conf/`, declared once. Composition and each stage check against these classes."""

import re
from typing import Annotated, Any, Literal

from mlops.config.gate import Gate
from mlops.config.source import Name, Origin, Reading, Section
from mlops.config.tasks import LOWER_IS_BETTER, METRICS, RATES, TARGETS, Task
from mlops.config.validation import Validation
from msgspec import Meta, field

Days = Annotated[int, Meta(ge=1)]
Share = Annotated[float, Meta(gt=0, lt=1)]
Count = Annotated[int, Meta(ge=1)]
# Columns beside a row's own are called so: its scores, with a dot and a class where there are
# several, and what the prediction log tells of it.
RESERVED = re.compile(r"(baseline_)?score(\..*)?|served\..*")


class Column(Section, frozen=True):
    """What the validate stage expects of one column."""

    type: Literal["number", "integer", "category", "boolean", "timestamp"]  # of its cells
    nullable: bool = False  # whether cells may be empty
    minimum: float | None = None  # of a number, itself allowed
    maximum: float | None = None  # of a number, itself allowed
    categories: list[str] | None = None  # the only ones, a target's in their order; None: any text
    unique: bool = False  # whether no two rows have the same value

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

    name: Name  # what the table is called
    task: Task  # what is asked of the model
    source: Name  # `package:NAME`, or a path that begins with `data/source`
    start: Name | None  # first month, such as 2013-01; None: no months
    through: Name | None  # last month; None: no months
    target: Name  # the column that is predicted
    time: Name | None  # the column that says when a row was
    key: Annotated[list[Name], Meta(min_length=1)]  # the columns that tell one row from another
    group: Name | None  # the column whose rows stay together
    resample: Literal["row", "day", "group"]  # what intervals draw, each as a whole
    segments: list[Name]  # columns by whose values figures are given apart
    identifiers: list[Name]  # columns that are kept, and not shown to the model
    columns: dict[Name, Column]  # all columns of the table
    reader: Name | None = None  # a module of the recipe; None: files, as `reading` says
    reading: Reading | None = None  # how its files are written; None: as the reader knows
    origin: Origin | None = None  # where `mlops adopt` took it from

    def __post_init__(self) -> None:
        for name in self.columns:
            if RESERVED.fullmatch(name):
                raise ValueError(f"columns: {name!r} is kept for columns that are added to a row")
        if not re.match(r"package:.|data/source(/|$)", self.source):
            raise ValueError(
                f"source: expected package:NAME or data/source, which DVC watches, got"
                f" {self.source!r}"
            )
        self.check_window()
        for name in self.reading.columns if self.reading else ():
            if name not in self.columns:
                raise ValueError(f"reading.columns: {name!r} is not one of data.columns")
        if not self.features:
            raise ValueError("columns: nothing is left for the model to learn from")

    def check_window(self) -> None:
        """Refuse a window that is not one of months, or that has one end only."""
        for key, month in (("start", self.start), ("through", self.through)):
            if month is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
                raise ValueError(f"{key}: expected a month such as '2013-06', got {month!r}")
        if (self.start is None) != (self.through is None):
            raise ValueError("start and through: give both, or null for a table without months")
        if self.start is not None and self.time is None:
            raise ValueError("start and through: a window of months needs data.time")
        if self.start is not None and self.through is not None and self.start > self.through:
            raise ValueError(f"start ({self.start}) is after through ({self.through})")

    @property
    def classes(self) -> list[str]:
        """The classes of a multiclass target, in the order in which they are declared."""
        return self.columns[self.target].categories or []

    @property
    def kept_together(self) -> list[str]:
        """The columns by which rows are kept together: those of the group, or of the key."""
        return [self.group] if self.group else self.key

    @property
    def features(self) -> dict[str, Column]:
        """The columns that the model sees, by name: all but target, time and identifiers."""
        hidden = {self.target, self.time, *self.identifiers}
        return {name: column for name, column in self.columns.items() if name not in hidden}


class TimeSplit(Section, tag_field="method", tag="time", frozen=True):
    """`conf/split/time.yaml`: train on the past, test on the last days."""

    name: Name
    validation_days: Days  # kept for validation, before those of the test
    test_days: Days  # kept for the test, the last


class ShareSplit(Section, frozen=True):
    """Which shares of the rows are kept for validation and for the test."""

    name: Name
    validation_share: Share  # of the rows
    test_share: Share  # of the rows

    def __post_init__(self) -> None:
        if self.validation_share + self.test_share >= 1:
            raise ValueError("validation_share and test_share leave nothing to train on")


class HashSplit(ShareSplit, tag_field="method", tag="hash", frozen=True):
    """`conf/split/hash.yaml`: a row's key decides its side, for good."""


class GroupSplit(ShareSplit, tag_field="method", tag="group", frozen=True):
    """`conf/split/group.yaml`: a row's group decides its side, for good: groups stay whole."""


class FoldSplit(Section, tag_field="method", tag="cross_validation", frozen=True):
    """`conf/split/cross_validation.yaml`: each row is tested by a model that has not seen it."""

    name: Name
    folds: Annotated[int, Meta(ge=2, le=50)]  # parts of the rows; each is tested once


Split = TimeSplit | HashSplit | GroupSplit | FoldSplit


class Model(Section, frozen=True):
    """`conf/model/`: an estimator by its dotted name."""

    name: Name  # what the configuration is called
    encoding: Literal["ordinal", "one_hot"]  # how categories become numbers
    parameters: dict[str, Any]  # what the estimator's constructor takes
    classifier: Name | None = None  # its dotted name, for binary and multiclass
    regressor: Name | None = None  # its dotted name, for regression
    class_weight: Literal["balanced"] | None = None
    calibration: Literal["sigmoid", "isotonic"] | None = None


class OwnMetric(Section, frozen=True):
    """A metric that the project's own package measures."""

    function: Name  # its dotted name, such as package.metrics.cost
    lower_is_better: bool  # whether less of it is better


class Evaluation(Section, frozen=True):
    """`conf/evaluation/`: how the test rows are scored and how sure the figures are."""

    name: Name
    metric: Name  # the one that decides: one that the task has, or one of `own`
    threshold: Share | None
    rounds: Annotated[int, Meta(ge=100)]
    confidence: Share  # of the intervals
    own: dict[Name, OwnMetric] = field(default_factory=dict)  # the project's metrics, by name

    def lower_is_better(self, metric: str) -> bool:
        """Tell whether less of a metric is better."""
        own = self.own.get(metric)
        return own.lower_is_better if own else metric in LOWER_IS_BETTER


class Explanation(Section, frozen=True):
    """`conf/explanation/`: how it is measured what the model relies on."""

    name: Name
    rows: Count
    repeats: Annotated[int, Meta(ge=1, le=100)]
    dependence: Annotated[int, Meta(ge=0)]
    shap: bool


class Config(Section, frozen=True):
    """The whole of `params.yaml`."""

    seed: Annotated[int, Meta(ge=0)]
    experiment: Name | None
    recipe: dict[str, Any]
    data: Data
    validation: Validation
    split: Split
    model: Model
    evaluation: Evaluation
    explanation: Explanation
    gate: Gate

    def __post_init__(self) -> None:
        check_columns(self.data, self.gate.fairness.columns)
        check_dependence(self.data, self.split)
        check_task(self)


def check_columns(data: Data, protected: list[str]) -> None:
    """Refuse a role that is given to a column which is not there or not of its type."""
    named = {
        "data.target": [data.target],
        "data.time": [data.time] if data.time else [],
        "data.key": data.key,
        "data.group": [data.group] if data.group else [],
        "data.segments": data.segments,
        "data.identifiers": data.identifiers,
        "gate.fairness.columns": protected,
    }
    for key, columns in named.items():
        for column in columns:
            if column not in data.columns:
                from mlops.config.explain import nearest  # which reads these classes

                hint = nearest(column, list(data.columns))
                raise ValueError(f"{key}: {column!r} is not one of data.columns; {hint}")
    if data.time and data.columns[data.time].type != "timestamp":
        raise ValueError(f"data.columns.{data.time}.type: data.time must be a timestamp")
    if any(column.type == "timestamp" for column in data.features.values()):
        raise ValueError("data.columns: a timestamp is no feature; name it in identifiers")


def check_dependence(data: Data, split: Split) -> None:
    """Refuse to split or to resample by what the table does not have."""
    if data.time is None and (isinstance(split, TimeSplit) or data.resample == "day"):
        raise ValueError("data.time: a split by time and resampling by day need a time column")
    if data.group is None and (isinstance(split, GroupSplit) or data.resample == "group"):
        raise ValueError("data.group: a split or resampling by group needs a group column")
    if data.group is not None and isinstance(split, HashSplit):
        raise ValueError(
            f"data.group: the split hash would put rows of one {data.group} on two sides: where"
            " conf/ chooses it, choose group, or null here"
        )


def check_task(config: Config) -> None:
    """Refuse a target, metrics and checks that are not the task's."""
    data, evaluation, gate = config.data, config.evaluation, config.gate
    target, accepted = data.columns[data.target], TARGETS[data.task]
    where = f"data.columns.{data.target}"
    if target.type not in accepted:
        raise ValueError(f"{where}.type: the target of {data.task} must be {accepted[0]}")
    if target.nullable:
        raise ValueError(f"{where}.nullable: the target is never null; leave such rows out")
    if data.task == "multiclass" and len(set(data.classes)) < max(2, len(data.classes)):
        raise ValueError(f"{where}.categories: name each class of the target, in their order")
    for name in evaluation.own:
        if name in METRICS[data.task]:
            raise ValueError(f"evaluation.own: {name} is a metric of {data.task} already")
    known = [*METRICS[data.task], *evaluation.own]
    named = {"evaluation.metric": [evaluation.metric], "gate.required": [*gate.required]}
    for key, metrics in named.items():
        for metric in metrics:
            if metric not in known:
                raise ValueError(
                    f"{key}: {metric} does not measure {data.task}; there are {', '.join(known)}."
                    f" conf/{key.split('.')[0]}/ has a config for each task"
                )
    if (evaluation.threshold is None) == (data.task == "binary"):
        only = "is for binary classification; set it to null"
        raise ValueError(
            f"evaluation.threshold: {'a number is needed' if data.task == 'binary' else only}"
        )
    if data.task == "regression" and gate.calibration is not None:
        raise ValueError("gate.calibration: is for probabilities; set it to null")
    if data.task == "regression" and (config.model.class_weight or config.model.calibration):
        raise ValueError("model: class_weight and calibration are for classification")
    for rate in gate.fairness.limits:
        if rate not in RATES[data.task]:
            raise ValueError(
                f"gate.fairness.limits: {rate} is no rate of {data.task}; there are"
                f" {', '.join(RATES[data.task])}"
            )
    if config.model.calibration and isinstance(config.split, FoldSplit):
        raise ValueError(
            "model.calibration: needs validation rows, which the split cross_validation does not"
            f" keep: choose {'group' if data.group else 'hash'} where conf/data/{data.name}.yaml or"
            " conf/config.yaml chooses the split, or null here"
        )
