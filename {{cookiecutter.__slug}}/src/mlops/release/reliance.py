"""What a model card tells of what the model relies on."""

from typing import Any

from mlops.config.schema import Config
from mlops.release.card import table
from mlops.review.presentation.inert import code
from mlops.review.presentation.wording import number, places_for, short, spread

LEADING = 10  # features that are shown


def importance(config: Config, found: dict[str, Any]) -> str:
    """How much the metric that decides loses when each of the leading features is shuffled."""
    entries = found["importance"]
    rows = [(code(entry["column"]), loss(entry)) for entry in entries[:LEADING]]
    more = len(entries) - LEADING
    times, asked = config.explanation.repeats, config.evaluation
    how = f"shuffled among {found['rows']:,} test rows, {times} times"
    return (
        f"How much {code(found['metric'])} loses when the cells of one feature are {how}. In"
        f" brackets: {short(100 * asked.confidence)} % intervals. Features that tell the same stand"
        " in for each other, and each of them counts for little.\n\n"
        + table("lr", ("Feature", "Loss"), rows)
        + (f"\n\nThe {more:,} other features count for no more." if more > 0 else "")
    )


def loss(entry: dict[str, Any]) -> str:
    """A feature's importance with its interval."""
    value = entry["value"]
    return spread(value, entry["low"], entry["high"], places_for(value))


def leaks(found: dict[str, Any]) -> str:
    """The features that alone predict nearly perfectly, as an item of a list; empty for none."""
    if not found["leaks"]:
        return ""
    named = ", ".join(
        f"{code(leak['column'])} ({code(leak['metric'])} {number(leak['value'], 4)})"
        for leak in found["leaks"]
    )
    return (
        f"\n- **Too good.** Alone, these predict nearly perfectly: {named}. What is not known when"
        " a prediction is made may not be among the features."
    )
