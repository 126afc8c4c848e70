"""XGBoost's classifier for classes that have names: its own takes the numbers from 0 on only."""

from typing import Any

import numpy as np
import xgboost


class XGBClassifier(xgboost.XGBClassifier):
    """What `conf/model/` gets for `xgboost.XGBClassifier`."""

    classes_: Any = None

    def fit(self, table: Any, target: Any, *, sample_weight: Any = None) -> "XGBClassifier":
        """Number the classes in their order, fit, and give them their names."""
        names, numbers = np.unique(target, return_inverse=True)
        self.classes_ = np.arange(len(names))
        super().fit(table, numbers, sample_weight=sample_weight)
        self.classes_ = names
        return self

    def predict(self, table: Any) -> Any:
        """The likeliest class of each row, by its name."""
        return self.classes_[super().predict(table)]
