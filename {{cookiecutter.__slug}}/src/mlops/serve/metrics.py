"""What Prometheus is told. A request is noted as it ends, and counted with others soon after."""

import os
import shutil
from collections import deque
from typing import Any, Protocol

import prometheus_client as prometheus
from mlops.serve.histogram import Bulk, drained
from mlops.serve.model import Model
from mlops.serve.watching import Watch
from prometheus_client import CollectorRegistry, Counter, Gauge

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where the workers of one service add up, if there are several
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Log(Protocol):
    """A prediction log, as far as it is counted here."""

    dropped: int


class Metrics:
    """The figures of one process."""

    def __init__(self) -> None:
        prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]
        own = self.registry = CollectorRegistry()
        self._requests = Counter("mlops_requests", "Answers.", ["path", "status"], registry=own)
        self._seconds = Bulk(
            "mlops_request_seconds", "Time to answer.", ["path"], buckets=SECONDS, registry=own
        )
        self.in_flight = 0
        self._in_flight = Gauge(
            "mlops_in_flight",
            "Requests without an answer yet.",
            multiprocess_mode="livesum",
            registry=own,
        )
        self._dropped = Counter(
            "mlops_log_dropped_rows", "Rows that the prediction log did not take.", registry=own
        )
        self.refused = Counter(
            "mlops_refused_versions", "Versions that were not taken up.", registry=own
        )
        self._model = Gauge(
            "mlops_model_info",
            "1 for the model that answers.",
            ["version", "model", "rung"],
            multiprocess_mode="livemax",
            registry=own,
        )
        self.watch = Watch(own)
        if FOLDER not in os.environ:
            prometheus.ProcessCollector(registry=own)
        self._answers: deque[tuple[str, int, float]] = deque()
        self._present: Any = None
        self._log: Log | None = None
        self._seen = 0

    def answered(self, path: str, status: int, seconds: float) -> None:
        """Note an answer."""
        self._answers.append((path, status, seconds))

    def held(self, model: Model) -> None:
        """Say which model answers from now on."""
        if self._present:
            self._present.set(0)
        labels = (model.version or "", model.digest, model.contract.rung)
        self._present = self._model.labels(*labels)
        self._present.set(1)
        self.watch.look_up(model)

    def watch_log(self, log: Log) -> None:
        """Count what a prediction log drops from now on."""
        self._log = log

    def refresh(self) -> None:
        """Count what was noted since. It is called ten times a second."""
        self._count()
        self.watch.refresh()
        self._in_flight.set(self.in_flight)
        if self._log:
            dropped = self._log.dropped
            self._dropped.inc(dropped - self._seen)
            self._seen = dropped

    def _count(self) -> None:
        """Count the answers that were noted."""
        noted: dict[tuple[str, int], list[float]] = {}
        for path, status, seconds in drained(self._answers):
            noted.setdefault((path, status), []).append(seconds)
        for (path, status), times in noted.items():
            self._requests.labels(path, str(status)).inc(len(times))
            self._seconds.labels(path).observe_all(times)

    def text(self) -> bytes:
        """All figures in Prometheus' format; those of all workers where there are several."""
        self.refresh()
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


def forget_all() -> None:
    """Delete the folder in which workers add up."""
    shutil.rmtree(os.environ[FOLDER], ignore_errors=True)
