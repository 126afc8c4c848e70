"""The routes of the service, and what each request goes through: id, token, answer, figures."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

import anyio
import anyio.to_thread
from mlops.serve import lines
from mlops.serve.answers import Answer, encode, predictions
from mlops.serve.metrics import Metrics
from mlops.serve.model import Held, Model
from mlops.serve.refusal import Error, RefusedError
from mlops.serve.requests import FEW, Access, Bodies, Headers, request_id
from mlops.serve.rows import Columns
from mlops.serve.settings import Settings
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import Message, Receive, Scope, Send

THREADS = 2  # that work on large requests, while small ones are answered


Record = Callable[[Model, str, float, Columns, Any], None]  # id, seconds, rows, scores


class Service:
    """The ASGI application."""

    def __init__(
        self,
        held: Held,
        settings: Settings,
        metrics: Metrics,
        record: Record | None = None,
        token: str | None = None,
    ) -> None:
        self.held, self.settings, self.metrics, self.record = held, settings, metrics, record
        self.access, self.bodies = Access(token), Bodies(settings)
        self.threads = anyio.CapacityLimiter(THREADS)
        self.waiting = 0
        self.router = Router(self.routes(), default=nothing_here, redirect_slashes=False)
        self.paths = {route.path for route in self.router.routes if isinstance(route, Route)}
        held.tell(metrics.held)

    def routes(self) -> list[BaseRoute]:
        """All routes, the one that is asked most first."""
        return [
            Route("/predict", Work(self, self.predict), methods=["POST"]),
            Route("/health", self.health),
            Route("/ready", self.ready),
            Route("/metrics", self.figures),
            Route("/model", self.model),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever happens, it is answered in JSON, counted and named."""
        if scope["type"] != "http":
            return
        began, headers, path = perf_counter(), dict(scope["headers"]), scope["path"]
        exchange = Exchange(request_id(headers), headers, began, send)
        scope["app"], scope["exchange"] = self, exchange
        self.metrics.in_flight.inc()
        try:
            self.access.check(path, headers)
            await self.router(scope, receive, exchange.send)
        except RefusedError as refused:
            await exchange.refuse(refused)
        except HTTPException as error:  # Starlette's, as for a method that a path does not have
            await exchange.refuse(RefusedError(error.status_code, error.detail), error.headers)
        except asyncio.CancelledError:
            await exchange.refuse(RefusedError(503, "the service stops", wait=1))
        except Exception:
            lines.logger.exception("failed", extra={"fields": {"id": exchange.id, "path": path}})
            await exchange.refuse(
                RefusedError(500, "this is a mistake of the service: see its log")
            )
        finally:
            self.metrics.in_flight.dec()
            seconds = perf_counter() - began
            known = path if path in self.paths else "other"
            self.metrics.answered(known, exchange.status, seconds)
            if exchange.status >= 400 or self.settings.access_log:
                exchange.say(scope, seconds)

    def predict(self, model: Model, body: bytes, exchange: "Exchange") -> bytes:
        """Score the rows of a body."""
        columns = model.rows.read(body)
        scores = model.scorer.score(columns)
        found = predictions(model.contract, scores)
        self.metrics.scored(columns, found)
        if self.record:
            self.record(model, exchange.id, perf_counter() - exchange.began, columns, scores)
        return encode(Answer(exchange.id, model.version, model.digest, found))

    async def done(self, work: Callable[[], bytes], at_once: bool) -> bytes:
        """Do work, in a thread where it takes long.

        Raise `RefusedError` where too much waits for that.
        """
        if at_once:
            return work()
        if self.waiting >= self.settings.max_waiting:
            raise RefusedError(429, "too many requests are being worked on", wait=1)
        self.waiting += 1
        try:
            with anyio.fail_after(self.settings.timeout):
                return await anyio.to_thread.run_sync(work, limiter=self.threads)
        except TimeoutError:
            raise RefusedError(503, "too many requests are before this one", wait=1) from None
        finally:
            self.waiting -= 1

    async def health(self, request: Request) -> Response:
        """Tell that the process lives."""
        return json({"status": "ok"})

    async def ready(self, request: Request) -> Response:
        """Tell whether requests should be sent here."""
        if self.held.stopping:
            raise RefusedError(503, "the service stops")
        model = self.held.model
        return json({"status": "ready", "version": model.version, "model": model.digest})

    async def figures(self, request: Request) -> Response:
        """Tell Prometheus."""
        return Response(self.metrics.text(), media_type="text/plain; version=0.0.4")

    async def model(self, request: Request) -> Response:
        """Tell which model answers, and what it takes."""
        model = self.held.model
        about = {"version": model.version, "model": model.digest, "commit": model.commit}
        return json({**about, "contract": model.contract})


class Exchange:
    """A request and its answer on the way."""

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

    async def answer(
        self, body: bytes, status: int = 200, extra: tuple[tuple[bytes, bytes], ...] = ()
    ) -> None:
        """Send JSON."""
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            *extra,
        ]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    async def refuse(self, refused: RefusedError, headers: Any = None) -> None:
        """Send an error, unless an answer has begun or nobody is there to take it."""
        if self.status:
            return
        self.error = refused.error
        if refused.status == 499:
            self.status = 499
            return
        extra = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        if refused.wait is not None:
            extra.append((b"retry-after", b"%d" % refused.wait))
        if refused.status == 401:
            extra.append((b"www-authenticate", b'Bearer, Basic realm="mlops"'))
        if refused.status == 408:
            extra.append((b"connection", b"close"))
        body = encode(Error(self.id, refused.error, refused.row, refused.column))
        await self.answer(body, refused.status, tuple(extra))

    def say(self, scope: Scope, seconds: float) -> None:
        """Log the request."""
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


class Work:
    """A route that does something with a body."""

    def __init__(self, service: Service, act: Callable[[Model, bytes, Exchange], bytes]) -> None:
        self.service, self.act = service, act

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Receive the body, do the work, answer."""
        service, exchange = self.service, scope["exchange"]
        body = await service.bodies.read(exchange.headers, receive, exchange.began)
        try:
            model = service.held.model
            at_once = model.quick and len(body) <= FEW
            answer = await service.done(partial(self.act, model, body, exchange), at_once)
        finally:
            service.bodies.release(body)
        closing = ((b"connection", b"close"),) if service.held.stopping else ()
        await exchange.answer(answer, extra=closing)


async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer requests for other paths."""
    raise RefusedError(404, "nothing is at this address")


def json(value: Any) -> Response:
    """A value as a response."""
    return Response(encode(value), media_type="application/json")
