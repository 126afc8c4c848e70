"""Which part each column plays: key, time, group, segment, identifier, or feature."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlops.adopt import names
from mlops.adopt.request import Request
from mlops.adopt.sample import Sample, Seen
from mlops.config.explain import nearest
from mlops.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

NAMES_ROWS = re.compile(
    r"(^|_)(id|ids|key|uuid|guid|nr|no|number|code|row_in_file)$|^(id|index)(_|$)"
)
NO_CLOCK = re.compile(r"birth|born|dob")
TEXT_WORDS, TEXT_LENGTH = 4, 40  # on average, from which on texts are prose
DIFFERENT = 0.9  # of the texts being so, they name the rows
SMALL = 20  # rows, in which everything is different
CATEGORIES = 10_000  # at most
SEGMENTS, SEGMENT_SHARE = 2, 0.05  # found at most, and the share of rows of the smallest category
SEGMENT_CATEGORIES = range(2, 11)


@dataclass(frozen=True)
class Roles:
    """The parts, by name; `identifiers` and `left_out` say why."""

    key: list[str]
    time: str | None
    group: str | None
    segments: list[str]
    identifiers: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def counts_rows(self) -> bool:
        """Whether ingest numbers the rows, since nothing else names them."""
        return self.key == [names.ROW]


def find(sample: Sample, target: Seen, request: Request) -> Roles:
    """Give each column its part. Raise `UserError` where a part that was asked for does not fit."""
    named = {column(sample, name, option).name for option, name in given(request)}
    left_out = {
        seen.name: "nothing but nulls" if not seen.distinct else "the same in every row"
        for seen in sample.columns
        if seen.name not in named and (not seen.distinct or constant(seen))
    }
    usable = [seen for seen in sample.columns if seen.name not in left_out and seen is not target]
    time = time_of(sample, usable, request)
    group = column(sample, request.group, "--group").name if request.group else None
    key = given_key(sample, request) if request.key else found_key(sample, usable, time, target)
    identifiers = identifiers_of(sample, usable, key, time, group)
    features = [seen for seen in usable if seen.name not in {*identifiers, time}]
    if not features:
        raise UserError(f"{sample.file}: beside {target.header!r} there is no column to learn from")
    segments = [column(sample, name, "--segments").name for name in request.segments]
    return Roles(key, time, group, segments or found_segments(features), identifiers, left_out)


def given(request: Request) -> list[tuple[str, str]]:
    """The columns that were named, each with the option that did."""
    found = [("--target", request.target), ("--time", request.time), ("--group", request.group)]
    found += [("--key", name) for name in request.key]
    found += [("--segments", name) for name in request.segments]
    return [(option, name) for option, name in found if name]


def column(sample: Sample, name: str, option: str) -> Seen:
    """The column that an option names."""
    found = sample.column(name)
    if found is None:
        known = nearest(name, [seen.name for seen in sample.columns])
        raise UserError(f"{sample.file}: there is no column {name!r} for {option}; {known}")
    return found


def constant(seen: Seen) -> bool:
    """Whether every row has the same value."""
    return seen.distinct == 1 and not seen.nullable


def time_of(sample: Sample, usable: list[Seen], request: Request) -> str | None:
    """The column that says when: as given, or the only one that can."""
    if request.time:
        seen = column(sample, request.time, "--time")
        if seen.type != "timestamp":
            cell = seen.words().dropna().iloc[0]
            raise UserError(
                f"{sample.where(seen, 0)}: {cell!r}, expected a date or time for --time,"
                " such as 2024-12-31 17:45, written in the same way in every row"
            )
        if seen.nullable:
            index = int(seen.values.isna().to_numpy().argmax())
            raise UserError(f"{sample.where(seen, index)}: null, expected a time in each row")
        return seen.name
    found = [
        seen.name
        for seen in usable
        if seen.type == "timestamp" and not seen.nullable and not NO_CLOCK.search(seen.name)
    ]
    if len(found) > 1:
        sample.notes.append(f"--time says which counts: {', '.join(found)}")
    return found[0] if len(found) == 1 else None


def given_key(sample: Sample, request: Request) -> list[str]:
    """The key that was given. Raise `UserError` at the first row that has another's."""
    columns = [column(sample, name, "--key") for name in request.key]
    for seen in columns:
        if seen.nullable:
            index = int(seen.values.isna().to_numpy().argmax())
            raise UserError(f"{sample.where(seen, index)}: null, expected a key in each row")
    doubled = table(columns).duplicated()
    if doubled.any():
        index = int(doubled.to_numpy().argmax())
        value = ", ".join(str(seen.words().iloc[index]) for seen in columns)
        many = f"{int(doubled.sum()):,} such rows" if doubled.sum() > 1 else "1 such row"
        place = sample.where(columns[0], index).rpartition("column ")
        headers = ", ".join(seen.header for seen in columns)
        row = place[2].partition(", ")[2]
        raise UserError(
            f"{sample.file}: column {headers!r}{', ' + row if row else ''}: {value!r} is another"
            f" row's key already ({many})"
        )
    return [seen.name for seen in columns]


def found_key(sample: Sample, usable: list[Seen], time: str | None, target: Seen) -> list[str]:
    """A column that names the rows, or a time and a category that do; else the row's number."""
    kinds = ("integer", "category")
    whole = [seen for seen in usable if seen.type in kinds and not seen.nullable]
    for seen in whole:
        first = seen is sample.columns[0] and len(seen.values) > SMALL
        if (NAMES_ROWS.search(seen.name) or first) and seen.values.is_unique:
            return [seen.name]
    clock = next((seen for seen in usable if seen.name == time), None)
    if clock is not None:
        if clock.values.is_unique:
            return [clock.name]
        for seen in whole:
            if seen.type == "category" and not table([clock, seen]).duplicated().any():
                return [clock.name, seen.name]
    return [names.ROW]


def table(columns: list[Seen]) -> "pd.DataFrame":
    """Columns as a table."""
    import pandas as pd

    return pd.DataFrame({seen.name: seen.values for seen in columns})


def identifiers_of(
    sample: Sample, usable: list[Seen], key: list[str], time: str | None, group: str | None
) -> dict[str, str]:
    """The columns that are kept in the data and not shown to the model, each with the reason."""
    found = {names.ROW: "the row's number"} if key == [names.ROW] else {}
    for seen in usable:
        if seen.name == time:
            continue
        if seen.name == group:
            found[seen.name] = "the group"
        elif key == [seen.name]:
            found[seen.name] = "the key"
        elif reason := reason_to_hide(seen, seen.name in key):
            found[seen.name] = reason
        elif seen.type == "category" and seen.distinct > CATEGORIES:
            raise UserError(
                f"{sample.file}: column {seen.header!r}: {seen.distinct:,} different texts in"
                f" {len(seen.values):,} rows are too many categories: --drop {seen.name}, or"
                f" --group {seen.name} to keep the rows of one together"
            )
    return found


def reason_to_hide(seen: Seen, in_key: bool) -> str | None:
    """Why a column tells a model nothing; None where it may."""
    known = len(seen.values) - int(seen.values.isna().sum())
    many = known > SMALL
    if seen.type == "timestamp":
        return "a time: make features of it"
    if seen.type == "integer" and many and seen.distinct == known:
        return "names rows" if in_key or NAMES_ROWS.search(seen.name) else None
    if seen.type != "category" or not many:
        return None
    texts = seen.values.dropna()
    words, length = texts.str.count(r"\s").mean() + 1, texts.str.len().mean()
    if (words >= TEXT_WORDS or length >= TEXT_LENGTH) and seen.distinct > SMALL:
        return "free text: make features of it"
    return "a different text in nearly each row" if seen.distinct > DIFFERENT * known else None


def found_segments(features: list[Seen]) -> list[str]:
    """Categories by which it is worth to look at the metrics apart: few, and each in many rows."""
    found = []
    for seen in features:
        if seen.type == "category" and not seen.nullable and seen.distinct in SEGMENT_CATEGORIES:
            share = seen.values.value_counts(normalize=True).min()
            if share >= SEGMENT_SHARE:
                found.append(seen.name)
    return found[:SEGMENTS]
