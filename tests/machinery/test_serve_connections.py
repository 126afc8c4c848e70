"""Clients that are slow, rude, half gone or many: they are refused or dropped, others answered."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator

import psutil
import pytest
from mlops.serve.server import raise_open_files

from machinery.serving import ROW, Raw, Service, eventually, serving

BODY = json.dumps(ROW).encode()
MANY = json.dumps([ROW] * 1500).encode()
MEGABYTE = 2**20
GONE = 'mlops_requests_total{path="/predict",status="499"}'


@pytest.fixture(scope="module")
def patient() -> Iterator[Service]:
    """A service that waits long."""
    with serving() as service:
        yield service


@pytest.fixture(scope="module")
def hurried() -> Iterator[Service]:
    """A service that does not wait."""
    with serving(timeout=1, keep_alive=1) as service:
        yield service


def test_a_slow_body_is_refused(hurried: Service) -> None:
    with Raw(hurried) as client:
        client.send(client.head(BODY), BODY[:5])
        answer = client.reply()
        assert answer.status == 408
        assert answer.json["error"] == "the body did not come within 1 seconds"
        assert client.all() == b""


def test_a_body_that_drips_is_refused(hurried: Service) -> None:
    stop = threading.Event()
    with Raw(hurried) as client:
        client.send(client.head(b"", length=1000))

        def drip() -> None:
            while not stop.wait(0.05):
                try:
                    client.send(b" ")
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        assert client.reply().status == 408
        stop.set()
        thread.join()


def test_a_head_that_does_not_end_is_refused(hurried: Service) -> None:
    with Raw(hurried) as client:
        client.send(b"POST /predict HTTP/1.1\r\nHost: x\r\n")
        answer = client.rest()
    assert answer
    assert (answer.status, answer.json) == (408, {"error": "the request came too slowly"})


def test_a_connection_that_says_nothing_is_closed(hurried: Service) -> None:
    with Raw(hurried) as client:
        assert client.all() == b""


def test_a_connection_without_another_request_is_closed(hurried: Service) -> None:
    with Raw(hurried) as client:
        client.send(client.head(BODY), BODY)
        assert client.reply().status == 200
        assert client.all() == b""


def test_a_client_that_does_not_take_its_answers_is_dropped(hurried: Service) -> None:
    process = psutil.Process(hurried.process.pid)
    before = len(process.net_connections())
    rows = json.dumps([ROW] * 9000).encode()
    with Raw(hurried) as client:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.send(*[client.head(rows) + rows] * 8)
        assert eventually(lambda: hurried.figure("mlops_rows_total") >= 9000)
        assert eventually(lambda: len(process.net_connections()) == before)


@pytest.mark.parametrize(
    "head",
    [
        b"X-Long: %b\r\n\r\n" % (b"a" * 40_000),
        b"".join(b"X-%d: a\r\n" % n for n in range(10_000)) + b"\r\n",
        b"X-Endless: %b" % (b"a" * 400_000),
    ],
)
def test_large_headers_are_refused(patient: Service, head: bytes) -> None:
    with Raw(patient) as client:
        client.send(b"GET /health HTTP/1.1\r\nHost: x\r\n", head)
        answer = client.rest()
    assert answer
    assert (answer.status, answer.json) == (431, {"error": "the headers are too large"})


def test_headers_after_the_body_do_not_pile_up(patient: Service) -> None:
    with Raw(patient) as client:
        client.send(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        client.send(b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n" % (len(BODY), BODY))
        for _ in range(1000):
            client.send(b"X-More: %b\r\n" % (b"a" * 10_000))
        assert client.reply().status == 431
    assert patient.ask("GET", "/health").status == 200


@pytest.mark.parametrize("what", [b"\x16\x03\x01\x02\x00\x01", b"hello\r\n\r\n", b"GET\r\n\r\n"])
def test_what_is_no_http_is_refused(patient: Service, what: bytes) -> None:
    with Raw(patient) as client:
        client.send(what)
        answer = client.rest()
    assert answer
    assert (answer.status, answer.json) == (400, {"error": "this is not a valid HTTP request"})


def test_one_that_closes_its_half_gets_its_answer(patient: Service) -> None:
    with Raw(patient) as client:
        client.send(client.head(MANY), MANY)
        client.half_close()
        answer = client.rest()
    assert answer
    assert len(answer.json["predictions"]) == 1500


@pytest.mark.parametrize("sent", [b"", BODY[:9]])
def test_one_that_goes_away_leaves_nothing(patient: Service, sent: bytes) -> None:
    with Raw(patient) as client:
        client.send(client.head(BODY), sent)
    assert eventually(lambda: patient.figure(GONE) >= 1)
    assert patient.figure("mlops_in_flight") == 1


def test_requests_one_after_the_other_without_waiting_are_answered(patient: Service) -> None:
    with Raw(patient) as client:
        client.send(*[client.head(BODY) + BODY] * 10)
        for _ in range(10):
            assert client.reply().status == 200


@pytest.mark.parametrize("body", [BODY, json.dumps(ROW | {"distance": "far"}).encode(), b"{"])
def test_a_request_is_answered_alike_at_once_and_in_parts(patient: Service, body: bytes) -> None:
    with Raw(patient) as client:
        head = client.head(body, b"X-Request-Id: one")
        client.send(head, body)
        at_once = client.reply()
        for part in (head, body[:1], body[1:]):
            client.send(part)
            time.sleep(0.05)
        in_parts = client.reply()
        client.send(client.head(body, b"X-Request-Id: one", b"Connection: close"), body)
        last = client.rest()
    assert last
    for other in (in_parts, last):
        assert (other.status, other.json) == (at_once.status, at_once.json)
    del last.headers["connection"]
    for answer in (at_once, in_parts, last):
        del answer.headers["date"]
        assert answer.headers == at_once.headers


def test_no_more_connections_than_allowed() -> None:
    with serving(max_connections=3) as service:
        clients = [Raw(service) for _ in range(3)]
        for client in clients:
            client.send(client.head(BODY), BODY)
            assert client.reply().status == 200
        with Raw(service) as client:
            answer = client.rest()
        assert answer
        assert (answer.status, answer.json) == (503, {"error": "too many connections"})
        clients.pop().close()
        assert eventually(lambda: asked(service) == 200)
        for client in clients:
            client.close()


def asked(service: Service) -> int:
    """The status that a new connection gets."""
    try:
        return service.ask("GET", "/health").status
    except (OSError, http.client.HTTPException):
        return 0


def test_a_thousand_connections_are_answered() -> None:
    raise_open_files()  # this process has the other ends
    with serving() as service:
        process = psutil.Process(service.process.pid)
        before = process.memory_info().rss
        clients = [Raw(service) for _ in range(1000)]
        for client in clients:
            client.send(client.head(BODY), BODY[:9])
        assert service.predict(ROW).status == 200
        for client in clients:
            client.send(BODY[9:])
        assert {client.reply().status for client in clients} == {200}
        assert process.memory_info().rss - before < 50 * MEGABYTE
        for client in clients:
            client.close()
