"""Which part each column plays: key, time, group, segment, identifier, or feature."""

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlops.adopt import hidden, names
from mlops.adopt.hidden import NAMES_ROWS, SMALL
from mlops.adopt.request import Request
from mlops.adopt.sample import Sample, Seen
from mlops.config.explain import nearest
from mlops.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

PERIOD = re.compile(
    r"(^|_)(year|yr|quarter|month|week|day|date|time|period|wave|round|visit|season|seq|nr|no|number)$"
)
PANEL = 5  # times at least that a category comes again, to be what is watched over time
NO_CLOCK = re.compile(r"birth|born|dob")


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
    counted = request.key == (names.ROW,) and sample.column(names.ROW) is None
    if counted:
        request = replace(request, key=())
    named = {column(sample, name, option).name for option, name in given(request)}
    left_out = {
        seen.name: "nothing but nulls" if not seen.distinct else "the same in every row"
        for seen in sample.columns
        if seen.name not in named and (not seen.distinct or constant(seen))
    }
    usable = [seen for seen in sample.columns if seen.name not in left_out and seen is not target]
    time = time_of(sample, usable, request)
    group = column(sample, request.group, "--group").name if request.group else None
    if counted:
        key = [names.ROW]
    elif request.key:
        key = given_key(sample, request)
    else:
        key = found_key(sample, usable, time, group)
    identifiers = hidden.identifiers(sample, usable, key, time, group)
    features = [seen for seen in usable if seen.name not in {*identifiers, time}]
    if not features:
        raise UserError(f"{sample.file}: beside {target.header!r} there is no column to learn from")
    segments = [column(sample, name, "--segments").name for name in request.segments]
    return Roles(key, time, group, segments or hidden.segments(features), identifiers, left_out)


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


def found_key(sample: Sample, usable: list[Seen], time: str | None, group: str | None) -> list[str]:
    """What names the rows: a column, a time and a category, or a group and a period.

    Else the row's number does.
    """
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
            few = seen.type == "category" and PANEL * seen.distinct <= len(seen.values)
            if few and not table([clock, seen]).duplicated().any():
                return [clock.name, seen.name]
    grouped = next((seen for seen in whole if seen.name == group), None)
    if grouped is not None:
        for seen in whole:
            if PERIOD.search(seen.name) and not table([grouped, seen]).duplicated().any():
                return [grouped.name, seen.name]
    return [names.ROW]


def table(columns: list[Seen]) -> "pd.DataFrame":
    """Columns as a table."""
    import pandas as pd

    return pd.DataFrame({seen.name: seen.values for seen in columns})
