"""A request and its answer, on the way."""

import logging
from time import perf_counter
from typing import Any, NamedTuple

from mlops.serve import lines
from mlops.serve.answers import encode
from mlops.serve.refusal import Error, RefusedError
from mlops.serve.requests import Headers, request_id
from starlette.types import Message, Send

GONE = 499  # the status of a request whose client does not wait for the answer
PAGES = {"/", "/docs"}  # a browser asks for the token; on what a page itself asks, the page does
BASIC = b'Basic realm="mlops"'
Pairs = list[tuple[bytes, bytes]]


async def nowhere(message: Message) -> None:
    """Where an exchange sends to that is not ASGI's."""


class Reply(NamedTuple):
    """An answer."""

    body: bytes
    status: int
    headers: Pairs


class Exchange:
    """One request. `status` is 0 until it has an answer."""

    def __init__(self, headers: Headers, path: str, send: Send = nowhere) -> None:
        self.began = perf_counter()
        self.id, self.headers, self.path = request_id(headers), headers, path
        self.status, self.error = 0, ""
        self._pass = send

    def reply(self, body: bytes, status: int = 200, extra: Pairs | None = None) -> Reply:
        """The answer with JSON."""
        self.status = status
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"x-request-id", self.id.encode()),
        ]
        return Reply(body, status, headers + extra if extra else headers)

    def refusal(self, refused: RefusedError, headers: Any = None) -> Reply:
        """The answer with an error."""
        self.error = refused.error
        extra = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        if refused.wait is not None:
            extra.append((b"retry-after", b"%d" % refused.wait))
        if refused.status == 401:
            extra.append((b"www-authenticate", BASIC if self.path in PAGES else b"Bearer"))
        if refused.status == 408 or b"expect" in self.headers:  # the body may never come
            extra.append((b"connection", b"close"))
        body = encode(Error(self.id, refused.error, refused.row, refused.column))
        return self.reply(body, refused.status, extra)

    def failed(self) -> RefusedError:
        """What is told of an error of the service itself, which goes into its log."""
        lines.logger.exception("failed", extra={"fields": {"id": self.id, "path": self.path}})
        return RefusedError(500, "an error of the service: see its log")

    async def send(self, message: Message) -> None:
        """Send a part of an answer by ASGI; the first one gets the request's id."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], (b"x-request-id", self.id.encode())]
        await self._pass(message)

    async def answer(self, reply: Reply) -> None:
        """Send an answer by ASGI."""
        head = {"type": "http.response.start", "status": reply.status, "headers": reply.headers}
        await self._pass(head)
        await self._pass({"type": "http.response.body", "body": reply.body})

    async def refuse(self, refused: RefusedError, headers: Any = None) -> None:
        """Send an error by ASGI, unless an answer has begun or nobody is there to take it."""
        if self.status:
            return
        if refused.status == GONE:
            self.status, self.error = GONE, refused.error
        else:
            await self.answer(self.refusal(refused, headers))

    def say(self, method: str, seconds: float) -> None:
        """Log the request and how it ended."""
        lines.say(
            logging.INFO,
            "answered",
            id=self.id,
            method=method,
            path=self.path[:200],
            status=self.status,
            milliseconds=round(1000 * seconds, 3),
            **({"error": self.error} if self.error else {}),
        )
