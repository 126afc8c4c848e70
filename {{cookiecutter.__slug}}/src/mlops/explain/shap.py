"""Mean absolute SHAP values: how far each feature moves single scores.

S. Lundberg and S.-I. Lee, A Unified Approach to Interpreting Model Predictions, 2017. The package
is an extra of the project.
"""

from typing import TYPE_CHECKING, Any

from mlops.config.schema import Config
from mlops.errors import UserError
from mlops.model import intervals
from mlops.model.tasks import task

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

FEW = 100  # rows that are explained where the estimator is no tree: each costs many predictions
BACKGROUND = 50  # rows that stand for what is not known, there
ORDERS = 2  # in which features become known, there


def measure(table: "pd.DataFrame", model: Any, config: Config) -> list[dict[str, Any]]:
    """The mean absolute SHAP value of each feature, `{"column", "value"}`, largest first.

    It is in the unit of what the estimator adds up: of boosted trees, log-odds. The columns that
    encoding makes of a feature are added up, and classes averaged. Raise `UserError` where the
    package is not installed.
    """
    import numpy as np

    features = list(config.data.features)
    encoding, estimator = model[:-1], model[-1]
    inputs = np.asarray(encoding.transform(table[features]), float)
    values = np.abs(shap_values(estimator, inputs, config))
    by_input = values.reshape(*values.shape[:2], -1).mean(axis=(0, 2))
    totals = dict.fromkeys(features, 0.0)
    for name, value in zip(encoding.get_feature_names_out(), by_input, strict=True):
        column = feature_of(str(name), features)
        totals[column] = totals.get(column, 0.0) + float(value)
    found = [{"column": name, "value": intervals.rounded(total)} for name, total in totals.items()]
    return sorted(found, key=lambda entry: -(entry["value"] or 0))


def shap_values(estimator: Any, inputs: "np.ndarray", config: Config) -> "np.ndarray":
    """The SHAP values of inputs, shape (rows, inputs) or (rows, inputs, classes).

    They are exact for trees. The package misreads trees that split categories themselves, without
    an error, so those are explained as any other model is.
    """
    try:
        from shap import TreeExplainer
        from shap.explainers import Permutation
        from shap.utils._exceptions import InvalidModelError
    except ImportError:
        raise UserError(
            "conf/explanation/: shap: the package is not installed: `uv sync --extra shap`"
        ) from None
    found: np.ndarray
    if getattr(estimator, "is_categorical_", None) is None:
        try:
            found = TreeExplainer(estimator).shap_values(inputs)
            return found
        except InvalidModelError:
            pass
    data, way = config.data, task.of(config.data.task)

    def scores(inputs: "np.ndarray") -> "np.ndarray":
        output = getattr(estimator, way.METHOD)(inputs)
        return way.score(output, getattr(estimator, "classes_", ()), data.classes)

    explainer = Permutation(scores, inputs[:BACKGROUND], seed=config.seed)
    evaluations = ORDERS * (2 * inputs.shape[1] + 1)
    found = explainer(inputs[-FEW:], max_evals=evaluations, silent=True).values
    return found


def feature_of(name: str, features: list[str]) -> str:
    """The feature that an encoded column comes from; its own name where that is none.

    `carrier_UA` is of carrier, `missingindicator_age` of age; of several, the longest name fits.
    """
    name = name.removeprefix("missingindicator_")
    fitting = [known for known in features if name == known or name.startswith(f"{known}_")]
    return max(fitting, key=len, default=name)
