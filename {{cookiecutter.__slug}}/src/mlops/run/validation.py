"""The page of the data, reports/validation.html: each column's profile, histogram and checks.

It is no output of a stage: DVC puts outputs back when a stage fails, and that is when this page is
needed. The bytes are the same for the same data.
"""

import re
from pathlib import Path
from typing import Any

from mlops import layout
from mlops.config import params
from mlops.config.schema import Config
from mlops.data import outcome, reference
from mlops.data.outcome import Outcome
from mlops.data.reference import Reference
from mlops.files import write_text
from mlops.review.presentation.document import Line, Name, Said, Table
from mlops.run import columns, reports
from mlops.run.html import Section, plain, section_html, whole

PAGE = Path("reports/validation.html")
TOLD = 12  # warnings that are printed; the page has all
OWN = """
.column { border-top: 1px solid var(--line); padding: .6rem 0; }
.column summary { color: var(--ink); }
.column summary code { font-weight: 600; }
.halves { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); }
.halves svg { display: block; width: 100%; max-width: 28rem; height: auto; overflow: visible; }
.halves td:first-child { overflow-wrap: anywhere; }
@media print { .column { break-inside: avoid; } }
"""


def rewrite() -> Path | None:
    """Write the page from `reports/validation.json`; None where that is not here."""
    found = reports.loaded(layout.VALIDATION)
    return write(found, reference.read(), params.load()) if found else None


def write(found: Outcome, known: Reference | None, config: Config) -> Path:
    """Write the page of what validate found."""
    write_text(PAGE, content(found, known, config))
    return PAGE


def tell(found: Outcome, known: Reference | None, config: Config) -> None:
    """Print the warnings, and what was looked at."""
    warnings = outcome.lines(found["warnings"])
    for line in warnings[:TOLD]:
        print(f"warning: {line}")
    if len(warnings) > TOLD:
        print(f"warning: ... and {len(warnings) - TOLD} more: {PAGE}")
    count = len(found["partitions"])
    parts = "1 partition" if count == 1 else f"{count} partitions"
    print(f"{found['rows']:,} rows in {parts} are as conf/data/ declares them")
    print(f"{compared(found, known, config)}; each column: {PAGE}")


def compared(found: Outcome, known: Reference | None, config: Config) -> str:
    """What was compared with what."""
    if known is None:
        return f"{reference.PATH} is empty: `uv run mlops schema --update` takes this data into it"
    if known.name != config.data.name:
        return f"{reference.PATH} is of {known.name}: nothing was compared"
    count = len([name for name in found["skew"] if name])
    if not count:
        new = [name for name in config.data.columns if name not in known.columns]
        later = f", without {', '.join(new)}: `uv run mlops schema --update` adds it" if new else ""
        return f"every partition is as {reference.PATH} has it{later}"
    return f"{count} of {len(found['partitions'])} partitions compared with {reference.PATH}"


def content(found: Outcome, known: Reference | None, config: Config) -> str:
    """The whole page."""
    same = known if known and known.name == config.data.name else None
    every = [columns.column(name, found, same, config) for name in config.data.columns]
    title = f"The data {config.data.name}"
    parts = [
        header(title, found, known, config),
        listing("What stops the pipeline", found["problems"]),
        listing("Warnings", found["warnings"]),
        "<h2>Columns</h2>",
        *columns.shown(every),
    ]
    return whole(title, parts, OWN)


def header(title: str, found: Outcome, known: Reference | None, config: Config) -> str:
    """Whether the data may be used, and how much of it there is."""
    problems, warnings = len(found["problems"]), len(found["warnings"])
    kind, said = ("bad", "refused") if problems else ("good", "as conf/data/ declares it")
    counts = [counted(problems, "problem")] if problems else []
    counts += [counted(warnings, "warning")] if warnings else []
    verdict = f"<b>{', '.join([said, *counts])}</b>"
    size = (
        f"{counted(found['rows'], 'row')} in {counted(len(found['partitions']), 'partition')},"
        f" {counted(len(config.data.columns), 'column')}"
    )
    lines = [verdict, size, marked(compared(found, known, config))]
    inner = "\n".join(f"<p>{line}</p>" for line in lines)
    return f'<header class="{kind}">\n<h1>{plain(title)}</h1>\n{inner}\n</header>'


def marked(text: str) -> str:
    """A line for a terminal as HTML: what stands between backticks is a command."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", plain(text))


def counted(count: int, name: str) -> str:
    """A number of things."""
    return f"{count:,} {name}" if count == 1 else f"{count:,} {name}s"


def listing(title: str, entries: list[dict[str, Any]]) -> str:
    """Problems or warnings as a table."""
    rows = tuple(map(entry_row, entries))
    table = Table("lll", ("Column", "Where", "What"), rows)
    return section_html(Section(f"{title} ({len(rows)})", (table,))) if rows else ""


def entry_row(entry: dict[str, Any]) -> tuple[Line, ...]:
    """A problem or a warning."""
    where = Path(entry["file"]).stem
    row = f", row {entry['row']:,}" if entry["row"] is not None else ""
    many = f" ({counted(entry['rows'], 'row')})" if entry["rows"] else ""
    return (
        (Name(entry["column"]),) if entry["column"] else ("all",),
        (Said(where, 60), row),
        (Said(entry["value"], 120), ", expected ", Said(entry["expected"], 120), many),
    )
