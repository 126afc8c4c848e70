"""What the pages of a run are made of: each is one file that needs no network and no script."""

import html
import re
from collections.abc import Sequence
from typing import NamedTuple

from mlops.model.plot import Plot
from mlops.pictures import picture, style
from mlops.review.presentation.document import Paragraph, Table
from mlops.review.presentation.elements import line_html, table
from mlops.review.presentation.inert import clean
from mlops.review.presentation.page_style import STYLE

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
BREAK = re.compile(r"(?<=\w)([_.])(?=[a-zA-Z][^<>]*<)")  # in a name, not in an element
OWN = """
header { border-color: var(--line); }
header h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .3rem; }
header p { margin: .3rem 0; }
.plots { columns: 20rem 2; column-gap: 2rem; }
.plots svg { display: block; width: 100%; max-width: 28rem; height: auto; }
.plots svg { break-inside: avoid; margin-bottom: 1.5rem; }
@media (max-width: 500px) {
  td.r, td:first-child code { white-space: normal; }
  td:first-child code { min-width: 5rem; display: inline-block; }
  table { font-size: .86rem; }
  th, td { padding: .3rem; }
}
"""


class Section(NamedTuple):
    """Paragraphs and tables under a title; folded where only some will read it."""

    title: str
    blocks: tuple[Paragraph | Table, ...]
    folded: bool = False


def whole(title: str, parts: Sequence[str], more: str = "") -> str:
    """A page of a title, in the style that all have and `more` of its own."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{plain(title)}</title>",
            f"<style>{STYLE}{style.STYLE}{OWN}{more}</style>",
            *filter(None, parts),
            "</html>\n",
        ]
    )


def plain(text: str) -> str:
    """Foreign text as HTML."""
    return html.escape(clean(text))


def filled(*sections: Section) -> list[str]:
    """The sections that hold something, folded or not."""
    return [section_html(section) for section in sections if section.blocks]


def section_html(section: Section) -> str:
    """A section under its title, or in a fold that has the title."""
    title = plain(section.title)
    blocks = "\n".join(map(block_html, section.blocks))
    if section.folded:
        return f"<details><summary>{title}</summary>\n{blocks}\n</details>"
    return f"<section>\n<h2>{title}</h2>\n{blocks}\n</section>"


def block_html(block: Paragraph | Table) -> str:
    """A paragraph or a table; long names may break behind a dot or an underscore."""
    text = table(block) if isinstance(block, Table) else f"<p>{line_html(block.line)}</p>"
    return BREAK.sub(r"\1<wbr>", text)


def drawn(plot: Plot) -> str:
    """A plot as a picture on this page."""
    return inline(picture.draw(plot))


def plots(title: str, pictures: list[str]) -> str:
    """Pictures side by side, as many as there is room for."""
    if not pictures:
        return ""
    head = f"<h2>{title}</h2>\n" if title else ""
    return f'<section>\n{head}<div class="plots">\n{chr(10).join(pictures)}\n</div>\n</section>'


def inline(svg: str) -> str:
    """A picture without the style, which the page holds once."""
    return re.sub(r"<style>.*?</style>\s*", "", svg, count=1, flags=re.DOTALL)
