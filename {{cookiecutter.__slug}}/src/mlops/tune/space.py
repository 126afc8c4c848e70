"""The search space of a model, `conf/search/NAME.yaml`: checked before anything is tried."""

from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from mlops.config import conf, params
from mlops.config.explain import nearest
from mlops.config.record import ABSENT, show
from mlops.config.schema import Config
from mlops.errors import UserError
from mlops.tune import keys


class Range(NamedTuple):
    """Numbers between two ends, both of them allowed; whole ones where both ends are."""

    key: str
    low: float
    high: float
    log: bool = False

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are tried."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    @property
    def ends(self) -> list[Any]:
        """Values that stand for all."""
        return [self.low, self.high]

    def holds(self, value: Any) -> bool:
        """Tell whether a value could have been drawn."""
        kinds = int if self.whole else int | float
        fits = isinstance(value, kinds) and not isinstance(value, bool)
        return fits and self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}" + (", log" if self.log else "")


class Choice(NamedTuple):
    """One of several values."""

    key: str
    values: list[Any]

    @property
    def ends(self) -> list[Any]:
        """Values that stand for all."""
        return self.values

    def place(self, value: Any) -> int | None:
        """Which of the values one is; None where it is none of them."""
        shown = [show(one) for one in self.values]
        return shown.index(show(value)) if show(value) in shown else None

    def holds(self, value: Any) -> bool:
        """Tell whether a value could have been drawn."""
        return self.place(value) is not None

    def __str__(self) -> str:
        return ", ".join(map(show, self.values))


Dimension = Range | Choice


def read(values: dict[str, Any], config: Config, root: Path = conf.ROOT) -> list[Dimension]:
    """The space of the chosen model. Raise `UserError` naming file, line and key.

    `values` are the composed ones. What belongs to the model's other estimator, for another task,
    is left out.
    """
    path = root / "search" / f"{config.model.name}.yaml"
    if not path.is_file():
        raise UserError(
            f"{path} is missing: it holds what is searched, such as"
            " `model.parameters.NAME: {low: 1, high: 10}`"
        )
    parsed, found = conf.parse(path), list[Dimension]()
    for key, value in parsed.items():
        where = f"{path}:{parsed.lc.key(key)[0] + 1}: {key}"
        dimension = parse(str(key), value, where)
        if keys.check(str(key), where, values, config):
            check_ends(dimension, f"{path}:{parsed.lc.key(key)[0] + 1}", values)
            found.append(dimension)
    if not found:
        raise UserError(f"{path}: holds nothing to search for {config.data.task}")
    return found


def parse(key: str, value: Any, where: str) -> Dimension:
    """Read what stands at a key."""
    if isinstance(value, list):
        return choice(key, value, where)
    if isinstance(value, dict):
        return limits(key, value, where)
    raise UserError(f"{where}: expected a range, {{low: 1, high: 10}}, or a list, [1, 2]")


def choice(key: str, values: list[Any], where: str) -> Choice:
    """Read a list."""
    if not all(value is None or isinstance(value, str | int | float) for value in values):
        raise UserError(f"{where}: expected texts, numbers, true, false or null in the list")
    if len(set(map(show, values))) != len(values) or len(values) < 2:
        raise UserError(f"{where}: expected two or more values that differ")
    return Choice(key, [plain(value) for value in values])


def limits(key: str, values: dict[str, Any], where: str) -> Range:
    """Read a range."""
    known = ["low", "high", "log"]
    for name in values:
        if name not in known:
            raise UserError(f"{where}: {name}: no such key; {nearest(str(name), known)}")
    low, high, log = plain(values.get("low")), plain(values.get("high")), values.get("log", False)
    for name, end in (("low", low), ("high", high)):
        if isinstance(end, bool) or not isinstance(end, int | float) or not isfinite(end):
            raise UserError(f"{where}: {name}: expected a number")
    if not isinstance(log, bool):
        raise UserError(f"{where}: log: expected true or false")
    if low >= high:
        raise UserError(f"{where}: low ({low}) is not below high ({high})")
    if log and low <= 0:
        raise UserError(f"{where}: low ({low}): with `log: true` it has to be above 0")
    return Range(key, low, high, log)


def plain(value: Any) -> Any:
    """A value without what the reader of YAML attached to it."""
    if value is None or isinstance(value, bool):
        return value
    return next((kind(value) for kind in (int, float, str) if isinstance(value, kind)), value)


def check_ends(dimension: Dimension, where: str, values: dict[str, Any]) -> None:
    """Refuse values that the configuration does not accept."""
    for value in dimension.ends:
        params.typed(keys.changed(values, {dimension.key: value}), where)


def current(space: Sequence[Dimension], values: dict[str, Any]) -> dict[str, Any]:
    """The values that the configuration has now; a key that it does not have is left out."""
    found = {one.key: keys.value_of(values, one.key) for one in space}
    return {key: value for key, value in found.items() if value is not ABSENT}


def holds(space: Sequence[Dimension], values: dict[str, Any]) -> bool:
    """Tell whether values could have been drawn from the space."""
    return all(one.key in values and one.holds(values[one.key]) for one in space)
