"""A request and its answer, on the way."""

import logging
from typing import Any

from mlops.serve import lines
from mlops.serve.answers import encode
from mlops.serve.refusal import Error, RefusedError
from mlops.serve.requests import Headers
from starlette.types import Message, Scope, Send

GONE = 499  # the status of a request whose client does not wait for the answer
Pairs = list[tuple[bytes, bytes]]


class Exchange:
    """One request. `status` is 0 until an answer begins."""

    def __init__(self, id: str, headers: Headers, began: float, send: Send) -> None:
        self.id, self.headers, self.began = id, headers, began
        self.status, self.error = 0, ""
        self._send = send

    async def send(self, message: Message) -> None:
        """Send a part of an answer; the first one gets the request's id."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], (b"x-request-id", self.id.encode())]
        await self._send(message)

    async def answer(self, body: bytes, status: int = 200, extra: Pairs | None = None) -> None:
        """Send JSON."""
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"x-request-id", self.id.encode()),
        ]
        if extra:
            headers += extra
        self.status = status
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    async def refuse(self, refused: RefusedError, headers: Any = None) -> None:
        """Send an error, unless an answer has begun or nobody is there to take it."""
        if self.status:
            return
        self.error = refused.error
        if refused.status == GONE:
            self.status = GONE
            return
        extra = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        if refused.wait is not None:
            extra.append((b"retry-after", b"%d" % refused.wait))
        if refused.status == 401:
            extra.append((b"www-authenticate", b'Bearer, Basic realm="mlops"'))
        if refused.status == 408 or b"expect" in self.headers:  # the body may never come
            extra.append((b"connection", b"close"))
        body = encode(Error(self.id, refused.error, refused.row, refused.column))
        await self.answer(body, refused.status, extra)

    def say(self, scope: Scope, seconds: float) -> None:
        """Log the request and how it ended."""
        lines.say(
            logging.INFO,
            "answered",
            id=self.id,
            method=scope["method"],
            path=scope["path"][:200],
            status=self.status,
            milliseconds=round(1000 * seconds, 3),
            **({"error": self.error} if self.error else {}),
        )
