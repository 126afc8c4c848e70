"""What is explained: how rows are scored, and on which rows a single feature may be tried."""

from typing import TYPE_CHECKING, NamedTuple

from mlops.config.schema import Config, FoldSplit
from mlops.data import splits
from mlops.explain.leaks import LEARNT_FROM
from mlops.model import estimators
from mlops.model.tasks import task

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from mlops.explain.leaks import Exam
    from mlops.explain.rescoring import Predict
    from mlops.model.estimators import Fit


class Subject(NamedTuple):
    """Rows to explain, how they are scored, and the pairs of rows to learn from and to test on.

    No row is scored by a model that has learnt from it.
    """

    rows: "pd.DataFrame"
    predict: "Predict"
    exams: "list[Exam]"


def held_out(
    table: "pd.DataFrame", train: "pd.DataFrame", predict: "Predict", config: Config
) -> Subject:
    """A model, by its scores, on test rows, beside the rows that it was trained on."""
    rows = sample(table, config.explanation.rows, config.seed)
    return Subject(rows, predict, [(sample(train, LEARNT_FROM, config.seed), rows)])


def cross_validated(table: "pd.DataFrame", fit_pipeline: "Fit", config: Config) -> Subject:
    """Models that were each fitted on the rows of other folds; `table` is numbered from 0 on."""
    assert isinstance(config.split, FoldSplit)
    data = config.data
    rows = sample(table, config.explanation.rows, config.seed)
    fold = splits.folds(table[data.kept_together], config.split.folds)
    models = dict(estimators.fold_models(fit_pipeline, config, table, fold))

    def predict(table: "pd.DataFrame") -> "np.ndarray":
        import numpy as np

        own = fold[table.index]
        places = [np.flatnonzero(own == number) for number in models]
        parts = [
            task.predict(data.task, model, table.iloc[chosen], data.classes)
            for model, chosen in zip(models.values(), places, strict=True)
            if len(chosen)
        ]
        scores: np.ndarray = np.concatenate(parts)[np.argsort(np.concatenate(places))]
        return scores

    exams = [(table[fold != number], rows[fold[rows.index] == number]) for number in models]
    return Subject(
        rows,
        predict,
        [(sample(train, LEARNT_FROM, config.seed), test) for train, test in exams if len(test)],
    )


def sample(table: "pd.DataFrame", rows: int, seed: int) -> "pd.DataFrame":
    """At most so many rows, drawn evenly, in their order."""
    return table if len(table) <= rows else table.sample(rows, random_state=seed).sort_index()
