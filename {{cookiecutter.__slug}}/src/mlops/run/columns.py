"""The columns on the page of the data: profile, histogram against the reference, checks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mlops.config.schema import Config, Data
from mlops.config.validation import Limits, Skew
from mlops.data import checks, summaries
from mlops.data.findings import broken, percent
from mlops.data.outcome import Outcome
from mlops.data.reference import Reference
from mlops.data.summaries import OTHER, Summary
from mlops.review.presentation import wording
from mlops.review.presentation.document import Bold, Line, Said, Table
from mlops.run import distributions
from mlops.run.html import block_html, plain

OPEN = 40  # columns; of more, only those with a finding are unfolded
KINDS: dict[Skew, str] = {
    "psi": "PSI",
    "ks": "KS",
    "nulls": "nulls",
    "rows": "rows",
    "categories": "rows in new categories",
    "target": "the target's rate",
}


class Check(NamedTuple):
    """What is expected, what was found where it differs or was measured, and how it ended."""

    expected: str
    found: str
    outcome: str  # holds, warning, broken, off


class Column(NamedTuple):
    """A column as the page shows it."""

    name: str
    kind: str
    profile: str
    checks: list[Check]
    pictures: list[str]

    @property
    def outcome(self) -> str:
        """The gravest outcome of its checks."""
        found = {check.outcome for check in self.checks}
        return next((kind for kind in ("broken", "warning") if kind in found), "holds")


def column(name: str, found: Outcome, reference: Reference | None, config: Config) -> Column:
    """Gather all that is known of a column."""
    parts = {part: cells[name] for part, cells in found["columns"].items() if name in cells}
    whole = summaries.pooled(list(parts.values())) if parts else None
    old = reference.columns.get(name) if reference else None
    compared = {part: parts[part] for part in found["skew"] if part in parts}
    new = summaries.pooled(list(compared.values())) if compared else whole
    label = next(iter(compared)) if len(compared) == 1 else "now"
    plots = distributions.plots(config.data.columns[name], label, new, old if compared else None)
    return Column(
        name,
        kind(name, config.data),
        profile(whole) if whole else "Not summed up, for its cells are not of its type.",
        [*declared(name, found, config.data), *skews(name, found, config)],
        plots,
    )


def kind(name: str, data: Data) -> str:
    """The type, and what the column is for."""
    time = [data.time] if data.time else []
    roles = {"target": [data.target], "time": time, "identifier": data.identifiers}
    found = [role for role, names in roles.items() if name in names]
    return ", ".join([data.columns[name].type, *found])


def profile(whole: Summary) -> str:
    """Rows, nulls, and the values."""
    share = f" ({percent(whole['nulls'] / max(whole['rows'], 1))})" if whole["nulls"] else ""
    counts = f"{whole['rows']:,} rows, {whole['nulls']:,} null{share}"
    return ", ".join(filter(None, (counts, values(whole))))


def values(whole: Summary) -> str:
    """The range of a number or a time, or how many categories there are."""
    if quantiles := whole.get("quantiles"):
        low, middle, high = (quantiles[place] for place in (0, len(quantiles) // 2, -1))
        span = f"{wording.short(low)} to {wording.short(high)}"
        return f"{span}, median {wording.short(float(f'{middle:.4g}'))}"
    if ends := whole.get("ends"):
        return " to ".join(end.replace("T", " ") for end in ends)
    names = whole.get("counts", {})
    return (
        f"{len(names):,} distinct"
        if OTHER not in names
        else f"more than {len(names) - 1:,} distinct"
    )


def declared(name: str, found: Outcome, data: Data) -> list[Check]:
    """The checks that `conf/data/` declares, and what else is wrong with the column."""
    problems: dict[str, list[dict[str, Any]]] = {}
    for entry in found["problems"]:
        if entry["column"] == name and entry["skew"] is None:
            problems.setdefault(entry["expected"], []).append(entry)
    expected = dict.fromkeys([*checks.expectations(data.columns[name]), *problems])
    return [
        Check(words, told(problems[words]), "broken")
        if words in problems
        else Check(words, "", "holds")
        for words in expected
    ]


def told(entries: list[dict[str, Any]]) -> str:
    """The first of some problems, and how many rows have it in all partitions."""
    first = entries[0]
    place = Path(first["file"]).stem
    if first["row"] is None:
        return f"{first['value']} ({place})"
    count = sum(entry["rows"] for entry in entries)
    return f"{first['value']} in row {first['row']:,} of {place} ({count:,} in all)"


def skews(name: str, found: Outcome, config: Config) -> list[Check]:
    """How far the column is from the reference, at most, by each measure."""
    checks = []
    for skew, words in KINDS.items():
        measured = {
            part: columns[name][skew]
            for part, columns in found["skew"].items()
            if skew in columns.get(name, {})
        }
        if measured:
            limits = config.validation.of(skew)
            worst = max(measured, key=lambda part: measured[part])
            text = f"{amount(skew, measured[worst])} in {worst}"
            checks.append(Check(limit(skew, words, limits), text, ended(measured[worst], limits)))
    return checks


def amount(skew: Skew, value: float) -> str:
    """A figure of a kind of skew."""
    return f"{value:.3g}" if skew in ("psi", "ks") else percent(value)


def limit(skew: Skew, words: str, limits: Limits) -> str:
    """What is expected, in words."""
    lowest = limits.warning if limits.warning is not None else limits.error
    if lowest is None:
        return f"{words}, without a limit"
    if skew in ("psi", "ks", "categories"):
        return f"{words} at most {amount(skew, lowest)}"
    return f"{words} within {amount(skew, lowest)} of the reference"


def ended(value: float, limits: Limits) -> str:
    """How a check ended."""
    if limits.warning is None and limits.error is None:
        return "off"
    severity, _ = broken(value, limits)
    return {"error": "broken", "warning": "warning", None: "holds"}[severity]


def shown(columns: Sequence[Column]) -> list[str]:
    """Each column as a fold; open, unless there are too many to look at."""
    few = len(columns) <= OPEN
    return [column_html(one, few or one.outcome != "holds") for one in columns]


def column_html(column: Column, unfolded: bool) -> str:
    """A column: its name, how it ended, and side by side its figures and its picture."""
    state = column.outcome if column.outcome == "holds" else f"<b>{column.outcome}</b>"
    rows: tuple[tuple[Line, ...], ...] = tuple(
        ((Said(check.expected, 200),), outcome(check.outcome), (Said(check.found, 120),))
        for check in column.checks
    )
    table = block_html(Table("lll", ("Expected", "", "Found"), rows))
    pictures = "".join(f"<div>{picture}</div>" for picture in column.pictures)
    return (
        f'<details class="column"{" open" if unfolded else ""}>'
        f"<summary><code>{plain(column.name)}</code> {column.kind}: {state}</summary>\n"
        f'<div class="halves"><div><p>{plain(column.profile)}</p>\n{table}</div>{pictures}</div>'
        "</details>"
    )


def outcome(kind: str) -> Line:
    """How a check ended, told apart without colours."""
    return (Bold((kind,)),) if kind in ("broken", "warning") else (kind,)
