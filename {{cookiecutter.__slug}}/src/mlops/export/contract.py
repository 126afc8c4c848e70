"""What a scorer promises, from the configuration and the rows that the model was trained on."""

from typing import TYPE_CHECKING, Any

from mlops.config.schema import Column, Config
from mlops.scoring.contract import MANY, Contract, Feature

if TYPE_CHECKING:
    import pandas as pd


def contract(config: Config, train: "pd.DataFrame") -> Contract:
    """The contract, without a rung and examples yet."""
    data = config.data
    return Contract(
        task=data.task,
        name=data.name,
        target=data.target,
        classes=data.classes,
        threshold=config.evaluation.threshold,
        features={name: feature(column, train[name]) for name, column in data.features.items()},
        ignored=[name for name in data.columns if name not in data.features],
        key=data.key,
        rung="",
        why=[],
        examples=[],
        expected=[],
    )


def feature(column: Column, cells: "pd.Series[Any]") -> Feature:
    """A feature as it is declared, and what is usual of it."""
    assert column.type != "timestamp"  # which composition refuses as a feature
    frequent = [] if column.type in ("number", "integer") else by_frequency(cells)
    return Feature(
        type=column.type,
        nullable=column.nullable,
        minimum=column.minimum,
        maximum=column.maximum,
        categories=column.categories,
        typical=None if cells.isna().mean() > 0.5 else frequent[0] if frequent else median(cells),
        known=frequent[:MANY] if column.type == "category" else [],
    )


def by_frequency(cells: "pd.Series[Any]") -> list[Any]:
    """The distinct values, the most frequent first, ties in order; without null."""
    counts = cells.dropna().value_counts().sort_index(kind="stable")
    return counts.sort_values(ascending=False, kind="stable").index.tolist()


def median(cells: "pd.Series[Any]") -> float | None:
    """The lower median of numbers, which is one of them; None where all are null."""
    there = cells.dropna()
    return float(there.quantile(interpolation="lower")) if there.size else None
