"""The keys of the configuration that may be searched: those on which training alone depends."""

from copy import deepcopy
from typing import Any

from mlops.config.explain import nearest
from mlops.config.record import ABSENT, assign
from mlops.config.schema import Config
from mlops.errors import UserError
from mlops.model import estimators

PARAMETER = "model.parameters."
SETTINGS = ["model.class_weight", "model.encoding"]


def check(key: str, where: str, values: dict[str, Any], config: Config) -> bool:
    """Tell whether a key is one of this task. Raise `UserError` where it may not be searched."""
    found = value_of(values, key)
    if isinstance(found, dict):
        raise UserError(f"{where}: is a section; name one of its keys")
    if key.startswith(PARAMETER):
        return is_parameter(key.removeprefix(PARAMETER), where, config, found is not ABSENT)
    if key in SETTINGS:
        return not (key == "model.class_weight" and config.data.task == "regression")
    if key.startswith("recipe."):
        if found is ABSENT:
            raise UserError(f"{where}: no such key; write it into conf/config.yaml first")
        return True
    if key.startswith("model."):
        accepted = [*SETTINGS, f"{PARAMETER}NAME"]
        raise UserError(f"{where}: is not searched; {nearest(key, accepted)}")
    raise UserError(
        f"{where}: is not searched, for it changes what is compared: only model.* and recipe.* are"
    )


def is_parameter(name: str, where: str, config: Config, is_set: bool) -> bool:
    """Tell whether the task's estimator takes a parameter; another task's may, instead."""
    own, other = "classifier", "regressor"
    if config.data.task == "regression":
        own, other = other, own
    accepted = parameters(config, own)
    if is_set or name in accepted:
        return True
    if name in parameters(config, other):
        return False
    kind = str(getattr(config.model, own)).rpartition(".")[2]
    raise UserError(f"{where}: {kind} has no such parameter; {nearest(name, accepted)}")


def parameters(config: Config, kind: str) -> list[str]:
    """The parameters of the model's classifier or regressor; none where it has none."""
    dotted = getattr(config.model, kind)
    if dotted is None:
        return []
    return estimators.parameters_of(estimators.find(dotted, kind, config.model.name)())


def value_of(values: dict[str, Any], key: str) -> Any:
    """The value at a dotted key; `ABSENT` where there is none."""
    found: Any = values
    for part in key.split("."):
        if not isinstance(found, dict) or part not in found:
            return ABSENT
        found = found[part]
    return found


def changed(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A copy of the composed values in which some dotted keys have other values."""
    copy = deepcopy(values)
    for key, value in changes.items():
        assign(copy, key.split("."), value)
    return copy
