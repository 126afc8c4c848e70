"""The files that a review leaves in `reports/`: data, Markdown and a page."""

from mlops import layout
from mlops.files import write_text
from mlops.review.presentation import markdown, page
from mlops.review.report import Report, dumps


def write(report: Report) -> tuple[str, str]:
    """Write all three, and return the Markdown and the JSON."""
    text, data = markdown.render(report), dumps(report)
    write_text(layout.REPORT, data)
    write_text(layout.REPORT.with_suffix(".md"), text)
    page.write(report, layout.REPORT.with_suffix(".html"))
    return text, data
