"""What a scorer takes and what it gives: all that a service has to know of a model."""

from typing import Any, Literal

from msgspec import Struct

MANY = 250  # values of a category that `known` lists at most


class Feature(Struct, frozen=True):
    """A column that the model reads, as `conf/data/` declares it.

    `categories` is the closed set, None where any text may come. `typical` is the median or the
    most frequent value of the training rows, None where most are null; `known` a category's values
    there, the most frequent first. A model that computes in single precision narrows the bounds to
    those of such numbers.
    """

    type: Literal["number", "integer", "category", "boolean"]
    nullable: bool
    minimum: float | None
    maximum: float | None
    categories: list[str] | None
    typical: float | str | bool | None
    known: list[str]

    @property
    def seen(self) -> set[str | None] | None:
        """A category's values in training, and null; None where `known` may lack some of them."""
        all_listed = self.type == "category" and len(self.known) < MANY
        return {*self.known, None} if all_listed else None


class Contract(Struct, frozen=True):
    """The model's task, columns and classes, and on which rung of the ladder it is scored.

    `features` are in the model's order; `ignored` are declared columns that are none. `why` says
    why the rungs above `rung` were not taken. `examples` are test rows, features only, and
    `expected` their scores.
    """

    task: Literal["binary", "multiclass", "regression"]
    name: str
    target: str
    classes: list[str]
    threshold: float | None
    features: dict[str, Feature]
    ignored: list[str]
    key: list[str]
    rung: str
    why: list[str]
    examples: list[dict[str, Any]]
    expected: list[Any]
