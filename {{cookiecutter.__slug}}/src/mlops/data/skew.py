"""How far data has moved away from the reference, in figures.

Only partitions that are not in the reference as they are now are compared, each with the whole of
it. A table without months grows as one: its rows are counted together.
"""

from mlops.config.schema import Data
from mlops.config.validation import Skew
from mlops.data import drift, summaries
from mlops.data.checks import Profile
from mlops.data.reference import Reference
from mlops.data.summaries import OTHER, Summary

LEAST = 100  # rows, from which on distributions are compared: fewer are apart by chance

# By partition, column and kind of skew; an empty name stands for all partitions, or all columns.
Measured = dict[str, dict[str, dict[Skew, float]]]


def measure(profile: Profile, reference: Reference | None, data: Data) -> Measured:
    """Compare partitions with the reference; none where it is empty or of another table."""
    if reference is None or reference.name != data.name:
        return {}
    found: Measured = {}
    if data.start is None:
        found[""] = {"": {"rows": row_skew("", profile, reference)}}
    for part, columns in profile.columns.items():
        if not reference.has(part, columns):
            if data.start:
                found[part] = {"": {"rows": row_skew(part, profile, reference)}}
            found.setdefault(part, {}).update(
                {
                    name: skews(name, old, columns[name], data)
                    for name, old in reference.columns.items()
                    if name in columns
                }
            )
    return found


def row_skew(partition: str, profile: Profile, reference: Reference) -> float:
    """How far the count of rows is off, as a share of the reference's."""
    now, before = rows(partition, profile, reference)
    return round(abs(now / max(before, 1) - 1), 4)


def rows(partition: str, profile: Profile, reference: Reference) -> tuple[int, int]:
    """The rows of a partition, or of all, now and in the reference.

    A partition that the reference does not have is expected to be like the mean of those it has.
    """
    before = [part["rows"] for part in reference.partitions.values()]
    if not partition:
        return sum(profile.rows.values()), sum(before)
    known = reference.partitions.get(partition)
    mean = round(sum(before) / max(len(before), 1))
    return profile.rows[partition], known["rows"] if known else mean


def skews(name: str, old: Summary, new: Summary, data: Data) -> dict[Skew, float]:
    """Every figure of a column; identifiers always move, as times do, and only nulls count."""
    found: dict[Skew, float | None] = {"nulls": abs(null_share(new) - null_share(old))}
    if name not in data.identifiers and not are_named_anew(old, new):
        if min(old["rows"] - old["nulls"], new["rows"] - new["nulls"]) >= LEAST:
            found["psi"] = drift.stability_index([old], [new])
            found["ks"] = drift.distance([old], [new])
            found["target"] = target_skew(old, new, data) if name == data.target else None
        declared = data.columns[name].categories is not None
        if not declared and old.get("counts") and OTHER not in old["counts"]:
            found["categories"] = sum(new_categories(old, new).values()) / max(new["rows"], 1)
    return {key: round(value, 4) for key, value in found.items() if value is not None}


def are_named_anew(old: Summary, new: Summary) -> bool:
    """Tell whether truth values became names of categories: every row would look moved."""
    truths = {"True", "False"}
    before, now = old.get("counts", {}).keys(), new.get("counts", {}).keys()
    return bool(before and now) and before <= truths and truths.isdisjoint(now)


def null_share(summary: Summary) -> float:
    """The share of nulls."""
    return summary["nulls"] / max(summary["rows"], 1)


def new_categories(old: Summary, new: Summary) -> dict[str, int]:
    """The rows of each category that is new."""
    counts = new.get("counts", {}).items()
    known = {OTHER, *old.get("counts", {})}
    return {name: count for name, count in counts if name not in known}


def target_skew(old: Summary, new: Summary, data: Data) -> float | None:
    """How far the target's rate has moved, or the class's that has moved most."""
    before, after = rates(old, old, data), rates(new, old, data)
    return max((abs(after[name] - before[name]) for name in before), default=None)


def rates(target: Summary, reference: Summary, data: Data) -> dict[str, float]:
    """The share of positives, of each class, or of the rows above a number's old median."""
    import numpy as np

    if data.task == "regression":
        quantiles = reference.get("quantiles") or [0.0]
        middle = quantiles[len(quantiles) // 2]
        share = 1 - summaries.below([target], np.array([middle]))[0]
        return {f"above {middle:g}": float(share)}
    known = max(target["rows"] - target["nulls"], 1)
    names = ["True"] if data.task == "binary" else data.classes
    return {name: target.get("counts", {}).get(name, 0) / known for name in names}
