"""Features: from the columns of the table to the estimator, as one scikit-learn pipeline.

Add your own steps here, before `preprocessing`: a transformer class in this package, or
`sklearn.preprocessing.FunctionTransformer` around a function of this module that takes and returns
a table. They are saved with the model and run wherever the model runs.
"""

from typing import TYPE_CHECKING

from mlops.config.schema import Config
from mlops.model import estimators, preprocessing

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


def make_pipeline(config: Config) -> "Pipeline":
    """The unfitted pipeline that `conf/model/` describes."""
    from sklearn.pipeline import Pipeline

    columns = config.data.features
    estimator = estimators.make(config.model, config.data.task, config.seed)
    return Pipeline(
        [
            ("preprocessing", preprocessing.make(columns, config.model.encoding)),
            ("estimator", preprocessing.tell_categories(estimator, columns)),
        ]
    )
