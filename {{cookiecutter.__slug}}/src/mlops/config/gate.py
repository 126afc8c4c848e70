"""What a model has to reach to be promoted, as `conf/gate/` says it."""

from typing import Annotated, Literal

from mlops.config.source import Name, Section
from mlops.config.tasks import Rate
from mlops.config.validation import Limit
from msgspec import Meta

Rows = Annotated[int, Meta(ge=1)]
Check = Literal[
    "required", "baseline", "production", "segments", "calibration", "fairness", "size", "latency"
]


class SegmentLimit(Section, frozen=True):
    """How much worse a segment may measurably get, and from how many rows on it is looked at."""

    drop: Limit  # of evaluation.metric
    rows: Rows  # from how many on a segment is looked at


class Fairness(Section, frozen=True):
    """How far the groups of each protected column may be apart."""

    columns: list[Name]  # whose groups are compared; none: no check
    limits: dict[Rate, Limit]  # by rate
    rows: Rows  # from how many on a group is looked at


class Latency(Section, frozen=True):
    """One row's time, as the review measures it."""

    milliseconds: Limit  # the median of some calls
    fails: bool  # else it only warns


class Gate(Section, frozen=True):
    """`conf/gate/`: what a model has to reach to be promoted. None switches a check off."""

    name: Name
    required: dict[Name, float]  # the least, or most, of a metric on the test rows
    baseline: Limit | None
    production: Literal["non_inferior", "superior", "off"]
    margin: Limit  # of evaluation.metric, for `production`
    segments: SegmentLimit | None
    calibration: Limit | None
    fairness: Fairness
    size: Limit | None
    latency: Latency | None
    waivers: dict[Check, Name]
