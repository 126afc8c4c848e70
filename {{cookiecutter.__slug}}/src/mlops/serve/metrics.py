"""What Prometheus is told. What a request needs is looked up before the first one comes."""

import os
from collections.abc import Mapping
from typing import Any, Protocol

import prometheus_client as prometheus
from mlops.scoring.contract import Contract
from mlops.serve.model import Model
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where the workers of one service add up, if there are several
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
TENTHS = tuple(round(0.05 * step, 2) for step in range(1, 20))
MANY = 250  # categories that a contract lists at most: a category beyond them may be known


class Log(Protocol):
    """A prediction log, as far as it is counted here."""

    dropped: int


class Metrics:
    """The figures of one process."""

    def __init__(self) -> None:
        prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]
        own = self.registry = CollectorRegistry()
        self._requests = Counter("mlops_requests", "Answers.", ["path", "status"], registry=own)
        self._seconds = Histogram(
            "mlops_request_seconds", "Time to answer.", ["path"], buckets=SECONDS, registry=own
        )
        self.rows = Counter("mlops_rows", "Rows that were scored.", registry=own)
        self.in_flight = Gauge(
            "mlops_in_flight",
            "Requests without an answer yet.",
            multiprocess_mode="livesum",
            registry=own,
        )
        self._predictions = Counter(
            "mlops_predictions", "Predictions by label.", ["label"], registry=own
        )
        self._scores = Histogram(
            "mlops_score", "Predicted probabilities of true.", buckets=TENTHS, registry=own
        )
        self._unseen = Counter(
            "mlops_unseen_categories", "Values that training did not see.", ["column"], registry=own
        )
        self._dropped = Counter(
            "mlops_log_dropped_rows", "Rows that the prediction log did not take.", registry=own
        )
        self._model = Gauge(
            "mlops_model_info",
            "1 for the model that answers.",
            ["version", "model", "rung"],
            multiprocess_mode="livemax",
            registry=own,
        )
        if FOLDER not in os.environ:
            prometheus.ProcessCollector(registry=self.registry)
        self._children: dict[tuple[str, int], tuple[Any, Any]] = {}
        self._present: Any = None
        self._log: Log | None = None
        self._seen = 0

    def answered(self, path: str, status: int, seconds: float) -> None:
        """Count an answer."""
        try:
            count, observe = self._children[path, status]
        except KeyError:
            count = self._requests.labels(path, str(status)).inc
            observe = self._seconds.labels(path).observe
            self._children[path, status] = count, observe
        count()
        observe(seconds)

    def held(self, model: Model) -> None:
        """Say which model answers from now on."""
        if self._present:
            self._present.set(0)
        labels = (model.version or "", model.digest, model.contract.rung)
        self._present = self._model.labels(*labels)
        self._present.set(1)
        self.watch(model.contract)

    def watch(self, contract: Contract) -> None:
        """Look up what predictions of a model count."""
        self._known = [
            (name, {*feature.known, None}, self._unseen.labels(name).inc)
            for name, feature in contract.features.items()
            if feature.type == "category" and len(feature.known) < MANY
        ]
        names = {"binary": ["true", "false"], "multiclass": contract.classes}
        self._labels = {
            name: self._predictions.labels(name).inc for name in names.get(contract.task, [])
        }

    def scored(self, columns: Mapping[str, list[Any]], predictions: list[Any]) -> None:
        """Count predictions, and categories that training did not see."""
        self.rows.inc(len(predictions))
        for name, known, count in self._known:
            values = columns[name]
            if not known.issuperset(values):
                count(sum(value not in known for value in values))

    def watch_log(self, log: Log) -> None:
        """Count what a prediction log drops from now on."""
        self._log = log

    def refresh(self) -> None:
        """Take over what is counted elsewhere. It is called every second."""
        if self._log:
            self._dropped.inc(self._log.dropped - self._seen)
            self._seen = self._log.dropped

    def text(self) -> bytes:
        """All figures in Prometheus' format; those of all workers where there are several."""
        registry = self.registry
        if FOLDER in os.environ:
            from prometheus_client import multiprocess

            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return prometheus.generate_latest(registry)


def forget(process: int | None) -> None:
    """Leave out what was true only while a worker lived."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(process)  # type: ignore[no-untyped-call]
