"""What `mlops serve` runs: the model, the port, the log, and the server of one process or more."""

import gc
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import parent_process
from typing import Any

from mlops.errors import UserError
from mlops.serve import lines
from mlops.serve.app import Record, Service
from mlops.serve.metrics import Metrics, forget_all
from mlops.serve.model import Held, Model
from mlops.serve.rows import Columns
from mlops.serve.server import Server, configuration
from mlops.serve.settings import Settings, token
from mlops.serve.source import load

Announce = Callable[[Model, str], None]

BACKLOG = 2048  # connections that the system keeps until they are accepted


def serve(settings: Settings, announce: Announce) -> None:
    """Answer requests until a signal ends it; announce the model and the address first.

    Raise `UserError` where there is no model, the port cannot be had, or the token is empty.
    """
    token()
    held = Held(load(settings))
    with listen(settings) as listener:
        said = partial(announce, held.model, address(listener))
        if settings.workers == 1:
            run(settings, listener, held, said)
        else:
            from mlops.serve.workers import Workers

            Workers(settings, listener).run(said)


def work(settings: Settings, listener: socket.socket) -> None:
    """Be one of several processes."""
    lines.configure()
    try:
        run(settings, listener, Held(load(settings)), lambda: None)
    except UserError as error:
        lines.say(logging.ERROR, str(error))
        sys.exit(1)
    parent = parent_process()
    if parent and not parent.is_alive():
        forget_all()  # nobody else does


def run(
    settings: Settings, listener: socket.socket, held: Held, started: Callable[[], None]
) -> None:
    """Answer requests with a model until a signal ends it; tell when that begins."""
    metrics = Metrics()
    with recording(settings, metrics) as record, following(settings, held, metrics):
        service = Service(held, settings, metrics, record, token())
        gc.collect()
        gc.freeze()  # what was made until now stays: no use in looking at it again and again
        server = Server(configuration(service, settings), service, started)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, server.handle_exit)  # also while the log is written to its end
        server.run(sockets=[listener])
        metrics.refresh()


@contextmanager
def recording(settings: Settings, metrics: Metrics) -> Iterator[Record | None]:
    """Keep predictions in the log while this lasts, and write all that waits at its end."""
    if settings.log is None:
        yield None
        return
    from mlops.serve.log import Entry, PredictionLog, kept

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
                kept(model.contract, columns),
                scores,
            )
        )

    log.start()
    try:
        yield record
    finally:
        log.close()


@contextmanager
def following(settings: Settings, held: Held, metrics: Metrics) -> Iterator[None]:
    """Take up what comes into a stage while this lasts, if that is wanted."""
    if settings.follow is None:
        yield
        return
    from mlops.serve.follow import Follower

    follower = Follower(settings.follow, held, settings, metrics.refused.inc)
    follower.start()
    try:
        yield
    finally:
        follower.stop()


def listen(settings: Settings) -> socket.socket:
    """Take the port. Raise `UserError` where it cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        raise UserError(
            f"{settings.host}:{settings.port}: {error}: `--port` and `--host` choose another"
        ) from None


def address(listener: socket.socket) -> str:
    """Where a socket listens, as a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
