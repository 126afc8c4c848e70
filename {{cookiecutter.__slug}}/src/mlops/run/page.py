"""The page of a run, reports/report.html: one file that needs no network and no script.

It tells times, so it is no output of a stage: two runs give different pages.
"""

import html
import re
from pathlib import Path

from mlops.files import write_text
from mlops.model.plot import Plot
from mlops.pictures import picture, style
from mlops.review.presentation.document import Paragraph, Table
from mlops.review.presentation.elements import line_html, table
from mlops.review.presentation.inert import clean
from mlops.review.presentation.page_style import STYLE
from mlops.run import background, explanation, reports, results
from mlops.run.reports import Run, Section

PAGE = Path("reports/report.html")
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


def page() -> None:
    """Write the page from the reports that are here."""
    write()
    print(f"the page of this run: {PAGE}")


def write() -> Path:
    """Write the page. Raise `UserError` where there are no reports."""
    write_text(PAGE, content(reports.read()))
    return PAGE


def content(run: Run) -> str:
    """The whole page."""
    title = html.escape(clean(run.project))
    times = background.times(run)
    parts = [
        section_html(results.metrics(run)),
        *filled(results.classes(run), *results.segments(run)),
        plots("Plots", run.plots),
        section_html(background.data(run)),
        *filled(explanation.section(run)),
        plots("", [drawn(plot) for plot in explanation.plots(run)]),
        *filled(*background.parameters(run)),
        plots("Time", [drawn(times)] if times else []),
        *filled(background.stages(run), background.versions(run)),
    ]
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{title}</title>",
            f"<style>{STYLE}{style.STYLE}{OWN}</style>",
            header(run, title),
            *filter(None, parts),
            "</html>\n",
        ]
    )


def header(run: Run, title: str) -> str:
    """What the run is, and the metric that decides."""
    lines = "\n".join(f"<p>{line_html(line)}</p>" for line in results.summary(run))
    said = f"<p>{html.escape(clean(run.said))}</p>" if run.said else ""
    picture = plots("", [drawn(results.headline(run))])
    return f"<header>\n<h1>{title}</h1>\n{lines}\n{said}\n</header>\n{picture}"


def filled(*sections: Section) -> list[str]:
    """The sections that hold something, folded or not."""
    return [section_html(section) for section in sections if section.blocks]


def section_html(section: Section) -> str:
    """A section under its title, or in a fold that has the title."""
    title = html.escape(clean(section.title))
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
    return reports.inline(picture.draw(plot))


def plots(title: str, pictures: list[str]) -> str:
    """Pictures side by side, as many as there is room for."""
    if not pictures:
        return ""
    head = f"<h2>{title}</h2>\n" if title else ""
    return f'<section>\n{head}<div class="plots">\n{chr(10).join(pictures)}\n</div>\n</section>'
