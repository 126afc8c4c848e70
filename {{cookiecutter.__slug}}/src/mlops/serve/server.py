"""Uvicorn's server, and an end that loses nothing."""

import asyncio
import multiprocessing
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

import uvicorn
from mlops.serve.app import Service
from mlops.serve.settings import Settings

SECOND = 10  # ticks


class Server(uvicorn.Server):
    """Uvicorn's server. On SIGTERM it says that it is not ready, and goes on for a while."""

    def __init__(
        self, config: uvicorn.Config, service: Service, started: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._started = started
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

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and tell so."""
        await super().startup(sockets)
        self._started()

    async def on_tick(self, counter: int) -> bool:
        """Look at the clock ten times a second, and after everything else once."""
        self._held.settle()
        self._service.metrics.refresh()
        if counter % SECOND == 0:
            self._look_after()
        if self._end is not None and time.monotonic() >= self._end:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, but those that the system has taken already."""
        kept = [listener.dup() for listener in sockets or []]
        for server in self.servers:
            server.close()
        for listener in kept:
            with listener:
                await self._accept_rest(listener)
        await super().shutdown(sockets)

    async def _accept_rest(self, listener: socket.socket) -> None:
        """Take the connections that wait."""
        loop = asyncio.get_running_loop()
        listener.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                connection, _ = listener.accept()
                await loop.connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        make: Any = self.config.http_protocol_class
        protocol: asyncio.Protocol = make(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return protocol

    def _look_after(self) -> None:
        """End connections that take too long; end where the process that started this one did."""
        for connection in list(self.server_state.connections):
            if sweep := getattr(connection, "sweep", None):
                sweep()
        parent = multiprocessing.parent_process()
        if parent and not parent.is_alive():
            self.should_exit = True


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


def raise_open_files() -> None:
    """Let the process have as many connections as the system allows it."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
