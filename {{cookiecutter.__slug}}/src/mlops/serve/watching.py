"""What the figures say of predictions: rows, scores, labels, and categories that are new."""

from collections import Counter as Tally
from collections import deque
from collections.abc import Callable, Mapping
from itertools import chain, groupby
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from mlops.scoring.contract import MANY, Contract
from mlops.serve.histogram import Bulk, drained
from mlops.serve.model import Model
from prometheus_client import CollectorRegistry, Counter

TWENTIETHS = tuple(step / 20 for step in range(1, 20))
FEW = 100  # rows of a request that are counted later, together with others

Count = Callable[..., None]


class Scored(NamedTuple):
    """The rows of a request by column, their scores and predictions, and the model."""

    model: Model
    columns: Mapping[str, list[Any]]
    scores: np.ndarray
    predictions: list[Any]


class Kinds(NamedTuple):
    """What is counted of one model: known texts by column, and predictions by label."""

    known: list[tuple[str, set[str | None], Count]]
    labels: dict[Any, Count]
    scores: Bulk | None


class Watch:
    """Counts predictions. Those of small requests are counted ten times a second: that is cheap."""

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
        self._chances = Bulk(
            "mlops_score", "Probabilities of true.", buckets=TWENTIETHS, registry=registry
        )
        self._values = Bulk(
            "mlops_value", "Values of a regression.", buckets=[0], registry=registry
        )
        self._kinds: dict[str, Kinds] = {}
        self._waiting: deque[Scored] = deque()

    def scored(self, request: Scored) -> None:
        """Count the predictions of a request, now or soon."""
        if len(request.predictions) > FEW:
            self._count(request.model, [request])
        else:
            self._waiting.append(request)

    def refresh(self) -> None:
        """Count what waits for it."""
        for model, requests in groupby(drained(self._waiting), attrgetter("model")):
            self._count(model, list(requests))

    def look_up(self, model: Model) -> None:
        """Make the figures of a model appear, as zeros."""
        self._kinds[model.digest] = self._of(model.contract)

    def _count(self, model: Model, requests: list[Scored]) -> None:
        """Count the predictions of a model."""
        kinds = self._kinds[model.digest]
        predictions = list(chain.from_iterable(one.predictions for one in requests))
        self._rows.inc(len(predictions))
        if kinds.labels:
            for label, count in Tally(one.label for one in predictions).items():
                kinds.labels[label](count)
        if kinds.scores:
            kinds.scores.observe_all(np.concatenate([one.scores for one in requests]))
        for name, known, count_unseen in kinds.known:
            values = list(chain.from_iterable(one.columns[name] for one in requests))
            if not known.issuperset(values):
                count_unseen(sum(value not in known for value in values))

    def _of(self, contract: Contract) -> Kinds:
        """What a model's predictions count."""
        known = [
            (name, seen, self._unseen.labels(name).inc)
            for name, feature in contract.features.items()
            if (seen := feature.seen)
        ]
        labels = {label: self._labels.labels(name).inc for label, name in names(contract)}
        scores = {"binary": self._chances, "regression": self._values}.get(contract.task)
        return Kinds(known, labels, scores)


def names(contract: Contract) -> list[tuple[Any, str]]:
    """The labels of a model, and how they are written."""
    if contract.task == "binary":
        return [(True, "true"), (False, "false")]
    return [(name, name) for name in contract.classes]
