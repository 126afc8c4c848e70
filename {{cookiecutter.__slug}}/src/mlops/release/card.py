"""The model card: a template of the project's own, filled with what the pipeline found."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from mlops.errors import UserError
from mlops.review.presentation.inert import code, prose

RESTORE = "`git checkout`, `uv run dvc checkout` or `uv run dvc repro` brings it back"


def render(template: str, facts: Mapping[str, str], where: str) -> str:
    """Put the facts, Markdown each, into a template's placeholders: `$name` or `${name}`.

    A fact that the template does not ask for is left out. Raise `UserError` with a line for each
    placeholder that names no fact; `where` is the template's path.
    """
    problems = []
    for match in Template.pattern.finditer(template):
        name = match["named"] or match["braced"]
        if match["escaped"] is None and name not in facts:
            line = template.count("\n", 0, match.start()) + 1
            known = ", ".join(f"${fact}" for fact in sorted(facts))
            problem = f"${name} is no placeholder" if name else "a $ that starts no placeholder"
            problems.append(f"{where}:{line}: {problem}; there are {known}, and $$ for a dollar")
    if problems:
        raise UserError(*problems)
    return Template(template).substitute(facts)


def released(card: str, *, version: str, commit: str, date: str, lock: str) -> str:
    """Put below a card's title what only its release knows; `lock` is the SHA-256 of `dvc.lock`.

    A card without a title gets it at its top.
    """
    head = ("Version", "Commit", "Released", "SHA-256 of `dvc.lock`")
    row = table("llll", head, [(code(version), code(commit), prose(date), code(lock))])
    lines = card.splitlines()
    title = next((number for number, line in enumerate(lines) if line.startswith("# ")), -1)
    above, below = lines[: title + 1], lines[title + 1 :]
    while below and not below[0].strip():
        below.pop(0)
    parts = ("\n".join(above), row, "\n".join(below))
    return "\n\n".join(filter(None, parts)) + "\n"


def table(align: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table of cells that are Markdown; `align` has an `l` or `r` for each column."""
    rule = ["---:" if side == "r" else "---" for side in align]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def listing(names: Iterable[str], most: int = 20) -> str:
    """Foreign names side by side, no more than `most` of them."""
    found = list(names)
    more = f" and {len(found) - most:,} more" if len(found) > most else ""
    return ", ".join(map(code, found[:most])) + more


def read(path: Path) -> str:
    """Read the text of a file. Raise `UserError` where that cannot be done."""
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: unreadable ({type(error).__name__}): {RESTORE}") from None


def read_json(path: Path) -> Any:
    """Read a report of an earlier stage. Raise `UserError` where it is not readable."""
    try:
        return json.loads(read(path))
    except ValueError:
        raise UserError(f"{path}: not valid JSON: {RESTORE}") from None
