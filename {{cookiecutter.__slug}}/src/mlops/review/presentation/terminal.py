"""The report in a terminal: the same content as on the pull request, without the charts."""

import re
from typing import TYPE_CHECKING, Literal

from mlops.review.presentation import document
from mlops.review.presentation.inert import clean
from mlops.review.presentation.sections import sections
from mlops.review.report import Report

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

LETTERS: dict[str, Literal["left", "center", "right"]] = {
    "l": "left",
    "n": "left",
    "c": "center",
    "r": "right",
}
COLOURS = {"better": "green", "worse": "red"}
MOST_ROWS = 30
WIDE = 120  # columns of a log, where no line need be broken


def show(report: Report) -> None:
    """Print a report; plain where nobody sees colours, and without what is folded elsewhere."""
    screen = console()
    for number, section in enumerate(sections(report)):
        shown = [text for block in section.blocks if (text := rendered(block)) is not None]
        if section.folded or not shown:
            continue
        if number:
            screen.print()
        if section.title:
            screen.print(section.title, style="bold", markup=False)
        for text in shown:
            screen.print(text)


def console() -> "Console":
    """Where reports are printed: a terminal, or a log, where lines are long."""
    from rich.console import Console

    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=WIDE)


def rendered(block: document.Block) -> "RenderableType | None":
    """A block as rich draws it; plots are for the page."""
    from rich.padding import Padding
    from rich.text import Text

    match block:
        case document.Paragraph(line, small):
            return text_of(line, "dim" if small else "")
        case document.Bullets(lines):
            return Text("\n").join(text_of(("• ", *line)) for line in lines)
        case document.Table():
            return table(block)
        case document.Commands(lines):
            return Padding(Text("\n".join(lines), "bold"), (0, 4))
        case document.Messages(lines):
            return Padding(Text("\n".join(map(clean, lines))), (0, 4))
        case _:
            return None


def table(block: document.Table) -> "RenderableType":
    """A table without a frame."""
    from rich import table as rich_table

    drawn = rich_table.Table(box=None, pad_edge=False, header_style="dim")
    for head, align in zip(block.head, block.align, strict=True):
        drawn.add_column(text_of((head,)), justify=LETTERS[align], no_wrap=align in "nr")
    for row in block.rows[:MOST_ROWS]:
        drawn.add_row(*map(text_of, row))
    return drawn


def text_of(line: document.Line, style: str = "") -> "Text":
    """A line; foreign text is never read as markup."""
    from rich.text import Text

    text = Text(style=style)
    for run in line:
        text.append_text(run_text(run))
    return text


def run_text(run: document.Run) -> "Text":
    """A run with the style of its kind."""
    from rich.text import Text

    match run:
        case document.Name(found):
            return Text(clean(found, 80), "cyan")
        case document.Said(found, longest):
            return Text(re.sub("`", "", clean(found, longest)))
        case document.Bold(runs):
            words = text_of(runs)
            words.stylize(COLOURS.get(words.plain, "bold"))
            return words
        case document.Command(found):
            return Text(found, "bold")
        case str():
            return Text(run)
