"""The routes of the service, and what each request goes through: id, token, answer, figures."""

import asyncio
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

import anyio
import anyio.to_thread
from mlops.serve.answers import Answer, encode, predictions
from mlops.serve.exchange import Exchange, Reply
from mlops.serve.explain import explanation
from mlops.serve.metrics import Metrics
from mlops.serve.model import Held, Model
from mlops.serve.refusal import RefusedError
from mlops.serve.requests import FEW, Access, Bodies, check_type
from mlops.serve.rows import Columns
from mlops.serve.settings import Settings
from mlops.serve.site import Site
from mlops.serve.watching import Scored
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import Receive, Scope, Send

PREDICT = "/predict"
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
        self.work = Work(self, self.predict)
        self.site = Site(settings.max_rows, secured=token is not None)
        self.router = Router(self.routes(), default=nothing_here, redirect_slashes=False)
        self.paths = {route.path for route in self.router.routes if isinstance(route, Route)}
        held.tell(metrics.held)
        held.tell(self.site.show)

    def routes(self) -> list[BaseRoute]:
        """All routes, the one that is asked most first."""
        return [
            Route(PREDICT, self.work, methods=["POST"]),
            Route("/health", self.health),
            Route("/ready", self.ready),
            Route("/metrics", self.figures),
            Route("/model", self.model),
            Route("/explain", Work(self, self.explain, few=0), methods=["POST"]),
            *self.site.routes(),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever happens, it is answered in JSON, counted and named."""
        if scope["type"] != "http":
            return
        headers, path, method = dict(scope["headers"]), scope["path"], scope["method"]
        exchange = Exchange(headers, path, send)
        scope["app"], scope["exchange"] = self, exchange
        self.metrics.in_flight += 1
        try:
            self.access.check(path, headers)
            if path == PREDICT and method == "POST":
                await self.work(scope, receive, exchange.send)  # the router takes longer
            else:
                await self.router(scope, receive, exchange.send)
        except RefusedError as refused:
            await exchange.refuse(refused)
        except HTTPException as error:  # Starlette's
            await exchange.refuse(not_taken(error, method), error.headers)
        except asyncio.CancelledError:
            await exchange.refuse(RefusedError(503, "the service stops", wait=1))
        except Exception:
            await exchange.refuse(exchange.failed())
        finally:
            self.metrics.in_flight -= 1
            self.ended(exchange, method)

    def at_once(self, scope: Scope, body: bytearray) -> Reply | None:
        """The answer to a prediction of few rows whose body is there; None for other requests.

        It is what ASGI would send, in a third of the time.
        """
        model = self.held.model
        if scope["path"] != PREDICT or scope["method"] != "POST":
            return None
        if len(body) > FEW or not model.quick:
            return None
        exchange = Exchange(dict(scope["headers"]), PREDICT)
        try:
            self.access.check(PREDICT, exchange.headers)
            check_type(exchange.headers)
            return exchange.reply(self.predict(model, bytes(body), exchange))
        except RefusedError as refused:
            return exchange.refusal(refused)
        except Exception:
            return exchange.refusal(exchange.failed())
        finally:
            self.ended(exchange, "POST")

    def ended(self, exchange: Exchange, method: str) -> None:
        """Count an answer, and log it where that is wanted."""
        seconds = perf_counter() - exchange.began
        known = exchange.path if exchange.path in self.paths else "other"
        self.metrics.answered(known, exchange.status, seconds)
        if exchange.status >= 400 or self.settings.access_log:
            exchange.say(method, seconds)

    def predict(self, model: Model, body: bytes, exchange: Exchange) -> bytes:
        """Score the rows of a body."""
        columns = model.rows.read(body)
        scores = model.scorer.score(columns)
        found = predictions(model.contract, scores)
        self.metrics.watch.scored(Scored(model, columns, scores, found))
        if self.record:
            self.record(model, exchange.id, perf_counter() - exchange.began, columns, scores)
        return encode(Answer(exchange.id, model.version, model.digest, found))

    def explain(self, model: Model, body: bytes, exchange: Exchange) -> bytes:
        """Tell what drove the prediction for the row of a body."""
        return encode(explanation(model, exchange.id, body))

    async def in_thread(self, work: Callable[[], bytes]) -> bytes:
        """Do work that takes long. Raise `RefusedError` where too much waits for that."""
        if self.waiting >= self.settings.max_waiting:
            raise RefusedError(429, "too many large requests are being worked on", wait=1)
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


class Work:
    """A route that does something with a body, in a thread if it has more than a few bytes."""

    def __init__(
        self, service: Service, act: Callable[[Model, bytes, Exchange], bytes], few: int = FEW
    ) -> None:
        self.service, self.act, self.few = service, act, few

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Receive the body, do the work, answer."""
        service, exchange = self.service, scope["exchange"]
        body = await service.bodies.read(exchange.headers, receive, exchange.began)
        try:
            model = service.held.model
            if model.quick and len(body) <= self.few:
                answer = self.act(model, body, exchange)
            else:
                answer = await service.in_thread(partial(self.act, model, body, exchange))
        finally:
            service.bodies.release(body)
        await exchange.answer(exchange.reply(answer))


async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer requests for other paths."""
    raise RefusedError(404, "nothing is at this address")


def not_taken(error: HTTPException, method: str) -> RefusedError:
    """Say which methods a path has; Starlette's words are "Method Not Allowed" alone."""
    allowed = (error.headers or {}).get("Allow")
    return RefusedError(error.status_code, f"this path takes {allowed}, not {method}")


def json(value: Any) -> Response:
    """A value as a response."""
    return Response(encode(value), media_type="application/json")
