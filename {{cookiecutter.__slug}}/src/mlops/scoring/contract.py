"""What a scorer takes and gives (a stand-in until the scorer's own comes)."""

from typing import Any, Literal

from msgspec import Struct


class Feature(Struct, frozen=True):
    type: Literal["number", "integer", "category", "boolean"]
    nullable: bool
    minimum: float | None
    maximum: float | None
    categories: list[str] | None
    typical: float | str | bool | None
    known: list[str]


class Contract(Struct, frozen=True):
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
