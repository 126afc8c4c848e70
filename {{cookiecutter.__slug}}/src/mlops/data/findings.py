"""Which limits of `conf/validation/` the data breaks, each as a line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from mlops.config.schema import Config, Data
from mlops.config.validation import Limits, Skew
from mlops.data import partitions, tables
from mlops.data.checks import Profile, shown
from mlops.data.problem import Problem
from mlops.data.reference import PATH, Reference
from mlops.data.skew import Measured, new_categories, null_share, rates, rows
from mlops.data.summaries import Summary

Severity = Literal["warning", "error"]


class Finding(NamedTuple):
    """A limit that is broken."""

    severity: Severity
    skew: Skew
    problem: Problem


class Column(NamedTuple):
    """A column of a file, now and in the reference."""

    file: Path
    name: str
    old: Summary
    new: Summary


def findings(
    measured: Measured,
    profile: Profile,
    reference: Reference | None,
    config: Config,
    directory: Path,
) -> Iterator[Finding]:
    """Say what is beyond the limits, partition by partition."""
    if reference is None:
        return
    for partition, columns in measured.items():
        file = partitions.path_of(directory, partition) if partition else directory
        for name, skews in columns.items():
            for skew, value in skews.items():
                severity, limit = broken(value, config.validation.of(skew))
                if severity is None:
                    continue
                if skew == "rows":
                    problem = rows_problem(file, rows(partition, profile, reference), limit)
                else:
                    new = profile.columns[partition][name]
                    column = Column(file, name, reference.columns[name], new)
                    problem = described(skew, value, column, limit, config.data)
                yield Finding(severity, skew, problem)


def broken(value: float, limits: Limits) -> tuple[Severity | None, float]:
    """The graver one of the limits that a value is above of."""
    if limits.error is not None and value > limits.error:
        return "error", limits.error
    if limits.warning is not None and value > limits.warning:
        return "warning", limits.warning
    return None, 0.0


def described(skew: Skew, value: float, column: Column, limit: float, data: Data) -> Problem:
    """What is wrong with a column."""
    if skew == "nulls":
        return nulls_problem(column, limit)
    if skew == "categories":
        return categories_problem(column, limit)
    if skew == "target":
        return target_problem(column, limit, data)
    told = f"{skew.upper()} {value:.3g} against {PATH}"
    return Problem(
        str(column.file), column.name, None, told, f"at most {limit:g}", column.new["rows"]
    )


def rows_problem(file: Path, counts: tuple[int, int], limit: float) -> Problem:
    """The count of rows."""
    told = f"{counts[0]:,} rows, {counts[1]:,} in the reference"
    return Problem(str(file), "", None, told, f"a difference of {most(limit)}", counts[0])


def nulls_problem(column: Column, limit: float) -> Problem:
    """The share of nulls; where it has risen, the first one."""
    old, new = null_share(column.old), null_share(column.new)
    cells = tables.read(column.file, [column.name])[column.name]
    row = int(cells.isna().to_numpy().argmax()) + 1 if new > old else None
    told = f"null in {percent(new)} of the rows, {percent(old)} in the reference"
    expected = f"a difference of {most(limit)}"
    return Problem(str(column.file), column.name, row, told, expected, column.new["nulls"])


def categories_problem(column: Column, limit: float) -> Problem:
    """Rows in new categories, and the first one."""
    new = new_categories(column.old, column.new)
    cells = tables.read(column.file, [column.name])[column.name]
    unknown = cells.notna() & ~cells.astype(str).isin(column.old.get("counts", {}))
    row = int(unknown.to_numpy().argmax())
    expected = f"such rows to be {most(limit)}" if limit else "a category that it has"
    told = f"{shown(cells.iloc[row])}, which is not in the reference"
    return Problem(str(column.file), column.name, row + 1, told, expected, sum(new.values()))


def target_problem(column: Column, limit: float, data: Data) -> Problem:
    """The target's rate, or of its classes the one that has moved most."""
    old, new = (rates(part, column.old, data) for part in (column.old, column.new))
    name = max(old, key=lambda name: abs(new[name] - old[name]))
    told = f"{name} in {percent(new[name])} of the rows, {percent(old[name])} in the reference"
    expected = f"a difference of {most(limit)}"
    return Problem(str(column.file), column.name, None, told, expected, column.new["rows"])


def most(limit: float) -> str:
    """A limit in words."""
    return f"at most {percent(limit)}"


def percent(share: float) -> str:
    """A share to three digits."""
    return f"{100 * share:.3g} %"
