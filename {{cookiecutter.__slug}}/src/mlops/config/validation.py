"""How far data may move away from the reference, as `conf/validation/` says it."""

from typing import Annotated, Literal

from mlops.config.source import Name, Section
from msgspec import Meta

Limit = Annotated[float, Meta(ge=0)]
Skew = Literal["psi", "ks", "nulls", "rows", "categories", "target"]


class Limits(Section, frozen=True):
    """Above which distance a warning is given, and above which the pipeline stops; None: never."""

    warning: Limit | None
    error: Limit | None

    def __post_init__(self) -> None:
        if self.warning is not None and self.error is not None and self.warning > self.error:
            raise ValueError(f"warning ({self.warning:g}) is above error ({self.error:g})")


class Validation(Section, frozen=True):
    """`conf/validation/`: the limits of each kind of skew."""

    name: Name
    psi: Limits
    ks: Limits
    nulls: Limits
    rows: Limits
    categories: Limits
    target: Limits

    def of(self, skew: Skew) -> Limits:
        """The limits of a kind of skew."""
        limits: Limits = getattr(self, skew)
        return limits
