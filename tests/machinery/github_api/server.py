"""The stand-in as a server on loopback."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from machinery.github_api import actions, pull_requests, releases
from machinery.github_api.state import (
    REPOSITORY,
    TOKEN,
    Answer,
    FakeGitHub,
    Fault,
    Seen,
    complaint,
)

SLOWEST = 30  # seconds after which a connection that says nothing is closed
ROUTES = pull_requests.ROUTES + releases.ROUTES + actions.ROUTES


def respond(api: FakeGitHub, seen: Seen) -> Answer:
    """What GitHub does with a request, and says."""
    sent = seen.headers.get("authorization")
    if sent not in (None, f"Bearer {TOKEN}"):
        return complaint(401, "Bad credentials")
    if seen.method != "GET" and sent is None:
        return complaint(401, "Requires authentication")
    for method, pattern, function in ROUTES:
        match = re.fullmatch(f"/repos/{REPOSITORY}/{pattern}", seen.path)
        if match and seen.method == method:
            answer: Answer = function(api, seen, *match.groups())
            return answer
    return complaint(404, "Not Found")


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    timeout = SLOWEST
    api: FakeGitHub

    def do_GET(self) -> None:
        """Answer, or do what a fault says instead."""
        url = urlsplit(self.path)
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        is_json = self.headers.get("Content-Type") == "application/json"
        seen = Seen(
            self.command,
            url.path,
            {name: values[0] for name, values in parse_qs(url.query).items()},
            {name.lower(): value for name, value in self.headers.items()},
            json.loads(sent) if is_json else sent,
        )
        with self.api.lock:
            self.api.requests.append(seen)
            fault = self.fault(seen)
            instead = fault.drop or fault.answer is not None
            true = respond(self.api, seen) if fault.done or not instead else Answer()
        if fault.delay:
            time.sleep(fault.delay)
        if not fault.drop:
            self.send(fault.answer or true, fault.cut)
        self.close_connection = True

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 (the names that http.server calls)

    def fault(self, seen: Seen) -> Fault:
        for fault in self.api.faults:
            if fault.times > 0 and re.search(fault.request, str(seen)):
                fault.times -= 1
                return fault
        return Fault("")

    def send(self, answer: Answer, cut: int | None) -> None:
        is_bytes = isinstance(answer.body, bytes)
        body = answer.body if is_bytes else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):  # whoever asked may have waited long enough
            self.wfile.write(body[:cut])

    def log_message(self, format: str, *arguments: object) -> None:
        """Be silent."""


@contextmanager
def serving(api: FakeGitHub) -> Iterator[FakeGitHub]:
    """Serve on a free port of loopback until the block ends."""
    handler = type("ApiHandler", (Handler,), {"api": api})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        api.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join(timeout=5)
