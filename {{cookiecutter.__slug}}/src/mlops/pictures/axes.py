"""Axes: from values to places, and the round values that are written beside them."""

from collections.abc import Iterable, Sequence
from math import ceil, floor, isfinite, log10
from typing import Any, NamedTuple

MINUS = "\N{MINUS SIGN}"
UNITS = ((1e9, "bn"), (1e6, "M"), (1e3, "k"))
LARGE = 1e5  # from here on, ticks are written with a unit
POWERS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class Axis(NamedTuple):
    """From `low` to `high`; the ticks are labels and where they stand, from 0 to 1.

    An axis of names has them at 0, 1, 2, ..., and one of powers goes from logarithm to logarithm.
    """

    low: float
    high: float
    ticks: list[tuple[float, str]]
    names: dict[str, int] | None = None
    log: bool = False

    def share(self, value: Any) -> float:
        """Where a value lies, from 0 at the axis's beginning to 1 at its end."""
        place = self.names[str(value)] if self.names is not None else float(value)
        place = log10(place) if self.log else place
        return (place - self.low) / (self.high - self.low)


def finite(values: Iterable[Any]) -> list[float]:
    """The numbers among some values that can be drawn."""
    return [float(value) for value in values if is_number(value)]


def is_number(value: Any) -> bool:
    """Tell whether a value can be drawn as a number; the nulls of all libraries cannot."""
    return hasattr(value, "__float__") and isfinite(float(value)) and abs(float(value)) < 1e300


def is_missing(value: Any) -> bool:
    """Tell whether a value is null or no finite number."""
    return value is None or value != value or (hasattr(value, "__float__") and not is_number(value))


def axis(values: Sequence[Any], most: int = 6) -> Axis:
    """The axis of some values: of numbers or, where one is something else, of names."""
    there = [value for value in values if not is_missing(value)]
    if all(hasattr(value, "__float__") for value in there):
        return of_numbers([float(value) for value in there], most)
    return of_names(list(dict.fromkeys(map(str, there))))


def of_names(names: Sequence[str]) -> Axis:
    """An axis with a place for each name."""
    places = {name: place for place, name in enumerate(names)}
    count = max(len(places), 1)
    ticks = [((place + 0.5) / count, name) for name, place in places.items()]
    return Axis(-0.5, count - 0.5, ticks, places)


def of_numbers(values: Sequence[float], most: int = 6) -> Axis:
    """An axis from round value to round value, about `most` of them."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        around = abs(low) / 10 or 1.0
        low, high = low - around, high + around
    step = round_step((high - low) / most)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    ticks = [place * step for place in range(first, last + 1)]
    shares = [place / (last - first) for place in range(last - first + 1)]
    return Axis(ticks[0], ticks[-1], list(zip(shares, labels(ticks, step), strict=True)))


def of_powers(values: Sequence[float], most: int = 6) -> Axis:
    """A logarithmic axis for values above 0, from round value to round value."""
    low, high = log10(min(values, default=1.0)), log10(max(values, default=10.0))
    powers = range(floor(low + 1e-9) - 1, ceil(high - 1e-9) + 2)
    for factors in ((1, 2, 5), (1,)):
        ticks = [factor * 10.0**power for power in powers for factor in factors]
        first = max(place for place, tick in enumerate(ticks) if log10(tick) <= low + 1e-9)
        last = min(place for place, tick in enumerate(ticks) if log10(tick) >= high - 1e-9)
        ticks = ticks[first : max(last, first + 1) + 1]
        if len(ticks) <= most:
            break
    start, end = log10(ticks[0]), log10(ticks[-1])
    shares = [(log10(tick) - start) / (end - start) for tick in ticks]
    names = [labels([tick], tick)[0] for tick in ticks]
    return Axis(start, end, list(zip(shares, names, strict=True)), log=True)


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, 50, ... and 0.5, 0.2, 0.1, ... that is not below."""
    power = 10.0 ** floor(log10(least))
    step: float = next(
        factor * power for factor in (1, 2, 5, 10) if factor * power >= least * 0.999
    )
    return step


def labels(ticks: Sequence[float], step: float) -> list[str]:
    """Write values alike: the same unit, and the decimals that a step between them needs."""
    largest = max(map(abs, ticks))
    if largest >= 1e12 or step < 1e-4:
        power = floor(log10(largest) + 1e-9)
        places = max(power - floor(log10(step) + 1e-9), 0)
        return [signed(tick, f"{abs(tick) / 10**power:.{places}f}", power) for tick in ticks]
    factor, unit = next(
        (pair for pair in UNITS if largest >= LARGE and largest >= pair[0]), (1.0, "")
    )
    places = max(-floor(log10(step / factor) + 1e-9), 0)
    found = [signed(tick, f"{abs(tick) / factor:,.{places}f}") for tick in ticks]
    return [label if label == "0" else label + unit for label in found]


def signed(value: float, digits: str, power: int = 0) -> str:
    """Digits with a real minus sign, and times a power of ten."""
    if not digits.strip("0.,"):
        return "0"
    times = f"·10{str(power).translate(POWERS)}" if power else ""
    return f"{MINUS if value < 0 else ''}{digits}{times}"


def figures(values: Sequence[float]) -> list[str]:
    """Values as they are written beside each other: three digits of the largest one."""
    largest = max(map(abs, values), default=0.0)
    if not largest:
        return ["0"] * len(values)
    step = 10.0 ** (floor(log10(largest) + 1e-12) - 2)
    if all(float(value).is_integer() for value in values):
        step = max(step, 1.0)
    while step < 1 and all(is_multiple(value, 10 * step) for value in values):
        step *= 10
    return labels(values, step)


def is_multiple(value: float, step: float) -> bool:
    """Tell whether a value has no digits below a step, rounding apart."""
    return abs(value / step - round(value / step)) < 1e-6


def spoken(name: str) -> str:
    """A column's name as one reads it."""
    return name.replace("_", " ")
