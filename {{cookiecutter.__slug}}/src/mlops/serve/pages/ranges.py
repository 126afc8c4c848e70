"""The numbers that a column takes, in words."""

from mlops.scoring.contract import Feature
from mlops.serve.schemas import whole

HUGE = 1e30  # nobody means such a bound: it is what the model can compute with


def limits(feature: Feature) -> list[float | int | None]:
    """The smallest and the largest number that a column takes; None where there is no limit."""
    return [
        whole(bound) if bound is not None and abs(bound) < HUGE else None
        for bound in (feature.minimum, feature.maximum)
    ]


def bounds(feature: Feature) -> str:
    """From where to where a number may go; empty where any is taken."""
    low, high = limits(feature)
    if low is not None and high is not None:
        return f"{low} to {high}"
    if low is not None:
        return f"{low} or more"
    return "" if high is None else f"at most {high}"
