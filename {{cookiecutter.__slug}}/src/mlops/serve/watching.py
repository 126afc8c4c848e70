"""What the figures say of predictions: rows, scores, labels, and categories that are new."""

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from mlops.scoring.contract import Contract
from mlops.serve.model import Model
from prometheus_client import CollectorRegistry, Counter, Histogram

TWENTIETHS = tuple(step / 20 for step in range(1, 20))
MANY = 250  # categories that a contract lists at most: one beyond them may be known

Count = Callable[..., None]


class Scores(Histogram):
    """A histogram that takes many values at once."""

    def observe_all(self, values: np.ndarray) -> None:
        """Count values, shape (rows,)."""
        counts = np.bincount(np.searchsorted(self._upper_bounds, values)).tolist()
        for bucket, count in zip(self._buckets, counts, strict=False):
            if count:
                bucket.inc(count)
        self._sum.inc(float(values.sum()))


class Kinds(NamedTuple):
    """What is counted of one model: known texts by column, and predictions by label."""

    known: list[tuple[str, set[str | None], Count]]
    labels: dict[Any, Count]
    scores: Scores | None


class Watch:
    """Counts predictions."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._rows = Counter("mlops_rows", "Rows that were scored.", registry=registry)
        self._labels = Counter(
            "mlops_predictions", "Predictions by label.", ["label"], registry=registry
        )
        self._unseen = Counter(
            "mlops_unseen_categories",
            f"Texts that training did not have, of columns with fewer than {MANY} of them.",
            ["column"],
            registry=registry,
        )
        self._chances = Scores(
            "mlops_score", "Probabilities of true.", buckets=TWENTIETHS, registry=registry
        )
        self._values = Scores(
            "mlops_value", "Values of a regression.", buckets=[0], registry=registry
        )
        self._kinds: dict[str, Kinds] = {}

    def scored(
        self, model: Model, columns: Mapping[str, list[Any]], scores: np.ndarray, found: list[Any]
    ) -> None:
        """Count the predictions of a request."""
        kinds = self._kinds.get(model.digest) or self._of(model)
        rows = len(found)
        self._rows.inc(rows)
        if kinds.labels:
            for label, count in count_labels(found):
                kinds.labels[label](count)
        if kinds.scores:
            if rows == 1:
                kinds.scores.observe(scores.item())
            else:
                kinds.scores.observe_all(scores)
        for name, known, count_new in kinds.known:
            values = columns[name]
            if not known.issuperset(values):
                count_new(sum(value not in known for value in values))

    def _of(self, model: Model) -> Kinds:
        """Look up what a model's predictions count."""
        contract = model.contract
        known = [
            (name, {*feature.known, None}, self._unseen.labels(name).inc)
            for name, feature in contract.features.items()
            if feature.type == "category" and len(feature.known) < MANY
        ]
        labels = {label: self._labels.labels(name).inc for label, name in names(contract)}
        scores = {"binary": self._chances, "regression": self._values}.get(contract.task)
        return self._kinds.setdefault(model.digest, Kinds(known, labels, scores))


def names(contract: Contract) -> list[tuple[Any, str]]:
    """The labels of a model, and how they are written."""
    if contract.task == "binary":
        return [(True, "true"), (False, "false")]
    return [(name, name) for name in contract.classes]


def count_labels(found: list[Any]) -> Iterable[tuple[Any, int]]:
    """How often each label was predicted."""
    return [(found[0].label, 1)] if len(found) == 1 else Tally(one.label for one in found).items()
