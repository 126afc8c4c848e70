"""What a model card tells of the task, the data and the limits that follow from them."""

from typing import Any

from mlops.config.schema import Column, Config, Data, TimeSplit
from mlops.data.drift import OTHER
from mlops.release.card import listing, table
from mlops.review.presentation.inert import code
from mlops.review.presentation.wording import percent, short

PERIODS = 24  # that are shown, the newest
MANY_NULLS = 0.1  # of the rows


def task(config: Config) -> str:
    """What the model is, what it predicts, and from when on it says yes."""
    estimator = config.model.classifier or config.model.name
    return (
        f"Binary classification: for each row, the model gives the probability that"
        f" {code(config.data.target)} is true. From {short(config.evaluation.threshold)} on, the"
        f" row is labelled positive. It is a scikit-learn pipeline with {code(estimator)} on"
        f" {len(config.data.features)} features."
    )


def data(config: Config, validation: dict[str, Any]) -> str:
    """Rows, target rate and periods, and how they were split."""
    declared, periods = config.data, validation["partitions"]
    shown = list(periods)[-PERIODS:]
    target = code(declared.target)
    rows = []
    for name in shown:
        counts = validation["columns"][name][declared.target]["counts"]
        rate = percent(counts.get("True", 0) / periods[name])
        rows.append((code(name), f"{periods[name]:,}", rate))
    before = f"\n\nThe {len(periods) - len(shown)} periods before these are not shown."
    return (
        f"{validation['rows']:,} rows of {code(declared.name)}, from {code(min(periods))} to"
        f" {code(max(periods))}, read from {code(declared.source)}; {target} is true in"
        f" {percent(validation['target_rate'])} of them. {split(config)}\n\n"
        + table("lrr", ("Period", "Rows", f"{target} is true"), rows)
        + (before if len(shown) < len(periods) else "")
    )


def split(config: Config) -> str:
    """Which rows the model learnt from, and which it was tested on."""
    way = config.split
    if isinstance(way, TimeSplit):
        return (
            f"The last {days(way.test_days)} are the test rows, the {days(way.validation_days)}"
            " before them the validation rows; the model learnt from what lies before."
        )
    return (
        f"A hash of {listing(config.data.key)} picks {percent(way.test_share)} of the rows for the"
        f" test and {percent(way.validation_share)} for validation; the model learnt from the rest."
    )


def days(count: int) -> str:
    """A number of days."""
    return f"{count} days" if count > 1 else "day"


def schema(declared: Data) -> str:
    """Each column: what it is for, its type, and the values that it may have."""
    rows = [
        (code(name), use(declared, name), column.type, "yes" if column.nullable else "no", column)
        for name, column in declared.columns.items()
    ]
    head = ("Column", "Use", "Type", "May be null", "Values")
    return table("lllll", head, [(*cells, values(column)) for *cells, column in rows])


def use(declared: Data, name: str) -> str:
    """What a column is for."""
    if name == declared.target:
        return "target"
    if name == declared.time:
        return "time"
    return "feature" if name in declared.features else "identifier"


def values(column: Column) -> str:
    """The values that a column may have."""
    if column.categories is not None:
        return listing(column.categories)
    bounds = (column.minimum, column.maximum)
    low, high = (None if bound is None else short(bound) for bound in bounds)
    if low and high:
        return f"{low} to {high}"
    return f"from {low}" if low else f"up to {high}" if high else "any"


def limits(config: Config, validation: dict[str, Any]) -> str:
    """What the numbers say about where the model should not be trusted, as a list."""
    lines = [
        period(config, validation),
        categories(config.data, validation),
        nulls(config.data, validation),
    ]
    return "\n".join(f"- {line}" for line in lines if line)


def period(config: Config, validation: dict[str, Any]) -> str:
    """How old what the model knows is."""
    last, way = max(validation["partitions"]), config.split
    if isinstance(way, TimeSplit):
        end = f"{days(way.test_days + way.validation_days)} before the end of {code(last)}"
    else:
        end = f"the end of {code(last)}"
    first = min(validation["partitions"])
    return (
        f"**Time.** It learnt from data from {code(first)} until {end}. What has changed since, and"
        " seasons outside that time, it does not know."
    )


def categories(declared: Data, validation: dict[str, Any]) -> str:
    """Which values of categories were ever seen."""
    seen = {}
    for name, column in declared.features.items():
        if column.type == "category":
            parts = (found[name].get("counts", {}) for found in validation["columns"].values())
            seen[name] = {value for counts in parts for value in counts}
    if not seen:
        return ""
    counted = ", ".join(f"{code(name)} {count(found)}" for name, found in seen.items())
    return (
        f"**Categories.** Different values in the data: {counted}. A value that is not among them"
        " gets an answer too, but that column then tells the model nothing."
    )


def count(values: set[str]) -> str:
    """How many values there are; rare ones may have been counted together."""
    return f"more than {len(values) - 1:,}" if OTHER in values else f"{len(values):,}"


def nulls(declared: Data, validation: dict[str, Any]) -> str:
    """Which features are often missing."""
    shares = {name: validation["nulls"][name] / validation["rows"] for name in declared.features}
    often = sorted(shares, key=lambda name: -shares[name])
    often = [name for name in often if shares[name] >= MANY_NULLS]
    if not often:
        return f"**Nulls.** No feature is null in {percent(MANY_NULLS)} of the rows or more."
    counted = ", ".join(f"{code(name)} {percent(round(shares[name], 3))}" for name in often)
    return f"**Nulls.** Null in {percent(MANY_NULLS)} of the rows or more: {counted}."
