"""Check tables against the declared columns: pandera finds, a line tells."""

import operator
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mlops.config.schema import Column, Data
from mlops.data import keys, summaries, tables
from mlops.data.problem import Problem

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

ONCE = "each value once"


class Profile(NamedTuple):
    """What one or more partitions hold; `merge` adds them up."""

    rows: dict[str, int]
    nulls: dict[str, int]
    problems: list[Problem]
    columns: dict[str, dict[str, summaries.Summary]]  # by partition, then by column
    keys: keys.Hashes

    def merge(self, other: "Profile") -> "Profile":
        """Add up two profiles; associative, order kept."""
        nulls = {name: count + other.nulls.get(name, 0) for name, count in self.nulls.items()}
        return Profile(
            self.rows | other.rows,
            other.nulls | nulls,
            self.problems + other.problems,
            self.columns | other.columns,
            keys.merge(self.keys, other.keys),
        )


def profile(path: Path, data: Data) -> Profile:
    """Check one partition against the declared columns."""
    frame = tables.read(path)
    problems = [
        Problem(str(path), name, None, "is missing", f"{a(column.type)} column", len(frame))
        for name, column in data.columns.items()
        if name not in frame
    ]
    known = {name: column for name, column in data.columns.items() if name in frame}
    problems += type_problems(frame, known, str(path))
    wrong = {problem.column for problem in problems}
    sound = {name: column for name, column in known.items() if name not in wrong}
    problems += schema_problems(frame[list(sound)], sound, data, str(path))
    return Profile(
        {path.stem: len(frame)},
        {name: int(frame[name].isna().sum()) for name in known},
        problems,
        {path.stem: {name: summaries.summarise(frame[name]) for name in sound}},
        keys.hashes(frame[list(sound)], path.stem, data),
    )


def type_problems(frame: "pd.DataFrame", columns: dict[str, Column], file: str) -> list[Problem]:
    """Find columns whose type is not the declared one, and the first cell that is to blame.

    A column of nulls alone has no type; `whole_problems` judges it. Whole numbers pass as numbers.
    """
    import pandas as pd

    problems = []
    for name, column in columns.items():
        cells = frame[name]
        if cells.isna().all() or matches(cells, column.type):
            continue
        bad = cells.notna()
        if column.type in ("number", "integer") and not matches(cells, "boolean"):
            numbers = pd.to_numeric(cells, errors="coerce")
            bad &= numbers.isna() | (column.type == "integer") & (numbers % 1 != 0)
        if not bad.any():
            if column.type == "integer" and matches(cells, "number"):
                continue  # whole numbers with nulls are read as floating point
            bad = cells.notna()
        row = int(bad.to_numpy().argmax())
        value = shown(cells.iloc[row])
        problems.append(Problem(file, name, row + 1, value, a(column.type), int(bad.sum())))
    return problems


def shown(cell: Any) -> str:
    """Show a cell as a person would write it."""
    return repr(cell.item() if hasattr(cell, "item") else cell)


def a(kind: str) -> str:
    """Put the article before a type."""
    return f"an {kind}" if kind == "integer" else f"a {kind}"


def matches(cells: "pd.Series[Any]", kind: str) -> bool:
    """Tell whether the column's type is the declared one."""
    from pandas.api import types

    if kind == "number":
        return types.is_numeric_dtype(cells) and not types.is_bool_dtype(cells)
    test = {
        "integer": types.is_integer_dtype,
        "category": types.is_string_dtype,
        "boolean": types.is_bool_dtype,
        "timestamp": types.is_datetime64_any_dtype,
    }[kind]
    return bool(test(cells))


def schema_problems(
    frame: "pd.DataFrame", columns: dict[str, Column], data: Data, file: str
) -> list[Problem]:
    """Check nulls, ranges, categories, the key and what is unique."""
    doubtful = {name: column for name, column in columns.items() if fails(frame[name], column)}
    problems = failures(frame, doubtful, file) if doubtful else []
    if set(data.key) <= set(columns):
        problems += doubled(frame, data.key, "each key once (data.key)", file)
    for name, column in columns.items():
        if column.unique:
            problems += doubled(frame[frame[name].notna()], [name], ONCE, file)
    return problems


def fails(cells: "pd.Series[Any]", column: Column) -> bool:
    """Tell whether a column fails, from as few cells as tell it: loading pandera takes longer.

    A test of numbers fails at their ends if anywhere, and one of categories is of distinct ones.
    """
    import pandas as pd

    if not column.nullable and cells.isna().any():
        return True
    if not (tested := tests(column)):
        return False
    telling = cells.unique() if column.type == "category" else [cells.min(), cells.max()]
    known = pd.Series(telling).dropna()
    return not all(test(known).all() for test in tested.values())


def failures(frame: "pd.DataFrame", columns: dict[str, Column], file: str) -> list[Problem]:
    """Find with pandera what fails in some columns, and where first."""
    import pandera.pandas as pa

    problems = []
    try:
        schema(columns).validate(frame, lazy=True, inplace=True)
    except pa.errors.SchemaErrors as error:
        for (name, check), cases in error.failure_cases.groupby(["column", "check"], sort=False):
            first = cases.iloc[0]
            value = "null" if check == "not_nullable" else shown(first["failure_case"])
            expected = "no nulls" if check == "not_nullable" else str(check)
            problems.append(
                Problem(file, str(name), int(first["index"]) + 1, value, expected, len(cases))
            )
    return problems


def doubled(frame: "pd.DataFrame", names: list[str], expected: str, file: str) -> list[Problem]:
    """Find rows that have in some columns what an earlier row has; the index counts from 0."""
    again = frame.duplicated(names)
    if not again.any():
        return []
    row: Any = again.idxmax()
    value = ", ".join(str(cell) for cell in frame.loc[row, names])
    return [Problem(file, ", ".join(names), row + 1, value, expected, int(again.sum()))]


def schema(columns: dict[str, Column]) -> "pa.DataFrameSchema":
    """Turn declared columns into a pandera schema; each check is named as its expectation."""
    import pandera.pandas as pa

    return pa.DataFrameSchema(
        {
            name: pa.Column(
                checks=[pa.Check(test, error=words) for words, test in tests(column).items()],
                nullable=column.nullable,
            )
            for name, column in columns.items()
        }
    )


def expectations(column: Column) -> list[str]:
    """All that is checked of a column's cells, in the words of the problems."""
    nulls = [] if column.nullable else ["no nulls"]
    return [a(column.type), *nulls, *tests(column), *([ONCE] if column.unique else [])]


def tests(column: Column) -> dict[str, Callable[["pd.Series[Any]"], "pd.Series[bool]"]]:
    """What is tested of the cells that are not null, by its expectation."""
    found: dict[str, Any] = {}
    if column.type == "number":
        found["a finite number"] = lambda cells: cells.abs() != float("inf")
    if column.minimum is not None:
        found[f"at least {column.minimum:g}"] = partial(operator.le, column.minimum)
    if column.maximum is not None:
        found[f"at most {column.maximum:g}"] = partial(operator.ge, column.maximum)
    if (names := column.categories) is not None:
        found[f"one of {', '.join(names)}"] = lambda cells: cells.isin(names)
    return found


def whole_problems(profile: Profile, data: Data, directory: str) -> list[Problem]:
    """Check what only all partitions together can tell: columns of nulls, a single class."""
    rows = sum(profile.rows.values())
    problems = []
    if rows == 0:
        problems.append(Problem(directory, data.target, None, "no rows at all", "rows", 0))
    for name, nulls in profile.nulls.items():
        if 0 < rows == nulls:
            expected = "some values, or no such column in conf/data/"
            problems.append(Problem(directory, name, None, "nothing but nulls", expected, rows))
    sound = all(problem.column != data.target for problem in profile.problems)
    if rows and sound and (only := only_value(profile, data)) is not None:
        expected = "different values" if data.task == "regression" else "several classes"
        problem = f"{only} in all {rows:,} rows"
        problems.append(Problem(directory, data.target, None, problem, expected, rows))
    return problems + repeated_keys(profile, directory)


def repeated_keys(profile: Profile, directory: str) -> list[Problem]:
    """Keys that several partitions have, where none has one twice by itself."""
    told = {problem.column for problem in profile.problems}
    return [key for key in keys.repeated(profile.keys, directory) if key.column not in told]


def only_value(profile: Profile, data: Data) -> str | None:
    """The target's value, where it has one only."""
    if data.task == "regression":
        quantiles = [part["quantiles"] for part in target(profile, data) if part.get("quantiles")]
        ends = {part[place] for part in quantiles for place in (0, -1)}
        return f"{ends.pop():g}" if len(ends) == 1 else None
    classes = target_classes(profile, data)
    return next(iter(classes)) if len(classes) == 1 else None


def target_classes(profile: Profile, data: Data) -> dict[str, int]:
    """The rows of each class of the target."""
    found: dict[str, int] = {}
    for part in target(profile, data):
        for name, count in part.get("counts", {}).items():
            found[name] = found.get(name, 0) + count
    return found


def target(profile: Profile, data: Data) -> list[summaries.Summary]:
    """What the target is in each partition."""
    return [part[data.target] for part in profile.columns.values() if data.target in part]
