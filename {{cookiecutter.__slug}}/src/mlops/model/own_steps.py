"""The recipe's own steps, tried on some rows before a fit: their mistakes are told as theirs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlops.config.explain import nearest
from mlops.errors import UserError
from mlops.model.libraries import own_packages

if TYPE_CHECKING:
    import pandas as pd

ROWS = 1_000
PREPROCESSING = "preprocessing"  # the steps before it are the recipe's own
TYPES = ("number", "integer", "boolean", "category")  # of a feature


def check_declared(columns: Mapping[str, Any]) -> None:
    """Raise `UserError` where `ADDED` has a column of no such type; Python does not check it."""
    for name, column in columns.items():
        if (kind := getattr(column, "type", None)) not in TYPES:
            given = repr(kind) if kind else f"a {type(column).__name__}"
            raise UserError(
                f"{features()}: ADDED: {name!r}: its type is {given}, expected"
                f" Column(type=...) with one of {', '.join(TYPES)}"
            )


def features() -> str:
    """Where the steps are."""
    return f"src/{''.join(own_packages()[:1])}/features.py"


def check(pipeline: Any, table: "pd.DataFrame", target: Any) -> None:
    """Raise `UserError` where a step gives no table, or other columns than are declared.

    What else goes wrong is left to the fit on all rows.
    """
    import pandas as pd
    from sklearn.base import clone

    if not (steps := of_recipe(pipeline)):
        return
    where = features()
    rows, known = table.head(ROWS), target.head(ROWS)
    for name, step in steps:
        before = list(rows.columns)
        try:
            rows = clone(step).fit_transform(rows, known)
        except KeyError as error:
            if error.args and error.args[0] not in before:
                seen = f"it sees {', '.join(before)}"
                raise UserError(f"{where}: step {name!r}: no column {error}; {seen}") from error
            return
        except Exception:  # too few rows to learn from, or a mistake with a traceback of its own
            return
        if not isinstance(rows, pd.DataFrame):
            raise UserError(f"{where}: step {name!r} gives {type(rows).__name__}, expected a table")
    check_columns(list(rows.columns), pipeline.named_steps[PREPROCESSING], where)


def check_finite(pipeline: Any, table: "pd.DataFrame", target: Any) -> None:
    """Raise `UserError` where the steps have made a number infinite, as a division by 0 does."""
    import numpy as np
    from sklearn.base import clone

    rows = table
    for _, step in of_recipe(pipeline):
        rows = clone(step).fit_transform(rows, target)
    numbers = rows.select_dtypes("number").astype("float64")
    for name, count in np.isinf(numbers).sum().items():
        if count:
            raise UserError(
                f"{features()}: {name!r} is infinite in {count:,} of {len(rows):,} rows, as after a"
                " division by 0: let its step give null there"
            )


def of_recipe(pipeline: Any) -> list[tuple[str, Any]]:
    """The steps before the preprocessing; none where there is no such."""
    steps = getattr(pipeline, "steps", [])
    names = [name for name, _ in steps]
    return steps[: names.index(PREPROCESSING)] if PREPROCESSING in names else []


def check_columns(given: list[str], preprocessing: Any, where: str) -> None:
    """Raise `UserError` where steps give other columns than the features and `ADDED`."""
    parts = [names for _, _, names in preprocessing.transformers]
    if not all(isinstance(names, list) for names in parts):
        return  # a selection of the recipe's own
    declared = [name for names in parts for name in names]
    for name in declared:
        if name not in given:
            raise UserError(f"{where}: ADDED: no step gives {name!r}; {nearest(name, given)}")
    for name in given:
        if name not in declared:
            raise UserError(
                f"{where}: ADDED: {name!r} is not in it, so the model would not see that column:"
                " declare it, or let the step drop it"
            )
