"""The report of a review as data: what `reports/pull-request.json` holds, and how it is read.

The privileged workflow reads it as hostile input: every text and list is bounded, unknown keys and
wrong types are refused, and it says nothing about which pull request it belongs to.
"""

from typing import Annotated, Literal

import msgspec
from mlops.config.tasks import Task
from mlops.errors import UserError
from msgspec import Meta, Struct

SCHEMA = 1
LARGEST = 1_000_000  # bytes of a report that is read
FEATURES = 100  # whose importance is told
LEAKS = 20

Text = Annotated[str, Meta(max_length=400)]
Number = Annotated[float, Meta(ge=-1e15, le=1e15)]
Count = Annotated[int, Meta(ge=0, le=10**15)]
Commit = Annotated[str, Meta(pattern=r"\A[0-9a-f]{40}\Z")]
Few = Meta(max_length=60)
Many = Meta(max_length=500)

Verdict = Literal["better", "worse", "no_difference", "first", "unchanged", "stale", "failed"]
Reading = Literal["better", "worse", "no_difference"]
Remote = Literal["shared", "directory", "no_access"]
Outcome = Literal["pass", "fail", "warning", "waived"]


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the report: unknown keys and wrong types are refused."""


class Difference(Part, frozen=True):
    """Candidate minus another model on the same rows, with its interval and what it means."""

    value: Number
    low: Number | None
    high: Number | None
    reading: Reading | None  # None where one unit, or none, leaves nothing to tell


class Rival(Part, frozen=True):
    """A model that the candidate is compared with: production's, or the base branch's.

    `problem` says why it could not be examined. `left_out` counts the test rows that it was trained
    on; None where that could not be found out.
    """

    name: Text  # v1.2.0, or the branch
    commit: Commit | None
    problem: Text | None = None
    threshold: Number | None = None  # from which on it calls a row positive
    same: bool = False  # the candidate's own bytes, examined on the same rows
    rows: Count | None = None  # the rows of its exam
    left_out: Count | None = None
    other_inputs: Count = 0  # rows with other inputs than its own: its recorded scores count there
    ahead: bool = False  # its model is of a commit after production's, and another
    rolled_back: Text = ""  # the version that it is, or came after, if that was rolled back
    newer: bool = False  # a run merged it with a branch that lacks its last commits
    moved_on: bool = False  # the branch has later commits, which are not merged here


class Metric(Part, frozen=True):
    """One metric of all models on the candidate's test rows."""

    name: Text
    lower_is_better: bool
    candidate: Number | None
    low: Number | None
    high: Number | None
    production: Number | None
    base: Number | None
    baseline: Number | None
    from_production: Difference | None
    from_base: Difference | None


class Segment(Part, frozen=True):
    """The main metric on one segment; intervals are widened for looking at many segments."""

    column: Text
    value: Text
    rows: Count
    candidate: Number | None
    production: Number | None
    difference: Difference | None


class GateLine(Part, frozen=True):
    """One check: `value` has to be on the right side of `threshold`; `remedy` says what helps."""

    check: Text  # its name in conf/gate/, by which it can be waived
    what: Text
    outcome: Outcome
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    relation: Literal["at least", "at most"] | None = None
    threshold: Number | None = None
    unit: Literal["", "MB", "ms"] = ""
    remedy: Text = ""
    waiver: Text = ""


class Exam(Part, frozen=True):
    """How the candidate was examined. `detectable`: what it would find in 8 of 10 cases."""

    task: Task
    metric: Text
    rows: Count
    units: Count
    resample: Literal["row", "day", "group"]
    rounds: Count
    confidence: Number
    detectable: Number | None
    threshold: Number | None  # from which on a row counts as positive
    folds: Count | None = None  # of a cross-validation


class Point(Part, frozen=True):
    """A point of a chart; `x` is a number or a period. Several models share an `x`."""

    x: Number | Text
    candidate: Number | None
    production: Number | None = None


class Importance(Part, frozen=True):
    """How much the main metric loses when a feature is shuffled; None where it is not a feature."""

    column: Text
    candidate: Number | None
    low: Number | None
    high: Number | None
    production: Number | None = None
    production_low: Number | None = None
    production_high: Number | None = None


class Leak(Part, frozen=True):
    """A feature that alone predicts nearly perfectly."""

    column: Text
    metric: Text
    value: Number


class Parameter(Part, frozen=True):
    """A value of params.yaml that changed, as texts; None where the key was not there."""

    key: Text
    old: Text | None
    new: Text | None


class Period(Part, frozen=True):
    """A partition of the data whose rows changed; None where it was not there."""

    name: Text
    old: Count | None
    new: Count | None


class Drift(Part, frozen=True):
    """How far a column's new rows are from its old ones (population stability index)."""

    column: Text
    psi: Number


class File(Part, frozen=True):
    """A file of the code or configuration that changed, with lines added and removed."""

    path: Text
    added: Count
    removed: Count


class Stage(Part, frozen=True):
    """A stage against the base branch; `seconds` where it ran on this machine."""

    name: Text
    changed: bool
    seconds: Number | None = None


class Changes(Part, frozen=True):
    """What the candidate changes against the base branch."""

    parameters: Annotated[list[Parameter], Many] = []
    periods: Annotated[list[Period], Many] = []
    columns: Annotated[list[Parameter], Many] = []
    drift: Annotated[list[Drift], Many] = []
    warnings: Annotated[list[Text], Many] = []  # of validate
    files: Annotated[list[File], Many] = []
    stages: Annotated[list[Stage], Few] = []


class Pipeline(Part, frozen=True):
    """Whether the results are those of the commit, and whether others can get them."""

    remote: Remote = "directory"
    stale: Annotated[list[Text], Few] = []  # to run again with all that follow, and to commit
    failed: Text | None = None  # the stage that failed here
    messages: Annotated[list[Text], Few] = []
    not_in_remote: Annotated[list[Text], Few] = []
    differing: Annotated[list[Text], Few] = []  # outputs that were rebuilt with other bytes
    uncommitted: bool = False  # the results are of what is here, which no commit holds
    unreachable: Text = ""  # which remote gives no access here, and why


class Report(Part, frozen=True, kw_only=True):
    """The whole report."""

    schema: Literal[1] = 1
    verdict: Verdict
    promotes: bool
    commit: Commit
    state: Text = ""  # a digest of what was reviewed, to tell whether it is still the same
    production: Rival | None = None
    base: Rival | None = None
    rolled_back: Text = ""  # the version that the candidate is, if that was rolled back
    exam: Exam | None = None
    gate: Annotated[list[GateLine], Few] = []
    metrics: Annotated[list[Metric], Few] = []
    segments: Annotated[list[Segment], Many] = []
    calibration: Annotated[list[Point], Few] = []
    timeline: Annotated[list[Point], Few] = []
    relies_on: Annotated[list[Importance], Meta(max_length=FEATURES)] = []
    leaks: Annotated[list[Leak], Meta(max_length=LEAKS)] = []
    changes: Changes = Changes()
    pipeline: Pipeline = Pipeline()


def dumps(report: Report) -> str:
    """Write a report as JSON, the same bytes for the same report."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


def loads(text: bytes) -> Report:
    """Read a report that anybody may have written. Raise `UserError` where it is not one."""
    if len(text) > LARGEST:
        raise UserError(f"the report has {len(text):,} bytes, more than {LARGEST:,}: refused")
    try:
        return msgspec.json.decode(text, type=Report)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UserError(f"the report is not valid: {' '.join(str(error).split())[:200]}") from None


def clip(text: object, longest: int = 400) -> str:
    """A text as the report may hold it: one line, bounded."""
    line = " ".join(str(text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
