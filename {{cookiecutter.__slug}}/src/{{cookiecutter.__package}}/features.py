"""Features: from the columns of the table to the estimator, as one scikit-learn pipeline.

Put your own steps before `preprocessing`: a transformer class of this package, or
`FunctionTransformer(add_speed)` around a function of this module that takes and returns a table.
They are saved with the model and run wherever it runs. A column that a step adds has to be declared
to the preprocessing: `columns = config.data.features | {"speed": Column(type="number")}`. A new
module goes into the `deps` of train and evaluate in `dvc.yaml`; the tests remind you.
"""

from typing import TYPE_CHECKING

from mlops.config.schema import Config
from mlops.model import estimators, preprocessing

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


def make_pipeline(config: Config) -> "Pipeline":
    """The unfitted pipeline that `conf/model/` describes."""
    from sklearn.pipeline import Pipeline

    columns, encoding = config.data.features, config.model.encoding
    estimator = estimators.make(config.model, config.data.task, config.seed)
    return Pipeline(
        [
            ("preprocessing", preprocessing.make(columns, encoding)),
            ("estimator", preprocessing.tell_categories(estimator, columns, encoding)),
        ]
    )
