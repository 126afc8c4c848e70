"""What an earlier run, and whoever edited its file since, decided of a table."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mlops import layout
from mlops.adopt.proposal import Proposal
from mlops.adopt.request import Request
from mlops.adopt.sample import Sample
from mlops.config import conf
from mlops.errors import UserError


def read(name: str) -> Any:
    """The table's file in `conf/data/`, comments kept; None where there is none yet.

    Raise `UserError` where it is another table's.
    """
    path = path_of(name)
    if not path.is_file():
        return None
    values = conf.parse(path)
    source = Path(str(values.get("source", "")))
    own = source.parent == layout.SOURCE and source.name.partition(".")[0] == name
    if not own or values.get("reader"):
        raise UserError(f"{path} is another table's: choose a name for this one, --name NAME")
    return values


def path_of(name: str) -> Path:
    """The table's file."""
    return conf.ROOT / "data" / f"{name}.yaml"


def alike(proposal: Proposal) -> str | None:
    """The adopted table that has the same target and most of its columns here; None: there is none.

    This may be a newer file of it.
    """
    shares = {}
    for path in (conf.ROOT / "data").glob("*.yaml"):
        values = conf.parse(path)
        columns = {*(values.get("columns") or {})}
        adopted = Path(str(values.get("source"))).parent == layout.SOURCE
        target = values.get("target") == proposal.asked.target.name
        if path.stem != proposal.name and adopted and target:
            shares[path.stem] = len(columns & {*proposal.columns}) / max(len(columns), 1)
    best = max(sorted(shares), key=lambda name: shares[name], default="")
    return best if shares.get(best, 0) > 0.5 else None


def completed(request: Request, values: Any, sample: Sample) -> Request:
    """The request, and what it leaves open as it was decided before."""
    if values is None:
        return request
    return replace(
        request,
        task=request.task or (values.get("task") if asks_as_before(request, values) else None),
        time=request.time or values.get("time"),
        key=request.key or tuple(values.get("key") or ()),
        segments=request.segments or tuple(filter(sample.column, values.get("segments") or ())),
        group=request.group or values.get("group"),
    )


def check(request: Request, values: Any, name: str) -> None:
    """Raise `UserError` for an option that the table's file has otherwise: it is a person's now."""
    if values is None:
        return
    called = {header: column for column, header in headers(values).items()}
    task = [request.task] if request.task and asks_as_before(request, values) else []
    asked: dict[str, Sequence[str]] = {
        "task": task,
        "time": [request.time] if request.time else [],
        "key": request.key,
        "segments": request.segments,
        "group": [request.group] if request.group else [],
    }
    for option, given in asked.items():
        wanted = [called.get(column, column) for column in given]
        there = values.get(option) or []
        if wanted and wanted != ([there] if isinstance(there, str) else list(there)):
            path = path_of(name)
            raise UserError(
                f"--{option} {','.join(given)}: {path} is there already, with another choice: edit"
                " it, or delete it and adopt again; nothing was changed"
            )


def asks_as_before(request: Request, values: Any) -> bool:
    """Whether the target is the one of before, by its name or by what the file calls it."""
    before = values.get("target")
    return request.target in (before, headers(values).get(before))


def headers(values: Any) -> dict[str, str]:
    """What each declared column is called in the file."""
    said = (values.get("reading") or {}).get("columns") or {}
    return {name: said.get(name, {}).get("header") or name for name in values.get("columns") or {}}


def renamed(sample: Sample, values: Any) -> Sample:
    """The sample, its columns called as they were before."""
    if values is None:
        return sample
    called = {header: name for name, header in headers(values).items()}
    there = {seen.header for seen in sample.columns}
    taken = {name for header, name in called.items() if header in there}
    columns = []
    for seen in sample.columns:
        name = called.get(seen.header, seen.name)
        if seen.header not in called and name in taken:
            name = f"{name}_new"
        columns.append(replace(seen, name=name))
    return replace(sample, columns=columns)


def left_out(sample: Sample, values: Any, before: Sample | None) -> set[str]:
    """The headers that the file had before and that are not declared; if unsure, all such."""
    wanted = {*headers(values).values()}
    known = {seen.header for seen in (before or sample).columns}
    return {seen.header for seen in sample.columns if seen.header in known - wanted}
