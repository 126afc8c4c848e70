"""Several processes behind one port: one that dies is replaced, and all end together."""

import logging
import os
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from multiprocessing import connection, get_context
from multiprocessing.context import SpawnProcess
from typing import Any

from mlops.errors import UserError
from mlops.serve import lines, metrics
from mlops.serve.settings import Settings

YOUNG = 5.0  # seconds: a process that dies so soon would do so again
PATIENCE = 5.0  # seconds beyond those that a process has for its end


class Workers:
    """The processes, and what looks after them. It serves nothing itself."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._settings, self._listener = settings, listener
        self._stopping = False
        self._failures = 0
        self._context = get_context("spawn")
        self._processes: dict[Any, tuple[SpawnProcess, float]] = {}

    def run(self, started: Callable[[], None]) -> None:
        """Serve until a signal ends it; tell when that begins.

        Raise `UserError` where processes die as soon as they start.
        """
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._stop)
        os.environ[metrics.FOLDER] = tempfile.mkdtemp(prefix="mlops-metrics-")
        try:
            for _ in range(self._settings.workers):
                self._start()
            started()
            while not self._stopping:
                self._replace()
        finally:
            self._end()
            metrics.forget_all()

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _start(self) -> None:
        from mlops.serve.process import work

        process = self._context.Process(target=work, args=(self._settings, self._listener))
        process.start()
        self._processes[process.sentinel] = process, time.monotonic()

    def _replace(self) -> None:
        """Wait a moment for the end of processes, and start others in their place."""
        for sentinel in connection.wait(list(self._processes), timeout=0.1):
            process, since = self._processes.pop(sentinel)
            process.join()
            metrics.forget(process.pid)
            if self._stopping:
                return
            lines.say(logging.ERROR, "a worker died", process=process.pid, code=process.exitcode)
            young = time.monotonic() - since < YOUNG
            self._failures = self._failures + 1 if young else 0
            if self._failures > self._settings.workers:
                raise UserError("the workers die as soon as they start")
            self._start()

    def _end(self) -> None:
        """Let all finish what they are at; end those by force that do not."""
        self._listener.close()  # the last worker takes what waits there
        processes = [process for process, _ in self._processes.values()]
        for process in processes:
            process.terminate()
        end = time.monotonic() + self._settings.drain + self._settings.timeout + PATIENCE
        for process in processes:
            process.join(max(0.1, end - time.monotonic()))
            process.kill()
            process.join()
