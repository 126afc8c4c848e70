"""What is said of a search, in a terminal and on its page alike."""

from mlops.config.record import show
from mlops.review.presentation import wording
from mlops.review.presentation.document import Bold, Command, Line, Name, Paragraph, Said, Table
from mlops.tune.outcome import Exam, Outcome

PREFIX = "model.parameters."
SHOWN = 5  # reasons of failures
CLAIMS = {
    "better": "Better than the current configuration",
    "worse": "Worse than the current configuration",
    "no_difference": "No measurable difference from the current configuration",
}
UNKNOWN = "Nobody can tell from these test rows"
NOT_SET = "not set"


def verdict(outcome: Outcome) -> Line:
    """Whether the search found something, in a sentence."""
    if outcome.best is None:
        return (Bold(("Nothing better found",)), ": ", nothing(outcome))
    assert outcome.exam is not None
    return (Bold((claim(outcome.exam),)), ": ", Said(outcome.metric), f" {gain(outcome.exam)}.")


def claim(exam: Exam) -> str:
    """How the best stands on the test rows."""
    reading = exam.difference.reading if exam.difference else None
    return CLAIMS[reading] if reading else UNKNOWN


def nothing(outcome: Outcome) -> str:
    """Why there is no best."""
    others = len(outcome.trials) - 1
    if not others:
        return "only the current configuration was tried."
    if outcome.failed == others:
        return f"all {others:,} other trials failed."
    return f"none of {others:,} other trials has a better score than the current configuration."


def gain(exam: Exam) -> str:
    """The difference on the rows of the exam."""
    found = exam.difference
    places = places_of(exam)
    rows = "rows, each scored by a model of the other folds" if exam.looks > 1 else "test rows"
    return f"{wording.difference(found, places)} on {exam.rows:,} {rows}"


def places_of(exam: Exam) -> int:
    """Decimals for the figures of an exam."""
    found = exam.difference
    ends = (found.value, found.low, found.high) if found else ()
    return wording.places_for(exam.best, exam.current, *ends)


def failed(outcome: Outcome) -> Paragraph | None:
    """How many trials failed; none where all were scored."""
    if not outcome.failed:
        return None
    return Paragraph((Bold((f"{outcome.failed:,} of {len(outcome.trials):,} trials failed.",)),))


def reasons(outcome: Outcome) -> Table:
    """Why trials failed, with the values of one for each reason."""
    rows: list[tuple[Line, ...]] = [
        ((f"{one.trials:,}",), (Said(one.problem, 300),), values(one.values))
        for one in outcome.failures[:SHOWN]
    ]
    if left := outcome.failures[SHOWN:]:
        more = sum(one.trials for one in left)
        rows.append(((f"{more:,}",), (f"{len(left):,} other reasons, in reports/tuning.json",), ()))
    return Table("rll", ("Trials", "Reason", "One of them"), tuple(rows))


def values(found: dict[str, object]) -> Line:
    """Values of a trial, in one line."""
    return (Said(", ".join(f"{short(key)} {show(value)}" for key, value in found.items()), 300),)


def short(key: str) -> str:
    """A key as it is called on a plot and in a table of trials."""
    return key.removeprefix(PREFIX)


def parameters(outcome: Outcome) -> Table:
    """Each key that was searched: as it is, and of the best."""
    best = outcome.best.values if outcome.best else {}
    keys = best or outcome.current.values
    before = outcome.current.values
    rows = tuple(
        (
            (Name(key),),
            (show(before[key]) if key in before else NOT_SET,),
            (show(best[key]) if key in best else wording.NOTHING,),
        )
        for key in keys
    )
    return Table("lrr", ("Parameter", "Current", "Best"), rows)


def scores(outcome: Outcome) -> Table:
    """The metric on the rows that chose and on those that decide."""
    metric = outcome.metric + (" ↓" if outcome.lower_is_better else "")
    chosen = "rows, out of fold" if outcome.cross_validated else "validation rows"
    rows: list[tuple[Line, ...]] = [
        (
            (f"{outcome.rows:,} {chosen}",),
            (figure(outcome.current.score),),
            (figure(outcome.best.score if outcome.best else None),),
            (gained(outcome),),
            (wording.NOTHING,),
        )
    ]
    if exam := outcome.exam:
        kept = rows[0][0] if outcome.cross_validated else (f"{exam.rows:,} test rows",)
        rows = [*([] if outcome.cross_validated else rows), (kept, *compared(exam))]
    head: Line = (Said(metric), "Current", "Best", "Difference", "Reading")
    return Table("lrrrl", head, tuple(rows))


def compared(exam: Exam) -> tuple[Line, ...]:
    """The figures of an exam."""
    places = places_of(exam)
    return (
        (wording.number(exam.current, places),),
        (wording.number(exam.best, places),),
        (wording.difference(exam.difference, places),),
        (Bold((wording.reading(exam.difference),)),),
    )


def gained(outcome: Outcome) -> str:
    """By how much the best is better on the rows that chose it."""
    if outcome.best is None:
        return wording.NOTHING
    value = (outcome.best.score or 0.0) - (outcome.current.score or 0.0)
    return f"{value:+.2g}".replace("-", wording.MINUS)


def figure(score: float | None) -> str:
    """A score, with two more digits than a figure has elsewhere: trials are close together."""
    return wording.number(score, wording.places_for(score) + 2)


def method(outcome: Outcome) -> Paragraph | None:
    """How the figures are to be read."""
    exam = outcome.exam
    if exam is None:
        return None
    sure = wording.percent(exam.confidence)
    count = len(outcome.trials)
    if outcome.cross_validated:
        text = (
            f"These rows chose the best of {count:,} and flatter it; the {sure} interval, in"
            f" brackets, is widened for the {exam.looks:,} that were compared on them."
        )
    else:
        text = (
            f"The validation rows chose the best of {count:,} and flatter it; no trial has seen the"
            f" test rows. In brackets: the {sure} interval of the difference. Both models were"
            " fitted anew on the training rows."
        )
    return Paragraph((text,))


def next_step(outcome: Outcome) -> Line:
    """The command that helps now."""
    if outcome.best is None:
        more = 2 * max(len(outcome.trials), outcome.asked)
        return ("To try more: ", Command(f"uv run mlops tune --trials {more}"))
    exam = outcome.exam
    reading = exam.difference.reading if exam and exam.difference else None
    if reading == "worse":
        return ("conf/ is better left as it is.",)
    start = "To take it: " if reading == "better" else "To take it all the same: "
    return (start, Command("uv run mlops tune --adopt"))
