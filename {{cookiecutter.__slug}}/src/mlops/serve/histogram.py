"""A histogram that takes many values at once, and a queue for them."""

from collections import deque
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from prometheus_client import Histogram

T = TypeVar("T")


class Bulk(Histogram):
    """Prometheus' histogram."""

    def observe_all(self, values: Sequence[float] | np.ndarray) -> None:
        """Count values; there is at least one."""
        counts = np.bincount(np.searchsorted(self._upper_bounds, values)).tolist()
        for bucket, count in zip(self._buckets, counts, strict=False):
            if count:
                bucket.inc(count)
        self._sum.inc(float(np.sum(values)))


def drained(queue: deque[T]) -> list[T]:
    """All that is in a queue now, taken out of it; other threads may add to it meanwhile."""
    return [queue.popleft() for _ in range(len(queue))]
