"""One connection of a client: bounded in bytes and in time, whatever the client does or leaves."""

from typing import Any

import msgspec
from mlops.serve.settings import Settings
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

HEAD = 2**15  # bytes of a request's first lines
PIPELINE = 16  # requests that a client sends without waiting for an answer
LAST = 0.2  # seconds in which a request that was sent before the end comes
GRACE = 5.0  # seconds in which the service, and a client, end by themselves


class Sink(list[Any]):
    """Where headers go that come after a body."""

    def append(self, item: Any) -> None:
        """Forget it."""


class Connection(HttpToolsProtocol):
    """Uvicorn's connection, and limits."""

    def connection_made(self, transport: Any) -> None:
        """Begin to listen, unless too many do."""
        super().connection_made(transport)
        self.limits: Settings = self.app.settings
        self.began: float | None = self.loop.time()  # of a request that is not whole yet
        self.refused: float | None = None  # since when nothing is read any more
        self.untaken: float | None = None  # since when an answer waits to be taken
        self.unused = 0  # bytes that were neither a whole head nor a part of a body
        self.reading = False
        self.held: RequestResponseCycle | None = None  # a request of which more may be read
        if len(self.connections) > self.limits.max_connections:
            self.refuse(503, "too many connections")

    def data_received(self, data: bytes) -> None:
        """Read on, unless what came is no use."""
        if self.refused is not None:
            return
        self.unused += len(data)
        self.reading = True
        super().data_received(data)
        self.reading = False
        if self.unused > HEAD and self.refused is None:
            self.refuse(431, "the headers are too large")
        cycle, self.held = self.held, None
        if cycle and self.refused is None:
            self.answer(cycle)

    def on_message_begin(self) -> None:
        """Take the time."""
        if len(self.pipeline) >= PIPELINE:
            raise ValueError("too many requests without waiting for an answer")
        self.began = self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Hand the request over, if its head is not too large."""
        if self.unused > HEAD:
            size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
            if size > HEAD:
                raise ValueError("too large")
        self.unused = 0
        super().on_headers_complete()
        self.headers = Sink()
        if self.app.held.stopping:
            self.cycle.keep_alive = False

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Hold a request until all that has come of it is read."""
        if self.reading:
            self.held = cycle
        else:
            super()._start_asgi_task(cycle, app)

    def answer(self, cycle: RequestResponseCycle) -> None:
        """Answer a request, here and now where its body is there and little work."""
        whole = not cycle.more_body and not self.flow.write_paused
        reply = self.app.at_once(cycle.scope, cycle.body) if whole else None
        if reply is None:
            super()._start_asgi_task(cycle, self.app)
            return
        if not cycle.keep_alive:
            reply.headers.append((b"connection", b"close"))
        parts = [STATUS_LINE[reply.status]]
        for name, value in (*cycle.default_headers, *reply.headers):
            parts += (name, b": ", value, b"\r\n")
        parts += (b"\r\n", reply.body)
        self.transport.write(b"".join(parts))  # one packet; ASGI's two wake the client twice
        cycle.response_started = cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self.unused = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop the clock."""
        self.unused = 0
        self.began = None
        super().on_message_complete()

    def eof_received(self) -> Any:
        """Answer a whole request of a client that has closed its own half."""
        if self.began is None and self.cycle and not self.cycle.response_complete:
            self.cycle.keep_alive = False
            return True
        return None

    def shutdown(self) -> None:
        """Close after the answer. A request may be on its way where none is seen yet."""
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(LAST, super().shutdown)
        else:
            super().shutdown()

    def sweep(self) -> None:
        """End what takes too long. It is called every second."""
        now = self.loop.time()
        if self.refused is not None:
            if now - self.refused > GRACE:
                self.transport.abort()
            return
        if self.began is not None:
            late = now - self.began - self.limits.timeout
            if late > 0 and self.cycle and not self.cycle.response_complete:
                self.cycle.message_event.set()  # the service looks at the clock
                late -= GRACE
            if late > 0:
                self.transport.abort() if self.unused == 0 else self.refuse(
                    408, "the request came too slowly"
                )
        if not self.transport.get_write_buffer_size():
            self.untaken = None
        elif self.untaken is None:
            self.untaken = now
        elif now - self.untaken > self.limits.timeout:
            self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        if self.unused > HEAD:
            self.refuse(431, "the headers are too large")
        else:
            self.refuse(400, "this is not a valid HTTP request")

    def refuse(self, status: int, error: str) -> None:
        """Answer without the service, and end. What still comes is not looked at.

        A connection that is closed while its client still sends would lose the answer.
        """
        body = msgspec.json.encode({"error": error})
        head = b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + head % len(body) + body)
        self.transport.write_eof()
        self.refused = self.loop.time()
        if self.cycle:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
