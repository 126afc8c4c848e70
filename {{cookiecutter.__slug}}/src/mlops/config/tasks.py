"""What each task is measured by, and what its target is: names alone, nothing is computed here."""

from typing import Literal

Task = Literal["binary", "multiclass", "regression"]
Metric = Literal[
    "accuracy",
    "average_precision",
    "balanced_accuracy",
    "brier_score",
    "f1",
    "f1_macro",
    "log_loss",
    "mae",
    "median_absolute_error",
    "precision",
    "r2",
    "recall",
    "rmse",
    "roc_auc",
    "roc_auc_ovr",
]
Rate = Literal["selection_rate", "error_rate", "mean_error", "mae"]

LOWER_IS_BETTER = ("log_loss", "brier_score", "rmse", "mae", "median_absolute_error")

METRICS: dict[Task, tuple[Metric, ...]] = {
    "binary": (
        *("roc_auc", "average_precision", "log_loss", "brier_score"),
        *("accuracy", "f1", "precision", "recall"),
    ),
    "multiclass": ("log_loss", "accuracy", "balanced_accuracy", "f1_macro", "roc_auc_ovr"),
    "regression": ("r2", "rmse", "mae", "median_absolute_error"),
}

# What is averaged over the people of a group, to compare groups.
RATES: dict[Task, tuple[Rate, ...]] = {
    "binary": ("selection_rate", "error_rate"),
    "multiclass": ("error_rate",),
    "regression": ("mean_error", "mae"),
}

TARGETS: dict[Task, tuple[str, ...]] = {
    "binary": ("boolean",),
    "multiclass": ("category",),
    "regression": ("number", "integer"),
}
