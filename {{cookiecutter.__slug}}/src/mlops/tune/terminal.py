"""What a search found, in a terminal."""

from pathlib import Path

from mlops.review.presentation.document import Paragraph, Table
from mlops.review.presentation.terminal import console, rendered
from mlops.tune import content
from mlops.tune.outcome import Outcome


def show(outcome: Outcome, page: Path) -> None:
    """Print the verdict, the figures, what failed, and what to do next."""
    screen = console()
    blocks: list[Paragraph | Table | None] = [
        Paragraph(content.verdict(outcome)),
        content.failed(outcome),
        content.reasons(outcome) if outcome.failed else None,
        content.scores(outcome),
        content.parameters(outcome),
        content.method(outcome),
        Paragraph(content.next_step(outcome)),
    ]
    for block in blocks:
        if block is not None:
            screen.print()
            screen.print(rendered(block))
    screen.print(f"\nThe page: {page}", markup=False)
