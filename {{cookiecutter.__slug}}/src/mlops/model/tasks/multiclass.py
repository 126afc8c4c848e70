"""Multiclass classification: the target is one of several names, a score a probability of each."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from mlops.config.schema import Evaluation
from mlops.model import curves
from mlops.model.plot import Plot
from mlops.model.rows import Rows, mean, ratio
from mlops.model.tasks import binary

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from mlops.model.rows import Metric

LOSS = "log_loss"
METHOD = "predict_proba"


def target(cells: "pd.Series[Any]", classes: Sequence[str]) -> "np.ndarray":
    """Each row's class by its place among `classes`, shape (rows,)."""
    import pandas as pd

    codes: np.ndarray = pd.Index(classes).get_indexer(pd.Index(cells.astype("str"))).astype(float)
    return codes


def score(output: "np.ndarray", known: Sequence[Any], classes: Sequence[str]) -> "np.ndarray":
    """The probability of each of `classes`, shape (rows, classes); 0 for one not in `known`."""
    import numpy as np

    columns = {str(name): column for column, name in enumerate(known)}
    never = np.zeros(len(output))
    return np.column_stack(
        [output[:, columns[name]] if name in columns else never for name in classes]
    )


def baseline(target: "np.ndarray", classes: Sequence[str]) -> "np.ndarray":
    """What is said of every row without looking at it: the classes' shares, shape (classes,)."""
    import numpy as np

    return np.bincount(target.astype(int), minlength=len(classes)) / len(target)


def metrics(evaluation: Evaluation | None = None) -> "dict[str, Metric]":
    """All metrics by their names in scikit-learn, averaged over the classes where that is meant."""
    found = (log_loss, accuracy, balanced_accuracy, f1_macro, roc_auc_ovr)
    return {metric.__name__: metric for metric in found}


def by_class(classes: Sequence[str]) -> "dict[str, dict[str, Metric]]":
    """Precision, recall and F1 of each class."""
    return {
        name: {
            "precision": partial_metric(precision, number),
            "recall": partial_metric(recall, number),
            "f1": partial_metric(f1, number),
        }
        for number, name in enumerate(classes)
    }


def rates(
    target: "np.ndarray", score: "np.ndarray", evaluation: Evaluation
) -> "dict[str, np.ndarray]":
    """What is averaged over a group of people: labelled wrongly."""
    return {"error_rate": label(score) != target}


def expectation(target: "np.ndarray", score: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """The likeliest class's probability, and whether it came, shape (rows,) each.

    C. Guo and others, On Calibration of Modern Neural Networks, 2017.
    """
    return score.max(axis=1), label(score) == target


def plots(
    target: "np.ndarray", score: "np.ndarray", classes: Sequence[str], evaluation: Evaluation
) -> dict[str, Plot]:
    """The plots of a run, by the name of their file."""
    labels, names = label(score), classes
    return {
        "confusion": curves.confusion(target, labels, names),
        "classes": curves.classes(target, labels, names),
        "roc": curves.roc_by_class(target, score, names),
        "calibration": curves.calibration(*expectation(target, score), "probability"),
    }


def label(score: "np.ndarray") -> "np.ndarray":
    """The likeliest class of each row, shape (rows,)."""
    likeliest: np.ndarray = score.argmax(axis=1)
    return likeliest


def log_loss(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Mean of -log of the probability given to what happened."""
    import numpy as np

    tiny = np.finfo(rows.score.dtype).eps
    given = rows.score[np.arange(len(rows.target)), rows.target.astype(int)]
    return mean(-np.log(np.clip(given, tiny, 1 - tiny)), rows, drawn)


def accuracy(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Share of rows whose likeliest class is the right one."""
    return mean(label(rows.score) == rows.target, rows, drawn)


def balanced_accuracy(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Mean of the classes' recalls, over the classes that were drawn."""
    return over_classes(recall_where_drawn, rows, drawn)


def f1_macro(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Mean of the classes' F1, over the classes that occur or are labelled."""
    return over_classes(f1_where_drawn, rows, drawn)


def roc_auc_ovr(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Mean of the areas under the ROC curves of each class against the rest."""

    def area(rows: Rows, drawn: "np.ndarray", number: int) -> "np.ndarray":
        one = Rows(rows.target == number, rows.score[:, number], rows.unit, rows.units)
        return binary.roc_auc(one, drawn)

    return over_classes(area, rows, drawn)


ClassMetric = Callable[[Rows, "np.ndarray", int], "np.ndarray"]


def over_classes(metric: ClassMetric, rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
    """Average a metric over the classes for which it is defined, round by round."""
    import numpy as np

    found = np.stack([metric(rows, drawn, number) for number in range(rows.score.shape[1])])
    defined = np.isfinite(found)
    return ratio(np.where(defined, found, 0).sum(axis=0), defined.sum(axis=0), np.nan)


def partial_metric(metric: ClassMetric, number: int) -> "Metric":
    """A metric of one class."""
    return lambda rows, drawn: metric(rows, drawn, number)


def precision(rows: Rows, drawn: "np.ndarray", number: int) -> "np.ndarray":
    """Share of the class among the rows that are labelled so."""
    labelled = label(rows.score) == number
    right = rows.total(labelled & (rows.target == number), drawn)
    return ratio(right, rows.total(labelled, drawn), 0)


def recall(rows: Rows, drawn: "np.ndarray", number: int) -> "np.ndarray":
    """Share of the class's rows that are labelled so."""
    return shared(rows, drawn, number, otherwise=0)


def recall_where_drawn(rows: Rows, drawn: "np.ndarray", number: int) -> "np.ndarray":
    """The recall; NaN where no row of the class was drawn."""
    import numpy as np

    return shared(rows, drawn, number, otherwise=np.nan)


def shared(rows: Rows, drawn: "np.ndarray", number: int, otherwise: float) -> "np.ndarray":
    """Rows of the class that are labelled so, as a share of its rows."""
    belongs = rows.target == number
    right = rows.total(belongs & (label(rows.score) == number), drawn)
    return ratio(right, rows.total(belongs, drawn), otherwise)


def f1(rows: Rows, drawn: "np.ndarray", number: int) -> "np.ndarray":
    """Harmonic mean of a class's precision and recall."""
    import numpy as np

    defined: np.ndarray = np.nan_to_num(f1_where_drawn(rows, drawn, number))
    return defined


def f1_where_drawn(rows: Rows, drawn: "np.ndarray", number: int) -> "np.ndarray":
    """F1; NaN where the class was neither drawn nor labelled."""
    import numpy as np

    belongs, labelled = rows.target == number, label(rows.score) == number
    either = rows.total(belongs.astype(float) + labelled, drawn)
    return ratio(2 * rows.total(belongs & labelled, drawn), either, np.nan)
