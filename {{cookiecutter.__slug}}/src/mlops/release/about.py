"""What a model card tells of the task, the data and the limits that follow from them."""

from typing import Any

from mlops.config.schema import Column, Config, Data, FoldSplit, GroupSplit, TimeSplit
from mlops.data.summaries import OTHER
from mlops.release.card import listing, table
from mlops.review.presentation.inert import code
from mlops.review.presentation.wording import percent, short

PERIODS = 24  # that are shown, the newest
PERIOD_HEAD = ("Period", "Rows", "Target")
MANY_NULLS = 0.1  # of the rows


def task(config: Config) -> str:
    """What the model is, and what it predicts."""
    model, made = config.model, "It is a scikit-learn pipeline"
    regression = config.data.task == "regression"
    estimator = (model.regressor if regression else model.classifier) or model.name
    corrected = f", its probabilities corrected ({model.calibration})" if model.calibration else ""
    weights = f", classes weighted ({model.class_weight})" if model.class_weight else ""
    return (
        f"{question(config)} {made} with {code(estimator)} on {len(config.data.features)}"
        f" features{weights}{corrected}."
    )


def question(config: Config) -> str:
    """What the model says of each row."""
    target = code(config.data.target)
    if config.data.task == "regression":
        return f"Regression: for each row, the model gives a number for {target}."
    if config.data.task == "multiclass":
        return (
            f"Multiclass classification: for each row, the model gives the probability of each"
            f" value of {target}: {listing(config.data.classes)}. The likeliest is the answer."
        )
    assert config.evaluation.threshold is not None  # composition holds it
    return (
        f"Binary classification: for each row, the model gives the probability that {target} is"
        f" true. From {short(config.evaluation.threshold)} on, the row is labelled positive."
    )


def predict(config: Config) -> str:
    """The line of Python that asks the model, given `inputs`."""
    return {
        "binary": "probability = model.predict_proba(inputs)[:, 1]",
        "multiclass": "probabilities = model.predict_proba(inputs)  # columns: model.classes_",
        "regression": "values = model.predict(inputs)",
    }[config.data.task]


def data(config: Config, validation: dict[str, Any]) -> str:
    """Rows, target and periods, and how they were split."""
    declared, periods = config.data, validation["partitions"]
    shown = [] if declared.start is None else list(periods)[-PERIODS:]
    rows = [
        (code(name), f"{periods[name]:,}", outcome(declared, [validation["columns"][name]]))
        for name in shown
    ]
    before = f"\n\nThe {len(periods) - len(shown)} periods before these are not shown."
    window = (
        "" if declared.start is None else f", from {code(min(periods))} to {code(max(periods))}"
    )
    every = outcome(declared, list(validation["columns"].values()))
    return (
        f"{validation['rows']:,} rows of {code(declared.name)}{window}, read from"
        f" {code(declared.source)}. {code(declared.target)}: {every}. {split(config)}"
        + ("\n\n" + table("lrl", PERIOD_HEAD, rows) if len(shown) > 1 else "")
        + (before if 0 < len(shown) < len(periods) else "")
    )


def outcome(declared: Data, parts: list[dict[str, Any]]) -> str:
    """What the target is in some periods: the share of each class, or the range of numbers."""
    found = [part[declared.target] for part in parts]
    if declared.task == "regression":
        known = [part["quantiles"] for part in found if part["quantiles"]]
        low, high = min(part[0] for part in known), max(part[-1] for part in known)
        return f"{low:g} to {high:g}"
    rows = sum(part["rows"] - part["nulls"] for part in found)
    names = ["True"] if declared.task == "binary" else declared.classes
    counts = {name: sum(part["counts"].get(name, 0) for part in found) for name in names}
    return ", ".join(
        f"{'true' if name == 'True' else code(name)} in {percent(round(count / rows, 4))}"
        for name, count in counts.items()
    )


def split(config: Config) -> str:
    """Which rows the model learnt from, and which it was tested on."""
    way = config.split
    if isinstance(way, FoldSplit):
        return (
            f"Cross-validation: a hash of {listing(config.data.kept_together)} puts each row in one"
            f" of {way.folds} folds, and each fold is tested by a model that learnt from the"
            " others. The model that is kept learnt from all rows."
        )
    if isinstance(way, TimeSplit):
        return (
            f"The last {days(way.test_days)} are the test rows, the {days(way.validation_days)}"
            " before them the validation rows; the model learnt from what lies before."
        )
    columns = config.data.kept_together if isinstance(way, GroupSplit) else config.data.key
    return (
        f"A hash of {listing(columns)} picks {percent(way.test_share)} of the rows for the"
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
    if config.data.start is None:
        return ""
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
