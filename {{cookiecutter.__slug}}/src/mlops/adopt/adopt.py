"""Adopt a table: look at a sample, write its configuration, keep a copy; all or nothing."""

from pathlib import Path

from mlops.adopt import delimited, edits, leaks, names, origin, parquet, shown, snapshot, written
from mlops.adopt.origin import Fetched
from mlops.adopt.proposal import Proposal, propose, with_remarks
from mlops.adopt.request import Request
from mlops.adopt.sample import Sample
from mlops.config import conf


def adopt(request: Request) -> None:
    """Make a table the project's own, and print what was decided.

    Raise `UserError` where it cannot be read or learnt from; then nothing has changed.
    """
    with origin.fetched(request) as found:
        name = names.table(request.name, found.stem)
        sample = sample_of(found, request)
        source = snapshot.place(name, sample.suffix)
        proposal = propose(sample, request, name, source.as_posix(), found.origin)
        planned = plan(proposal)
        config = edits.composed(planned)
        proposal = with_remarks(proposal, leaks.find(proposal, config))
        planned = plan(proposal)
        shown.show(proposal)
        if request.dry_run:
            return
        with edits.all_or_nothing([*planned]), snapshot.kept(found.path, source):
            for path, text in planned.items():
                edits.make(path, text)


def sample_of(found: Fetched, request: Request) -> Sample:
    """Read a sample of what was fetched."""
    if parquet.is_parquet(found.path):
        return parquet.sample(found.path, found.file, request.drop)
    return delimited.sample(found.path, found.file, request.encoding, request.drop)


def plan(proposal: Proposal) -> dict[Path, str | None]:
    """The files of `conf/` that the table needs."""
    planned: dict[Path, str | None] = {}
    planned[conf.ROOT / "data" / f"{proposal.name}.yaml"] = written.text(proposal)
    if own := proposal.split.own:
        planned[conf.ROOT / "split" / f"{own.name}.yaml"] = written.own_split(own, proposal.name)
    return planned | edits.chosen(proposal.name, planned)
