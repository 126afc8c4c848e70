"""The page of a run, reports/report.html: one file that needs no network and no script.

It tells times, so it is no output of a stage: two runs give different pages.
"""

from pathlib import Path

from mlops.files import write_text
from mlops.review.presentation.elements import line_html
from mlops.run import background, explanation, reports, results
from mlops.run.html import drawn, filled, plain, plots, section_html, whole
from mlops.run.reports import Run

PAGE = Path("reports/report.html")


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
    return whole(run.project, [header(run), *parts])


def header(run: Run) -> str:
    """What the run is, and the metric that decides."""
    lines = "\n".join(f"<p>{line_html(line)}</p>" for line in results.summary(run))
    said = f"<p>{plain(run.said)}</p>" if run.said else ""
    picture = plots("", [drawn(results.headline(run))])
    return f"<header>\n<h1>{plain(run.project)}</h1>\n{lines}\n{said}\n</header>\n{picture}"
