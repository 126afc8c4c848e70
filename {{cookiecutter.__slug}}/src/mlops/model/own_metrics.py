"""The project's own metrics, functions of its package that `conf/evaluation/` names."""

import importlib
from functools import partial
from typing import TYPE_CHECKING, Any

from mlops.config.schema import Evaluation
from mlops.errors import UserError
from mlops.model.libraries import own_packages

if TYPE_CHECKING:
    import numpy as np
    from mlops.model.rows import Metric, Rows


def load(evaluation: Evaluation) -> "dict[str, Metric]":
    """The functions by the metrics' names. Raise `UserError` where one is not there."""
    file = f"conf/evaluation/{evaluation.name}.yaml"
    return {
        name: partial(checked, find(own.function, f"{file}: own.{name}"), own.function)
        for name, own in evaluation.own.items()
    }


def find(dotted: str, where: str) -> "Metric":
    """Import a function of the project's own package."""
    module, _, name = dotted.rpartition(".")
    if module.split(".")[0] not in own_packages():
        expected = " or ".join(f"{package}.metrics.{name}" for package in own_packages())
        raise UserError(f"{where}: {dotted!r}: expected a function of yours, such as {expected}")
    try:
        found: Metric = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise UserError(f"{where}: {dotted!r} is not there ({error})") from None
    return found


def checked(function: Any, dotted: str, rows: "Rows", drawn: "np.ndarray") -> "np.ndarray":
    """Call a metric, which has to give a number for each round."""
    import numpy as np

    values: np.ndarray = np.asarray(function(rows, drawn), dtype=float)
    if values.shape != (len(drawn),):
        raise UserError(
            f"{dotted}: gave numbers of shape {values.shape}, expected one for each of the"
            f" {len(drawn):,} rounds: `mean(values, rows, drawn)` of mlops.model.rows gives that"
        )
    return values
