"""Tables and lines of a document as HTML; all foreign text is escaped."""

import html

from mlops.review.presentation import document
from mlops.review.presentation.inert import clean


def table(block: document.Table) -> str:
    """A table that scrolls by itself where it is wider than the screen."""
    classes = [
        {"l": "", "n": " class=n", "c": " class=c", "r": " class=r"}[letter]
        for letter in block.align
    ]
    head = "".join(
        f"<th{kind}>{run_html(run)}</th>" for run, kind in zip(block.head, classes, strict=True)
    )
    rows = "\n".join(
        "<tr>"
        + "".join(
            f"<td{kind}>{line_html(cell)}</td>" for cell, kind in zip(row, classes, strict=True)
        )
        + "</tr>"
        for row in block.rows
    )
    whole = f"<table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>"
    return f'<div class="wide">{whole}</div>'


def line_html(line: document.Line) -> str:
    """A line of runs."""
    return "".join(run_html(run) for run in line)


def run_html(run: document.Run) -> str:
    """A run; all text is escaped."""
    match run:
        case document.Name(text):
            return f"<code>{html.escape(clean(text, 80))}</code>"
        case document.Said(text, longest):
            return f"<bdi>{html.escape(clean(text, longest).replace('`', ''))}</bdi>"
        case document.Bold(runs):
            words = line_html(runs)
            kind = f' class="{words}"' if words in {"better", "worse"} else ""
            return f"<b{kind}>{words}</b>"
        case document.Command(text):
            return f"<code>{html.escape(text)}</code>"
        case str():
            return html.escape(run)
