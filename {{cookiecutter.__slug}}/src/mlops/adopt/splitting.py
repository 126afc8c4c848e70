"""How the rows are split and drawn again: by time, by group, by key, or in folds."""

from typing import TYPE_CHECKING, Any, NamedTuple

from mlops.adopt.roles import Roles
from mlops.adopt.sample import Sample, Seen
from mlops.config.schema import TimeSplit

if TYPE_CHECKING:
    import pandas as pd

SMALL = 2000  # rows below which each is tested in its turn
DAYS = 10  # different days, from which on there is a past and a future
MONTHLY = range(2, 241)  # months of a window
ROWS_A_MONTH = 100  # on average, to be worth a file of their own
TEST, VALIDATION = 0.2, 0.1
USUAL = (14, 30)  # days of validation and test in conf/split/time.yaml
SHARES = (0.05, 0.4)  # of the rows being in these test days, they are as good as any


class Split(NamedTuple):
    """The split, days of its own for one by time, how rows are drawn again, the window, and why."""

    method: str
    own: TimeSplit | None
    resample: str
    start: str | None
    through: str | None
    why: str


def choose(
    sample: Sample, roles: Roles, target: Seen, name: str, by_group: bool, calibrated: str | None
) -> Split:
    """Choose what suits the table: `by_group` where a group was given, and no time.

    `calibrated`: the file that asks for validation rows, which folds do not keep.
    """
    small = sample.whole and sample.rows < SMALL
    clock = sample.column(roles.time) if roles.time else None
    start, through = window(sample, clock)
    resample, whole = ("group", "groups stay whole") if roles.group else ("row", "the key decides")
    shares = Split("group" if roles.group else "hash", None, resample, start, through, whole)
    if small and calibrated:
        shares = shares._replace(why=f"{whole}; validation rows for {calibrated}")
    elif small:
        why = whole if by_group else f"fewer than {SMALL:,} rows"
        shares = shares._replace(method="cross_validation", why=why)
    if by_group or clock is None:
        return shares
    days = clock.values.dt.normalize()
    if days.nunique() < DAYS:
        few = f"{days.nunique()} different days are too few to split by time"
        return shares._replace(why=f"{shares.why}; {few}")
    validation, test = days_of(days, sample.whole)
    if sample.whole and not learnable(days, target, validation, test):
        other = "the last days have other classes than those before"
        return shares._replace(why=f"{shares.why}; {other}")
    own = None
    if (validation, test) != USUAL:
        own = TimeSplit(f"{name}_time", validation, test)
    in_test = days[days > days.max() - days_long(test)]
    if not roles.group and len(in_test) >= 2 * in_test.nunique() and in_test.nunique() >= DAYS:
        resample = "day"
    method = own.name if own else "time"
    why = f"{clock.name} says when: the last {test} days are the test"
    return Split(method, own, resample, start, through, why)


def days_of(days: "pd.Series[Any]", whole: bool) -> tuple[int, int]:
    """The days of validation and test: the usual ones where they suit, else so that shares do."""
    last = days.max()
    span = (last - days.min()).days + 1
    validation, test = USUAL
    share = (days > last - days_long(test)).mean() if whole else test / span
    if SHARES[0] <= share <= SHARES[1] and validation + test <= span / 2:
        return USUAL
    if not whole:
        return max(1, round(VALIDATION * span)), max(1, round(TEST * span))
    ordered = days.sort_values(ignore_index=True)
    tested, held_out = (
        ordered.iloc[int((1 - part) * len(days))] for part in (TEST, TEST + VALIDATION)
    )
    return max(1, (tested - held_out).days), (last - tested).days + 1


def learnable(days: "pd.Series[Any]", target: Seen, validation: int, test: int) -> bool:
    """Whether all sides have rows, and of classes several, none of them unseen in training."""
    last = days.max()
    tested = days > last - days_long(test)
    held_out = (days > last - days_long(test + validation)) & ~tested
    sides = [~tested & ~held_out, held_out, tested]
    if not all(side.any() for side in sides):
        return False
    if target.type in ("number", "integer"):
        return True
    classes = [set(target.values[side]) for side in sides]
    return all(len(found) > 1 and found <= classes[0] for found in classes)


def days_long(count: int) -> Any:
    """So many days."""
    import pandas as pd

    return pd.Timedelta(days=count)


def window(sample: Sample, clock: Seen | None) -> tuple[str | None, str | None]:
    """The first and the last month, where the table is known as a whole and none is empty."""
    if clock is None or not sample.whole:
        return None, None
    months = clock.values.dt.to_period("M")
    first, last = months.min(), months.max()
    count = (last - first).n + 1
    full = months.nunique() == count and sample.rows >= ROWS_A_MONTH * count
    if count not in MONTHLY or not full:
        return None, None
    return str(first), str(last)
