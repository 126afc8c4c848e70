"""Turn a table's columns into what an estimator takes. Part of the pipeline that is saved."""

from collections.abc import Mapping
from typing import Any

from mlops.config.schema import Column
from mlops.model import own_steps

RARE = 20  # a category with fewer rows in training is treated as rare, not by its name
MOST_CATEGORIES = 250  # below the 255 that histogram gradient boosting takes


def make(columns: Mapping[str, Column], encoding: str) -> Any:
    """Make the unfitted preprocessing for the features.

    `ordinal`: categories become whole numbers, nulls stay null; for trees. `one_hot`: categories
    become 0/1 columns, numbers are imputed (median, with a 0/1 column that says so) and scaled.
    Rare categories are one category. A category never seen is null (ordinal) or rare (one-hot).
    Raise `UserError` where a column of the recipe's own is of no type that a feature has.
    """
    from sklearn.compose import ColumnTransformer

    own_steps.check_declared(columns)
    numbers = [name for name, column in columns.items() if column.type in ("number", "integer")]
    booleans = [name for name, column in columns.items() if column.type == "boolean"]
    categories = [name for name, column in columns.items() if column.type == "category"]
    steps = one_hot_steps() if encoding == "one_hot" else ordinal_steps()
    parts = {"numbers": numbers, "booleans": booleans, "categories": categories}
    return ColumnTransformer(
        [(name, steps[name], chosen) for name, chosen in parts.items() if chosen],
        verbose_feature_names_out=False,
    )


def ordinal_steps() -> dict[str, Any]:
    """For trees, which split numbers and take nulls."""
    import numpy as np
    from sklearn.preprocessing import OrdinalEncoder

    encoder = OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        encoded_missing_value=np.nan,
        min_frequency=RARE,
        max_categories=MOST_CATEGORIES,
    )
    return {"numbers": "passthrough", "booleans": "passthrough", "categories": encoder}


def one_hot_steps() -> dict[str, Any]:
    """For estimators that add up or measure distances."""
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    imputer = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    encoder = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=RARE)
    numbers = make_pipeline(imputer, StandardScaler())
    return {"numbers": numbers, "booleans": "passthrough", "categories": encoder}


def tell_categories(estimator: Any, columns: Mapping[str, Column], encoding: str) -> Any:
    """Tell an estimator that handles categories itself which columns hold them."""
    if encoding == "ordinal" and "categorical_features" in estimator.get_params():
        kinds = ("number", "integer"), ("boolean",), ("category",)
        before = [sum(column.type in kind for column in columns.values()) for kind in kinds]
        first = before[0] + before[1]
        estimator.set_params(categorical_features=list(range(first, first + before[2])) or None)
    return estimator
