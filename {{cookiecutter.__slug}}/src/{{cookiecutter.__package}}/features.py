"""Features: from the columns of the table to the estimator, as one scikit-learn pipeline.

Your own features go into `own_steps`, as steps before the preprocessing: they are saved with the
model and run wherever it runs. A function of this module takes a table and returns one. Import
pandas beside `Pipeline` below:

    def add_planned_minutes(table: "pd.DataFrame") -> "pd.DataFrame":
        '''Minutes from departure to arrival, as planned.'''
        minutes = table["arrival_minute"] - table["departure_minute"]
        return table.assign(planned_minutes=minutes % 1440)

    ADDED = {"planned_minutes": Column(type="integer")}

    def own_steps() -> list[tuple[str, Any]]:
        from sklearn.preprocessing import FunctionTransformer

        return [("planned_minutes", FunctionTransformer(add_planned_minutes))]

A step that has to learn from the training rows is a class of this package, a `TransformerMixin`
and `BaseEstimator` of scikit-learn with `fit` and `transform`; it keeps what it learns as numbers,
texts, lists, dicts or arrays. A new module goes into the `deps` of train, export and evaluate in
`dvc.yaml`; the tests remind you.
"""

from typing import TYPE_CHECKING, Any

from mlops.config.schema import Column, Config
from mlops.model import estimators, preprocessing

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

# The columns that your steps add, declared as in `conf/data/`.
ADDED: dict[str, Column] = {}


def own_steps() -> list[tuple[str, Any]]:
    """Your steps, by name, in their order: each takes a table and returns one."""
    return []


def make_pipeline(config: Config) -> "Pipeline":
    """The unfitted pipeline that `conf/model/` describes."""
    from sklearn.pipeline import Pipeline

    columns, encoding = config.data.features | ADDED, config.model.encoding
    estimator = estimators.make(config.model, config.data.task, config.seed)
    return Pipeline(
        [
            *own_steps(),
            ("preprocessing", preprocessing.make(columns, encoding)),
            ("estimator", preprocessing.tell_categories(estimator, columns, encoding)),
        ]
    )
