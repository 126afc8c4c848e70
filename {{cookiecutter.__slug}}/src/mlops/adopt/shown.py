"""What adopt decided, as a short table."""

from typing import TYPE_CHECKING

from mlops.adopt.proposal import Proposal
from mlops.adopt.sample import Seen
from mlops.config.schema import Column
from mlops.config.source import Reading

if TYPE_CHECKING:
    from rich.table import Table


NUMBERED = "each row's number; --key names columns that tell rows apart"


def show(proposal: Proposal) -> None:
    """Print the decisions, then a line for each column."""
    from rich.console import Console

    console = Console(highlight=False)
    console.print(decisions(proposal))
    for note in proposal.sample.notes:
        console.print(f"note      {note}", markup=False, soft_wrap=True)
    for cell in proposal.sample.odd:
        console.print(f"look at   {cell}", markup=False, soft_wrap=True)
    console.print(columns(proposal))


def decisions(proposal: Proposal) -> "Table":
    """The decisions and why."""
    from rich.markup import escape
    from rich.table import Table

    sample, parts, split, asked = (
        *(proposal.sample, proposal.roles, proposal.split, proposal.asked),
    )
    about = "" if sample.whole else f"about, from a sample of {len(sample.places):,}; "
    table = Table(box=None, show_header=False, pad_edge=False)
    lines = [
        ("table", proposal.name, f"{sample.rows:,} rows ({about}{len(proposal.columns)} columns)"),
        ("task", asked.task, asked.why),
        ("target", asked.target.name, ""),
        ("key", ", ".join(parts.key), NUMBERED if parts.counts_rows else ""),
        ("time", parts.time or "none", ""),
        ("split", split.method, split.why),
        ("segments", ", ".join(parts.segments) or "none", ""),
    ]
    if parts.group:
        lines.insert(5, ("group", parts.group, ""))
    if sample.reading and sample.suffix and not (proposal.origin and proposal.origin.query):
        how = sample.reading
        words = [word for word in how.nulls if word not in Reading().nulls]
        nulls = f"; null: {', '.join(words)}" if words else ""
        lines.append(("file", how.encoding, f"cells separated by {how.delimiter!r}{nulls}"))
    for what, value, why in lines:
        table.add_row(what, f"[bold]{escape(value)}[/bold]", escape(why))
    return table


def columns(proposal: Proposal) -> "Table":
    """The columns: type, what they may hold, and what is to be known of them."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("column", "type", "holds", ""):
        table.add_column(heading)
    for name, column in proposal.columns.items():
        remarks = [proposal.remarks.get(name, ""), notation(proposal, name)]
        remark = "; ".join(filter(None, remarks))
        held = holds(column, proposal.sample.column(name))
        table.add_row(name, column.type, escape(held), escape(remark))
    for name, reason in proposal.roles.left_out.items():
        table.add_row(name, "-", "", f"left out: {reason}")
    return table


def holds(column: Column, seen: Seen | None) -> str:
    """What cells may hold, in a few words; of texts that are not listed, what was seen."""
    parts = []
    if column.minimum is not None and column.maximum is not None:
        parts.append(f"{figure(column.minimum)} to {figure(column.maximum)}")
    elif column.minimum is not None:
        parts.append(f"from {figure(column.minimum)} on")
    elif column.maximum is not None:
        parts.append(f"up to {figure(column.maximum)}")
    if column.categories:
        more = ", ..." if len(column.categories) > 4 else ""
        parts.append(", ".join(column.categories[:4]) + more)
    elif column.type == "category" and seen is not None:
        few = f": {', '.join(sorted(seen.words().dropna().unique()))}" if seen.distinct <= 4 else ""
        parts.append(f"any text, {seen.distinct:,} here{few}")
    return "; ".join([*parts, *(["nulls"] if column.nullable else [])])


def figure(bound: float) -> str:
    """A bound; thousands are separated from five digits on, for four may be a year."""
    return f"{bound:.12g}" if abs(bound) < 10_000 else f"{bound:,.12g}"


def notation(proposal: Proposal, name: str) -> str:
    """How a column is written, where that is to be known."""
    said = proposal.reading.columns.get(name) if proposal.reading else None
    if said is None:
        return ""
    parts = []
    if said.decimal == ",":
        parts.append("decimal comma")
    if said.thousands:
        parts.append(f"thousands {said.thousands!r}")
    if said.format:
        parts.append(f"as {said.format}")
    if said.header:
        parts.append(f"headed {said.header!r}")
    return ", ".join(parts)
