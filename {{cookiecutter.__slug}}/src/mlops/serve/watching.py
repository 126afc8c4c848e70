"""What the figures say of predictions: rows, scores, labels, and categories that are new."""

import threading
from collections import Counter as Tally
from collections import deque
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from mlops.scoring.contract import Contract
from mlops.scoring.scorer import labels
from mlops.serve.model import Model
from prometheus_client import CollectorRegistry, Counter, Histogram

TWENTIETHS = tuple(step / 20 for step in range(1, 20))
MANY = 250  # categories that a contract lists at most: one beyond them may be known

MOST = 1000  # requests that are not counted yet

Count = Callable[..., None]


class Values(Histogram):
    """A histogram that takes many values at once."""

    def observe_all(self, values: np.ndarray) -> None:
        """Count values, shape (values,)."""
        counts = np.bincount(np.searchsorted(self._upper_bounds, values)).tolist()
        for bucket, count in zip(self._buckets, counts, strict=False):
            if count:
                bucket.inc(count)
        self._sum.inc(float(values.sum()))


class Kinds(NamedTuple):
    """What is counted of one model: known texts by column, and predictions by label."""

    known: list[tuple[str, set[str | None], Count]]
    labels: dict[Any, Count]
    scores: Values | None


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
        self._chances = Values(
            "mlops_score", "Probabilities of true.", buckets=TWENTIETHS, registry=registry
        )
        self._values = Values(
            "mlops_value", "Values of a regression.", buckets=[0], registry=registry
        )
        self._kinds: dict[str, Kinds] = {}
        self._waiting: deque[tuple[Model, Mapping[str, list[Any]], np.ndarray]] = deque()
        self._lock = threading.Lock()

    def scored(self, model: Model, columns: Mapping[str, list[Any]], scores: np.ndarray) -> None:
        """Keep the predictions of a request, to count them soon with others: that costs less."""
        self._waiting.append((model, columns, scores))
        if len(scores) > 1 or len(self._waiting) >= MOST:
            self.count()

    def count(self) -> None:
        """Count the predictions that were kept."""
        with self._lock:
            waiting = [self._waiting.popleft() for _ in range(len(self._waiting))]
        for digest, model in {model.digest: model for model, _, _ in waiting}.items():
            tables = [columns for held, columns, _ in waiting if held.digest == digest]
            scores = np.concatenate([found for held, _, found in waiting if held.digest == digest])
            self._count(model, tables, scores)

    def _count(self, model: Model, tables: list[Mapping[str, Any]], scores: np.ndarray) -> None:
        kinds = self._kinds.get(model.digest) or self._of(model)
        self._rows.inc(len(scores))
        if kinds.labels:
            found = labels(model.contract, scores)
            for label, count in Tally(found if isinstance(found, list) else found.tolist()).items():
                kinds.labels[label](count)
        if kinds.scores:
            kinds.scores.observe_all(scores)
        for name, known, count_new in kinds.known:
            if not known.issuperset(chain.from_iterable(table[name] for table in tables)):
                values = chain.from_iterable(table[name] for table in tables)
                count_new(sum(value not in known for value in values))

    def _of(self, model: Model) -> Kinds:
        """Look up what a model's predictions count."""
        contract = model.contract
        known = [
            (name, {*feature.known, None}, self._unseen.labels(name).inc)
            for name, feature in contract.features.items()
            if feature.type == "category" and len(feature.known) < MANY
        ]
        counts = {label: self._labels.labels(name).inc for label, name in names(contract)}
        scores = {"binary": self._chances, "regression": self._values}.get(contract.task)
        return self._kinds.setdefault(model.digest, Kinds(known, counts, scores))


def names(contract: Contract) -> list[tuple[Any, str]]:
    """The labels of a model, and how they are written."""
    if contract.task == "binary":
        return [(True, "true"), (False, "false")]
    return [(name, name) for name in contract.classes]
