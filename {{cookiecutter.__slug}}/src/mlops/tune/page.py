"""The page of a search, reports/tuning.html: one file that needs no network and no script."""

from pathlib import Path

from mlops.config.record import show
from mlops.files import write_text
from mlops.review.presentation.document import Line, Name, Paragraph, Said, Table
from mlops.review.presentation.elements import line_html
from mlops.run import html
from mlops.run.html import Section
from mlops.tune import content, pictures
from mlops.tune.outcome import Outcome
from mlops.tune.space import Dimension
from mlops.tune.trial import Trial

PAGE = Path("reports/tuning.html")
MOST = 500  # trials in the table; reports/tuning.json has all


def write(outcome: Outcome, space: list[Dimension], project: str) -> Path:
    """Write the page, the same bytes for the same outcome."""
    write_text(PAGE, page(outcome, space, project))
    return PAGE


def page(outcome: Outcome, space: list[Dimension], project: str) -> str:
    """The whole page."""
    drawn = [html.drawn(plot) for plot in pictures.plots(outcome, space)]
    parts = [
        header(outcome, project),
        *html.filled(best(outcome), failures(outcome)),
        html.plots("Plots", drawn),
        *html.filled(searched(outcome, space), trials(outcome, space)),
    ]
    return html.whole(f"{project}: tuning", parts)


def header(outcome: Outcome, project: str) -> str:
    """What was tuned, and whether it was worth it."""
    reading = outcome.exam.difference if outcome.exam else None
    colours = {"better": ' class="good"', "worse": ' class="bad"'}
    colour = colours.get((reading.reading if reading else None) or "", "")
    told: Line = (
        f"{len(outcome.trials):,} trials of ",
        Name(outcome.model),
        ", each scored by ",
        Said(outcome.metric),
        f" on {rows(outcome)}",
    )
    lines = [content.verdict(outcome), told]
    if said := content.failed(outcome):
        lines.insert(1, said.line)
    shown = "\n".join(f"<p>{line_html(line)}</p>" for line in lines)
    return f"<header{colour}>\n<h1>{html.plain(project)}: tuning</h1>\n{shown}\n</header>"


def rows(outcome: Outcome) -> str:
    """The rows that decide between trials."""
    if outcome.cross_validated:
        return f"{outcome.rows:,} rows, each by a model of the other folds"
    return f"{outcome.rows:,} validation rows"


def best(outcome: Outcome) -> Section:
    """The best against the current configuration."""
    blocks: list[Paragraph | Table] = [content.scores(outcome), content.parameters(outcome)]
    if said := content.method(outcome):
        blocks.insert(1, said)
    blocks.append(Paragraph(content.next_step(outcome)))
    return Section("The best against the current configuration", tuple(blocks))


def failures(outcome: Outcome) -> Section:
    """Why trials failed."""
    blocks = (content.reasons(outcome),) if outcome.failed else ()
    return Section("Why trials failed", blocks)


def searched(outcome: Outcome, space: list[Dimension]) -> Section:
    """The space."""
    where = Paragraph(("From ", Name(f"conf/search/{outcome.model}.yaml"), "."))
    table = Table(
        "ll", ("Parameter", "Searched"), tuple(((Name(one.key),), (str(one),)) for one in space)
    )
    return Section("The search space", (where, table), folded=True)


def trials(outcome: Outcome, space: list[Dimension]) -> Section:
    """All trials, the best first, those that failed last."""
    sign = 1 if outcome.lower_is_better else -1

    def place(pair: tuple[int, Trial]) -> tuple[bool, float]:
        return pair[1].score is None, sign * (pair[1].score or 0.0)

    order = sorted(enumerate(outcome.trials, 1), key=place)[:MOST]
    heads: Line = ("Trial", *(Said(content.short(one.key)) for one in space), Said(outcome.metric))
    table = Table(
        "r" + "r" * len(space) + "r",
        heads,
        tuple(trial_row(number, one, space) for number, one in order),
    )
    return Section(f"All trials ({len(outcome.trials):,})", (table,), folded=True)


def trial_row(number: int, one: Trial, space: list[Dimension]) -> tuple[Line, ...]:
    """The values and the score of a trial."""
    cells: list[Line] = [
        (show(one.values[dim.key]) if dim.key in one.values else content.NOT_SET,) for dim in space
    ]
    return ((f"{number}",), *cells, ("failed" if one.problem else content.figure(one.score),))
