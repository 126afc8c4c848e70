"""Adopt a table: look at a sample, write its configuration, keep a copy; all or nothing."""

import difflib
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from mlops.adopt import (
    delimited,
    earlier,
    edits,
    leaks,
    names,
    origin,
    parquet,
    shown,
    snapshot,
    starter,
    updating,
    written,
)
from mlops.adopt.origin import Fetched
from mlops.adopt.proposal import Proposal, propose, with_remarks
from mlops.adopt.request import Request
from mlops.adopt.sample import Sample
from mlops.adopt.starter import Starter
from mlops.config import conf
from mlops.errors import UserError
from mlops.repository import git


def adopt(request: Request) -> None:
    """Make a table the project's own, and print what was decided.

    Raise `UserError` where it cannot be read or learnt from; then nothing has changed.
    """
    check_place()
    try:
        take(request)
    except OSError as error:  # such as a full disk
        where = error.filename2 or error.filename or "this folder"
        problem = f"{where}: {error.strerror or error}: nothing was changed"
        raise UserError(problem) from None


def take(request: Request) -> None:
    """Adopt a table, whatever may go wrong on the disk."""
    with origin.fetched(request) as found:
        name = names.table(request.name, found.stem)
        old = starter.find(name)
        values = None if earlier.path_of(name) in old.edits else earlier.read(name)
        earlier.check(request, values, name)
        sample = sample_of(found, request, values)
        source = snapshot.place(name, sample.suffix)
        asked = earlier.completed(request, values, sample)
        proposal = propose(sample, asked, name, source.as_posix(), found.origin)
        planned = plan(proposal, values, old)
        config = edits.composed(planned)
        remarks = leaks.find(proposal, config)
        if values is not None:  # the split stays, whatever this file alone would suggest
            split = proposal.split._replace(method=config.split.name, why="as before")
            proposal = replace(proposal, split=split, columns=config.data.columns)
            if asked.task and not request.task:
                task = proposal.asked._replace(why="as before")
                proposal = replace(proposal, asked=task)
        else:
            planned = plan(with_remarks(proposal, remarks), values, old)
        way_back = takes_back(earlier.path_of(name), values is None)
        shown.show(with_remarks(proposal, remarks))
        show_changes(planned, values is not None or request.dry_run)
        if not request.dry_run:
            with edits.all_or_nothing([*planned]), snapshot.kept(found.path, source):
                for path, text in planned.items():
                    edits.make(path, text)
        if sample.odd:
            also = " first" if request.dry_run else f", {way_back}, and adopt it again"
            print(f"\nwhere a cell is wrong, mend the file{also}")
        tell(old, source, request.dry_run)
        if values is None and (like := earlier.alike(proposal)):
            print(f"a table beside {like}; a newer file of that is: `--name {like}`")
            if not request.dry_run:
                away = f"delete {earlier.path_of(name)} and {source}"
                print(f"before that, `uv run dvc remove {source}.dvc`, and {away}")


def takes_back(path: Path, is_new: bool) -> str:
    """What undoes what a wrong cell brings into a table's file: adopting again does not.

    To be asked before the file is written: what is edited and not committed has to stay.
    """
    committed = git.show("HEAD", path.as_posix())
    if is_new and committed is None:
        return f"delete {path}"
    if is_new or path.read_text("utf-8") == committed:
        return f"`git checkout {path}`"
    return f"undo in {path} what the diff shows (Git does not have your other edits)"


def check_place() -> None:
    """Raise `UserError` where this is no project."""
    for path in (conf.ROOT / "config.yaml", Path(".dvc")):
        if not path.exists():
            raise UserError(f"{path} is missing: run this in the project's folder")


def sample_of(found: Fetched, request: Request, values: Any) -> Sample:
    """Read a sample of what was fetched; columns are called and left out as they were before."""
    sample = read(found.path, found.file, request.encoding, request.drop)
    if values is None:
        return sample
    before = Path(str(values["source"]))
    last = None
    if before.exists():
        encoding = (values.get("reading") or {}).get("encoding")
        last = read(before, str(before), encoding, ())
    unwanted = earlier.left_out(sample, values, last)
    columns = [seen for seen in sample.columns if seen.header not in unwanted]
    if unwanted:
        sample.notes.append(f"not declared, as before: {', '.join(sorted(unwanted))}")
    return earlier.renamed(replace(sample, columns=columns), values)


def read(path: Path, file: str, encoding: str | None, dropped: Collection[str]) -> Sample:
    """Read a sample of a file, or of a folder."""
    if parquet.is_parquet(path):
        return parquet.sample(path, file, dropped)
    return delimited.sample(path, file, encoding, dropped)


def plan(proposal: Proposal, values: Any, old: Starter) -> dict[Path, str | None]:
    """The files that change: the table's own, the choice of it, and what of the starter goes."""
    text = written.text(proposal) if values is None else updating.text(values, proposal)
    planned = old.edits | {earlier.path_of(proposal.name): text}
    if (own := proposal.split.own) and values is None:
        planned[conf.ROOT / "split" / f"{own.name}.yaml"] = written.own_split(own, proposal.name)
    return planned | edits.chosen(proposal.name, text, old.edits)


def show_changes(planned: edits.Edits, wanted: bool) -> None:
    """Print what changes in `conf/`, line by line."""
    for path, text in planned.items():
        if not wanted or text is None or conf.ROOT not in path.parents:
            continue
        before = path.read_text("utf-8").splitlines() if path.is_file() else []
        lines = difflib.unified_diff(
            before, text.splitlines(), str(path), str(path), n=1, lineterm=""
        )
        print("\n".join(["", *lines]) if before != text.splitlines() else f"\n{path}: as it was")


def tell(old: Starter, source: Path, dry_run: bool) -> None:
    """Say what went, what stays and what comes next."""
    gone = starter.going(old.edits)
    if gone:
        print(f"\nof the starter {'would go' if dry_run else 'went'}: {', '.join(gone)}")
    if old.stays:
        print(f"edited, and therefore still there: {', '.join(old.stays)}")
    if asking := starter.asking():
        print(f"{starter.QUESTION!r} is still in {', '.join(asking)}: write your own question")
    print("\nnothing was written" if dry_run else f"\n{source} is tracked; next: uv run dvc repro")
