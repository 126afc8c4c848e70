"""The report as one HTML file that needs no network: the same content, with plots to look into."""

import html
import json
from importlib.metadata import files
from pathlib import Path

from mlops.errors import UserError
from mlops.files import write_text
from mlops.review.presentation import document, plots
from mlops.review.presentation.elements import line_html, table
from mlops.review.presentation.inert import clean
from mlops.review.presentation.page_style import SCRIPT, STYLE
from mlops.review.presentation.sections import sections
from mlops.review.presentation.verdict import is_good
from mlops.review.report import Report

# Nothing is fetched from anywhere, whatever a report says.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; base-uri 'none'; form-action 'none'"
)
WORDS = {
    document.Timeline: "Over time",
    document.Calibration: "Calibration",
    document.Forest: "Differences with their intervals, those of ↓ turned; grey ones hold zero",
}


def write(report: Report, path: Path) -> None:
    """Write the page, the same bytes for the same report."""
    write_text(path, page(report, plotly()))


def page(report: Report, library: str) -> str:
    """The whole page."""
    verdict, *rest = (section_html(section) for section in sections(report))
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            "<title>Candidate against production</title>",
            f"<style>{STYLE}</style>",
            f'<header class="{"good" if is_good(report) else "bad"}">\n{verdict}\n</header>',
            *rest,
            f"<script>{library}</script>",
            f"<script>{SCRIPT}</script>",
            "</html>\n",
        ]
    )


def plotly() -> str:
    """The plotly.js of the installed package, found without importing the package."""
    for file in files("plotly") or []:
        if file.name == "plotly.min.js":
            return Path(str(file.locate())).read_text("utf-8")
    raise UserError("plotly: plotly.min.js is not installed; run `uv sync`")


def section_html(section: document.Section) -> str:
    """A section, folded or not."""
    blocks = "\n".join(block_html(block) for block in section.blocks)
    if section.folded:
        return f"<details><summary>{html.escape(section.title)}</summary>\n{blocks}\n</details>"
    title = f"<h2>{html.escape(section.title)}</h2>\n" if section.title else ""
    return f"<section>\n{title}{blocks}\n</section>"


def block_html(block: document.Block) -> str:
    """A block as HTML."""
    match block:
        case document.Paragraph(line, small):
            return f"<p{' class=small' if small else ''}>{line_html(line)}</p>"
        case document.Bullets(lines):
            return "<ul>" + "".join(f"<li>{line_html(line)}</li>" for line in lines) + "</ul>"
        case document.Table():
            return table(block)
        case document.Commands(lines):
            return f"<pre>{html.escape(chr(10).join(lines))}</pre>"
        case document.Messages(lines):
            return f"<pre>{html.escape(chr(10).join(map(clean, lines)))}</pre>"
        case document.Timeline() | document.Calibration() | document.Forest():
            return plot(block)


def plot(block: document.Timeline | document.Calibration | document.Forest) -> str:
    """A figure that the script draws; `<` in its data cannot end the element."""
    data = json.dumps(plots.figure(block), allow_nan=False, sort_keys=True)
    for sign in "<>&\u2028\u2029":
        data = data.replace(sign, f"\\u{ord(sign):04x}")
    return (
        f"<figure><figcaption>{WORDS[type(block)]}</figcaption>"
        f'<script type="application/json">{data}</script><div></div></figure>'
    )
