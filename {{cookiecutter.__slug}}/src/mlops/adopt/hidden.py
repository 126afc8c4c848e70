"""Which columns a model is not to see, and by which categories its metrics are looked at apart."""

import re
from collections.abc import Iterable

from mlops.adopt import names
from mlops.adopt.sample import Sample, Seen
from mlops.errors import UserError

NAMES_ROWS = re.compile(
    r"(^|_)(id|ids|key|uuid|guid|nr|no|number|code|row_in_file)$|^(id|index)(_|$)"
)
TEXT_WORDS, TEXT_LENGTH = 4, 40  # on average, from which on texts are prose
DIFFERENT = 0.9  # of the texts being so, they name the rows
SMALL = 20  # rows, in which everything is different
CATEGORIES = 10_000  # at most
SEGMENTS, SEGMENT_SHARE = 2, 0.05  # found at most, and the share of rows of the smallest category
SEGMENT_CATEGORIES = range(2, 11)


def identifiers(
    sample: Sample, usable: list[Seen], key: list[str], time: str | None, group: str | None
) -> dict[str, str]:
    """The columns that are kept in the data and not shown to the model, each with the reason."""
    found = {names.ROW: "the row's number"} if key == [names.ROW] else {}
    for seen in usable:
        if seen.name == time:
            continue
        if seen.name == group:
            found[seen.name] = "the group"
        elif key == [seen.name]:
            found[seen.name] = "the key"
        elif reason := reason_to_hide(seen, seen.name in key):
            found[seen.name] = reason
        elif seen.type == "category" and seen.distinct > CATEGORIES:
            raise UserError(
                f"{sample.file}: column {seen.header!r}: {seen.distinct:,} different texts in"
                f" {len(seen.values):,} rows are too many categories: --drop {seen.name}, or"
                f" --group {seen.name} to keep the rows of one together"
            )
    return found


def reason_to_hide(seen: Seen, in_key: bool) -> str | None:
    """Why a column tells a model nothing; None where it may."""
    known = len(seen.values) - int(seen.values.isna().sum())
    many = known > SMALL
    if seen.type == "timestamp":
        return "a time: no feature by itself"
    if seen.type == "integer" and many and seen.distinct == known:
        return "names rows" if in_key or NAMES_ROWS.search(seen.name) else None
    if seen.type != "category" or not many:
        return None
    texts = seen.values.dropna()
    words, length = texts.str.count(r"\s").mean() + 1, texts.str.len().mean()
    if (words >= TEXT_WORDS or length >= TEXT_LENGTH) and seen.distinct > SMALL:
        return "free text: no feature by itself"
    return "a different text in nearly each row" if seen.distinct > DIFFERENT * known else None


def naming(features: Iterable[Seen]) -> dict[str, str]:
    """A question of each column that the model sees and that is called as what names something."""
    return {
        seen.name: f"does it name something? then --group {seen.name}, or --drop {seen.name}"
        for seen in features
        if NAMES_ROWS.search(seen.name)
        and seen.type in ("integer", "category")
        and seen.distinct > SMALL
    }


def segments(features: list[Seen]) -> list[str]:
    """Categories by which it is worth to look at the metrics apart: few, and each in many rows."""
    found = []
    for seen in features:
        if seen.type == "category" and not seen.nullable and seen.distinct in SEGMENT_CATEGORIES:
            share = seen.values.value_counts(normalize=True).min()
            if share >= SEGMENT_SHARE:
                found.append(seen.name)
    return found[:SEGMENTS]
