"""The process that serves: uvicorn with limits, and an end that drops nothing."""

import gc
import logging
import multiprocessing
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn
from mlops.errors import UserError
from mlops.serve import lines
from mlops.serve.app import Record, Service
from mlops.serve.metrics import Metrics
from mlops.serve.model import Held, Model, load
from mlops.serve.rows import Columns
from mlops.serve.settings import Settings, token

SECOND = 10  # ticks
BACKLOG = 2048  # connections that the system keeps until they are accepted


class Server(uvicorn.Server):
    """Uvicorn's server. On SIGTERM it says that it is not ready, and goes on for a while."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service, self._held = service, service.held
        self._end: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop: after the drain for SIGTERM, at once for Ctrl-C; drop all for Ctrl-C again."""
        if sig == signal.SIGINT:
            self.force_exit = self.should_exit
            self.should_exit = True
        elif not self._held.stopping:
            self._end = time.monotonic() + self._service.settings.drain
        self._held.stopping = True

    async def on_tick(self, counter: int) -> bool:
        """Look at the clock ten times a second, and after everything else once."""
        if counter % SECOND == 0:
            self._look_after()
        if self._end is not None and time.monotonic() >= self._end:
            self.should_exit = True
        return await super().on_tick(counter)

    def _look_after(self) -> None:
        """End connections that take too long; end where the process that started this one did."""
        for connection in list(self.server_state.connections):
            if sweep := getattr(connection, "sweep", None):
                sweep()
        self._service.metrics.refresh()
        parent = multiprocessing.parent_process()
        if parent and not parent.is_alive():
            self.should_exit = True


def serve(settings: Settings, announce: Callable[[Model, str], None]) -> None:
    """Answer requests until a signal ends it; announce the model and the address first.

    Raise `UserError` where there is no model, or the port cannot be had.
    """
    held = Held(load(settings))
    with listen(settings) as listener:
        host, port = listener.getsockname()[:2]
        announce(held.model, f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
        if settings.workers == 1:
            run(settings, listener, held)
        else:
            from mlops.serve.workers import Workers

            Workers(settings, listener).run()


def work(settings: Settings, listener: socket.socket) -> None:
    """Be one of several processes."""
    lines.configure()
    try:
        run(settings, listener, Held(load(settings)))
    except UserError as error:
        lines.say(logging.ERROR, str(error))
        sys.exit(1)


def run(settings: Settings, listener: socket.socket, held: Held) -> None:
    """Answer requests with a model until a signal ends it."""
    metrics = Metrics()
    with recording(settings, metrics) as record:
        service = Service(held, settings, metrics, record, token())
        gc.collect()
        gc.freeze()  # what was made until now stays: no use in looking at it again and again
        Server(configuration(service, settings), service).run(sockets=[listener])


def configuration(service: Service, settings: Settings) -> uvicorn.Config:
    """Uvicorn's settings: its fast parts, none of its log, and limits where they work."""
    loop, protocol = "asyncio", "h11"
    if sys.platform != "win32":
        raise_open_files()
        loop, protocol = "uvloop", "mlops.serve.connections:Connection"
    return uvicorn.Config(
        service,
        loop=loop,
        http=protocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=round(settings.keep_alive),
        timeout_graceful_shutdown=round(settings.timeout),
    )


@contextmanager
def recording(settings: Settings, metrics: Metrics) -> Iterator[Record | None]:
    """Keep predictions in the log while this lasts, and write all that waits at its end."""
    if settings.log is None:
        yield None
        return
    from mlops.serve.log import Entry, PredictionLog

    log = PredictionLog(settings.log, settings.log_days)
    metrics.watch_log(log)

    def record(model: Model, id: str, seconds: float, columns: Columns, scores: Any) -> None:
        log.put(
            Entry(
                time.time(),
                id,
                model.version,
                model.digest,
                1000 * seconds,
                model.contract,
                columns,
                scores,
            )
        )

    log.start()
    try:
        yield record
    finally:
        log.close()


def raise_open_files() -> None:
    """Let the process have as many connections as the system allows it."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def listen(settings: Settings) -> socket.socket:
    """Take the port. Raise `UserError` where it cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        raise UserError(
            f"{settings.host}:{settings.port}: {error}: `--port` and `--host` choose another"
        ) from None
