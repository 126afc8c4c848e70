"""What is too large or too much: it is refused, and others are answered."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from machinery.serving import ROW, Raw, Service, eventually, serving

BODY = json.dumps(ROW).encode()
MEGABYTE = 2**20
ANSWERS = 'mlops_requests_total{path="/predict",status="'
JSON = {"Content-Type": "application/json"}
BIG = json.dumps([ROW | {"destination": "WWW"}] * 1500).encode()  # takes a second


@pytest.fixture(scope="module")
def patient() -> Iterator[Service]:
    """A service that waits long."""
    with serving(max_rows=1500, max_megabytes=1) as service:
        yield service


def test_a_large_body_is_refused_before_it_is_read(patient: Service) -> None:
    with Raw(patient) as client:
        client.send(client.head(b"", length=100 * MEGABYTE))
        answer = client.reply()
    assert answer.status == 413
    assert answer.json["error"] == "the body is larger than 1 MiB"


def test_a_client_that_sends_a_large_body_anyway_gets_its_answer(patient: Service) -> None:
    connection = patient.connection()
    for path in ("/predict", "/elsewhere"):
        connection.request("POST", path, b" " * (100 * MEGABYTE), JSON)
        answer = connection.getresponse()
        assert answer.status == {"/predict": 413, "/elsewhere": 404}[path]
        answer.read()
    connection.request("POST", "/predict", BODY, JSON)
    assert connection.getresponse().status == 200
    memory = psutil.Process(patient.process.pid).memory_info().rss
    assert memory < 150 * MEGABYTE


def test_one_that_asks_before_it_sends_is_told(patient: Service) -> None:
    with Raw(patient) as client:
        client.send(client.head(b"", b"Expect: 100-continue", length=100 * MEGABYTE))
        answer = client.reply()
        assert (answer.status, answer.headers["connection"]) == (413, "close")
        assert client.all() == b""
    with Raw(patient) as client:
        client.send(client.head(BODY, b"Expect: 100-continue"))
        assert client.file.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert client.file.readline() == b"\r\n"
        client.send(BODY)
        assert client.reply().status == 200


def test_all_bodies_together_have_a_limit(patient: Service) -> None:
    clients = [Raw(patient) for _ in range(8)]
    body = b" " * (MEGABYTE - 1000)
    for client in clients:
        client.send(client.head(b"", length=MEGABYTE), body)
    assert eventually(lambda: patient.figure(f'{ANSWERS}429"}}') >= 2)
    assert patient.predict(ROW).status == 200
    for client in clients:
        client.close()
    assert eventually(lambda: patient.figure("mlops_in_flight") == 1)
    assert len(patient.predict([ROW] * 1500).json["predictions"]) == 1500


def test_a_body_of_unknown_length_is_counted_as_it_comes(patient: Service) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(4):
            yield b" " * (MEGABYTE // 2)

    connection = patient.connection()
    connection.request("POST", "/predict", parts(), JSON, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection = patient.connection()
    connection.request("POST", "/predict", iter([BODY[:9], BODY[9:]]), JSON, encode_chunked=True)
    assert connection.getresponse().status == 200


@pytest.mark.parametrize(
    "rows",
    [
        [ROW] * 1501,
        {"columns": {name: [value] * 1501 for name, value in ROW.items()}},
        [{}] * 30_000,
        {"columns": {"weekday": [1] * 200_000}},
    ],
)
def test_too_many_rows_are_refused(patient: Service, rows: object) -> None:
    answer = patient.predict(json.dumps(rows, separators=(",", ":")))
    assert answer.status == 413
    assert answer.json["error"] == "more than 1500 rows in a request"


def test_many_signs_in_texts_are_no_rows(patient: Service) -> None:
    rows = [ROW | {"destination": ",:{" * 100}] * 1500
    assert len(patient.predict(rows).json["predictions"]) == 1500


def test_small_requests_do_not_wait_for_large_ones(patient: Service) -> None:
    with Raw(patient) as client:
        client.send(client.head(BIG), BIG)
        assert eventually(lambda: patient.figure("mlops_in_flight") == 2)
        assert patient.predict(ROW).status == 200
        assert patient.ask("GET", "/health").status == 200
        assert patient.figure("mlops_in_flight") == 2
        assert len(client.reply().json["predictions"]) == 1500


def test_more_large_requests_than_may_wait_are_told_to_come_back() -> None:
    with serving(max_waiting=3) as service, ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: service.predict(BIG), range(6)))
        statuses = sorted(answer.status for answer in answers)
        assert statuses == [200, 200, 200, 429, 429, 429]
        refused = next(answer for answer in answers if answer.status == 429)
        assert refused.headers["retry-after"] == "1"
        assert service.predict(ROW).status == 200


def test_one_that_waits_too_long_for_its_turn_is_told_so() -> None:
    with serving(timeout=1, max_waiting=9) as service, ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: service.predict(BIG), range(6)))
        statuses = [answer.status for answer in answers]
        assert set(statuses) == {200, 503}
        assert {a.headers.get("retry-after") for a in answers if a.status == 503} == {"1"}
