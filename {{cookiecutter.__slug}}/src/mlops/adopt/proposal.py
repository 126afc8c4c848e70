"""What adopt decided of a table, before a word of it is written."""

from dataclasses import dataclass, field, replace

import msgspec
from mlops.adopt import bounds, edits, hidden, names, roles, splitting, task
from mlops.adopt.request import Request
from mlops.adopt.roles import Roles
from mlops.adopt.sample import Sample, Seen
from mlops.adopt.splitting import Split
from mlops.adopt.task import Asked
from mlops.config.schema import Column
from mlops.config.source import Origin, Reading, Written


@dataclass(frozen=True)
class Proposal:
    """A table's configuration; `source` is its snapshot, `remarks` says why, by column."""

    name: str
    source: str
    origin: Origin | None
    sample: Sample
    asked: Asked
    roles: Roles
    split: Split
    columns: dict[str, Column]
    reading: Reading | None
    remarks: dict[str, str] = field(default_factory=dict)


def propose(
    sample: Sample, request: Request, name: str, source: str, origin: Origin | None
) -> Proposal:
    """Decide. Raise `UserError` where the table is not one that a model can be made of."""
    asked = task.find(sample, request.target, request.task)
    target = sample.column(request.target)
    assert target is not None  # found above
    parts = roles.find(sample, target, request)
    by_group = request.group is not None and request.time is None
    calibrated = edits.calibrated()
    split = splitting.choose(sample, parts, asked.target, name, by_group, calibrated)
    declared = {seen.name: seen for seen in order(sample, asked.target, parts)}
    columns = {called: declare(seen, sample, asked, parts) for called, seen in declared.items()}
    if parts.counts_rows:
        first, *rest = columns
        row = Column("integer", minimum=1)
        columns = {first: columns[first], names.ROW: row, **{key: columns[key] for key in rest}}
    features = [seen for seen in declared.values() if seen is not asked.target]
    return Proposal(
        *(name, source, origin, sample, asked, parts, split, columns),
        reading_of(sample, list(declared.values())),
        hidden.naming(features) | parts.identifiers | alike(columns),
    )


def alike(columns: dict[str, Column]) -> dict[str, str]:
    """Columns with categories that differ in case alone, which are often one."""
    found = {}
    for name, column in columns.items():
        last: dict[str, str] = {}
        for text in column.categories or ():
            other = last.setdefault(text.strip().casefold(), text)
            if other != text:
                found[name] = f"{other!r} and {text!r} differ in case alone"
    return found


def order(sample: Sample, target: Seen, parts: Roles) -> list[Seen]:
    """The columns that are kept: target, time and key first, the others as in the file."""
    kept = {seen.name: seen for seen in sample.columns if seen.name not in parts.left_out}
    kept[target.name] = target
    first = [target.name, *([parts.time] if parts.time else []), *parts.key]
    there = [name for name in first if name in kept]
    return [kept[name] for name in dict.fromkeys([*there, *kept])]


def declare(seen: Seen, sample: Sample, asked: Asked, parts: Roles) -> Column:
    """Declare a column; of one that the model does not see, only its type."""
    if seen.name == asked.target.name and asked.classes and asked.task == "multiclass":
        return Column("category", categories=asked.classes)
    if seen.name in parts.identifiers:
        known = seen.values.dropna()
        unique = len(known) == len(seen.values) and known.is_unique and parts.key != [seen.name]
        return Column(seen.type, seen.nullable, unique=unique and seen.type == "category")
    return bounds.declare(seen, sample)


def reading_of(sample: Sample, declared: list[Seen]) -> Reading | None:
    """How the file is written: columns are named where something has to be said of them."""
    columns = {}
    for seen in declared:
        header = seen.header if seen.header != seen.name else None
        said = msgspec.structs.replace(seen.written, header=header)
        if said != Written():
            columns[seen.name] = said
    if sample.reading is None:
        return Reading(columns=columns) if columns else None
    return msgspec.structs.replace(sample.reading, columns=columns)


def with_remarks(proposal: Proposal, remarks: dict[str, str]) -> Proposal:
    """The same with more to say of columns."""
    return replace(proposal, remarks=proposal.remarks | remarks)
