"""A service in a process of its own, and clients of it, also rude ones."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

import psutil

from baked import IN_PLACE, PROJECT
from machinery.standing import ROW as ROW

LONGEST = 20  # seconds for anything
FOLDERS = [PROJECT / "src", Path(__file__).parents[1]]


class Reply(NamedTuple):
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Service:
    """A service that runs. `said` is what it wrote to standard error by its end."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        self.port = urlsplit(address).port or 0
        self.said: list[dict[str, Any]] = []

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)

    def ask(self, method: str, path: str, body: str | bytes | None = None, **headers: str) -> Reply:
        connection = self.connection()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            return reply(connection, method, path, body, sent)
        finally:
            connection.close()

    def predict(self, rows: Any, **headers: str) -> Reply:
        body = rows if isinstance(rows, str | bytes) else json.dumps(rows)
        return self.ask(
            "POST", "/predict", body, **({"content_type": "application/json"} | headers)
        )

    def figure(self, name: str) -> float:
        """A line of the metrics, with its labels."""
        text = self.ask("GET", "/metrics").body.decode()
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    def end(self, sign: int = signal.SIGTERM) -> int:
        """Tell it to stop; its exit code."""
        self.process.send_signal(sign)
        return self.wait()

    def wait(self) -> int:
        _, said = self.process.communicate(timeout=LONGEST)
        self.said = [json.loads(line) for line in said.splitlines()]
        return self.process.returncode


def reply(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: str | bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    """Ask over a connection that may be used again."""
    connection.request(method, path, body, headers or {})
    got = connection.getresponse()
    found = {name.lower(): value for name, value in got.getheaders()}
    return Reply(got.status, found, got.read())


@contextmanager
def serving(environment: dict[str, str] | None = None, **options: Any) -> Iterator[Service]:
    """The stand-in's service, with options of `mlops serve`; whatever happens, it ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "machinery.standing", json.dumps({"port": 0, "drain": 0} | options)],
        env=os.environ
        | IN_PLACE
        | {"PYTHONPATH": os.pathsep.join(map(str, FOLDERS))}
        | (environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    family = psutil.Process(process.pid)
    try:
        assert process.stdout
        address = process.stdout.readline().strip()
        service = Service(process, address)
        yield service
        if process.poll() is None:
            service.end()
    finally:
        for one in [*children(family), process]:
            one.kill()
        process.wait()


def children(process: psutil.Process) -> list[psutil.Process]:
    """The processes below one; none where it has ended."""
    try:
        found: list[psutil.Process] = process.children(recursive=True)
        return found
    except psutil.NoSuchProcess:
        return []


class Raw:
    """A connection on which anything can be sent."""

    def __init__(self, service: Service) -> None:
        self.socket = socket.create_connection(("127.0.0.1", service.port), timeout=LONGEST)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.file.close()
        self.socket.close()

    def send(self, *parts: bytes) -> None:
        self.socket.sendall(b"".join(parts))

    def head(self, body: bytes, *more: bytes, length: int | None = None) -> bytes:
        """The first lines of a request that predicts."""
        lines = [
            b"POST /predict HTTP/1.1",
            b"Host: x",
            b"Content-Type: application/json",
            b"Content-Length: %d" % (len(body) if length is None else length),
            *more,
        ]
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def half_close(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def all(self) -> bytes:
        """All that comes until the other side closes."""
        return self.file.read()

    def reply(self) -> Reply:
        """The next answer. Raise `EOFError` where none comes."""
        first = self.file.readline()
        if not first:
            raise EOFError
        headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        return Reply(int(first.split()[1]), headers, self.file.read(int(headers["content-length"])))

    def rest(self) -> Reply | None:
        """What comes before the service closes; None where nothing does."""
        try:
            answer = self.reply()
        except EOFError:
            return None
        assert self.all() == b""
        return answer


def eventually(true: Any, seconds: float = LONGEST) -> bool:
    """Tell whether something becomes true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False
