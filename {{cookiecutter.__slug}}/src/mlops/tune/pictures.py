"""The plots of a search: scores trial by trial, what they depend on, and each key against them."""

from typing import Any

from mlops.config.record import show
from mlops.model.plot import Plot
from mlops.tune.content import short
from mlops.tune.outcome import Outcome
from mlops.tune.space import Choice, Dimension, Range

BEST, TRIAL = "best so far", "trial"
KEY, KIND = "key", " kind"  # no key is called as the latter


def plots(outcome: Outcome, space: list[Dimension]) -> list[Plot]:
    """All plots; those that need more trials than there are, are left out."""
    found = [by_trial(outcome)]
    if outcome.importance:
        share = "share of the scores' variance"
        points: dict[str, list[Any]] = {share: [*outcome.importance.values()]}
        points[KEY] = [*map(short, outcome.importance)]
        found.append(Plot("What the score depends on", "bars", share, KEY, points))
    return found + [against(outcome, one) for one in space]


def label(outcome: Outcome) -> str:
    """What the scores are."""
    return f"{outcome.metric}, {'lower' if outcome.lower_is_better else 'higher'} is better"


def by_trial(outcome: Outcome) -> Plot:
    """Each trial's score, and the best until then."""
    points: dict[str, list[Any]] = {TRIAL: [], label(outcome): [], KIND: []}
    lines: dict[str, list[tuple[int, float]]] = {TRIAL: [], BEST: []}
    choose = min if outcome.lower_is_better else max
    for number, one in enumerate(outcome.trials, 1):
        if one.score is not None:
            before = [score for _, score in lines[BEST][-1:]]
            lines[TRIAL].append((number, one.score))
            lines[BEST] += [(number, score) for score in before]  # a stair
            lines[BEST].append((number, choose([one.score, *before])))
    for kind, line in lines.items():
        for number, score in line:
            for name, value in ((TRIAL, number), (label(outcome), score), (KIND, kind)):
                points[name].append(value)
    title = "Score by trial"
    return Plot(title, "points", TRIAL, label(outcome), points, series=KIND, joined=BEST)


def against(outcome: Outcome, one: Dimension) -> Plot:
    """The scores of all trials over one key; the scale of a range is as it is searched."""
    tried = [
        (trial.values[one.key], trial.score)
        for trial in outcome.trials
        if trial.score is not None and can_be_drawn(one, trial.values.get(one.key))
    ]
    name = short(one.key)
    points: dict[str, list[Any]] = {
        name: [show(value) if isinstance(one, Choice) else value for value, _ in tried],
        label(outcome): [score for _, score in tried],
    }
    log = isinstance(one, Range) and one.log
    return Plot(name, "points", name, label(outcome), points, log=log)


def can_be_drawn(one: Dimension, value: Any) -> bool:
    """Tell whether a value has a place on the axis; the configuration's own may be anything."""
    return one.holds(value)
