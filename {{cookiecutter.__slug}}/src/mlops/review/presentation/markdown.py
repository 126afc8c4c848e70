"""The report as GitHub-flavoured Markdown: the comment on a pull request."""

import re
from collections.abc import Iterable

from mlops.review.presentation import charts, document, inert
from mlops.review.presentation.sections import sections
from mlops.review.report import Report

LONGEST = 60_000  # characters; GitHub takes 65,536
KEPT = 2  # verdict and gate stay, however long the rest is
MOST_ROWS = 60
CUT = "*Cut to fit a comment: the whole is in the `report` artifact of the run.*"
NBSP = "\N{NO-BREAK SPACE}"
RULES = {"l": ":--", "n": ":--", "c": ":-:", "r": "--:"}


def render(report: Report) -> str:
    """Write a report that anybody may have written; nothing foreign in it is more than text."""
    return fit([section_text(section) for section in sections(report)])


def fit(texts: list[str]) -> str:
    """Join the sections; where they are too long, leave out the last ones before the footer.

    A section is left out whole: half of one could let foreign text out of its code span.
    """
    *body, footer = [text for text in texts if text]
    whole = "\n\n".join([*body, footer]) + "\n"
    while len(whole) > LONGEST and len(body) > KEPT:
        body.pop()
        whole = "\n\n".join([*body, CUT, footer]) + "\n"
    return whole


def section_text(section: document.Section) -> str:
    """A section with its title, folded or not."""
    blocks = "\n\n".join(text for block in section.blocks if (text := block_text(block)))
    if not blocks or not section.title:
        return blocks
    if section.folded:
        return f"<details>\n<summary>{section.title}</summary>\n\n{blocks}\n\n</details>"
    return f"### {section.title}\n\n{blocks}"


def block_text(block: document.Block) -> str:
    """A block; forests are for the page only."""
    match block:
        case document.Paragraph(line, small):
            return f"<sub>{line_text(line)}</sub>" if small else line_text(line)
        case document.Bullets(lines):
            return "\n".join(f"- {line_text(line)}" for line in lines)
        case document.Table():
            return table(block)
        case document.Commands(lines):
            return fence("bash", lines)
        case document.Messages(lines):
            return fence("text", map(inert.clean, lines))
        case document.Timeline() | document.Calibration():
            words, text = charts.mermaid(block)
            return f"{words}\n\n{fence('mermaid', [text])}" if text else ""
        case document.Forest():
            return ""


def table(block: document.Table) -> str:
    """A table, its last rows only counted where they are many."""
    rows = [
        [run_text(run) for run in block.head],
        [RULES[letter] for letter in block.align],
        *(
            [cell_text(*pair) for pair in zip(row, block.align, strict=True)]
            for row in block.rows[:MOST_ROWS]
        ),
    ]
    more = len(block.rows) - MOST_ROWS
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + (f"\n\nand {more:,} more" if more > 0 else "")


def cell_text(line: document.Line, align: str) -> str:
    """A cell, which stays on one line where the column says so."""
    text = line_text(line)
    return text.replace(" ", NBSP) if align in "nr" else text


def fence(language: str, lines: Iterable[str]) -> str:
    """A block of code that no line ends; GitHub counts only 255 backticks of a longer fence."""
    inside = re.sub("`{3,}", lambda run: "'" * len(run[0]), "\n".join(lines))
    return f"```{language}\n{inside}\n```"


def line_text(line: document.Line) -> str:
    """A line of runs."""
    return "".join(run_text(run) for run in line)


def run_text(run: document.Run) -> str:
    """A run: our own as it is, a foreign one made harmless."""
    match run:
        case document.Name(text):
            return inert.code(text)
        case document.Said(text, longest):
            return inert.prose(text, longest)
        case document.Bold(runs):
            return f"**{line_text(runs)}**"
        case document.Command(text):
            return f"`{text}`"
        case str():
            return run
