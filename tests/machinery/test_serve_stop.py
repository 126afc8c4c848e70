"""A service ends without dropping what it was asked, and keeps going when a worker dies."""

import json
import os
import signal
import socket
import threading
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest

from machinery.serving import ROW, Raw, Service, children, eventually, reply, serving

JSON = {"Content-Type": "application/json"}
BODY = json.dumps(ROW).encode()
SLOW = json.dumps([ROW] * 1000 + [ROW | {"destination": "WWW"}]).encode()  # takes a second


def test_what_is_in_flight_is_finished() -> None:
    with serving() as service, Raw(service) as client:
        client.send(client.head(SLOW), SLOW)
        assert eventually(lambda: service.figure("mlops_in_flight") == 2)
        service.process.send_signal(signal.SIGTERM)
        assert len(client.reply().json["predictions"]) == 1001
        assert service.wait() == 0


def test_while_it_drains_it_answers_but_is_not_ready() -> None:
    with serving(drain=60) as service:
        connection = service.connection()
        assert reply(connection, "GET", "/ready").status == 200
        service.process.send_signal(signal.SIGTERM)
        assert eventually(lambda: service.ask("GET", "/ready").status == 503)
        assert service.ask("GET", "/health").status == 200
        answer = service.predict(ROW)
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        connection.close()
        assert service.end(signal.SIGINT) == 0


def test_no_answer_is_lost_under_load() -> None:
    answered, told = [0] * 4, []

    def load(service: Service, number: int) -> None:
        connection = service.connection()
        answer = None
        while answer is None or "connection" not in answer.headers:
            answer = reply(connection, "POST", "/predict", BODY, JSON)
            assert answer.status == 200
            answered[number] += 1
        told.append(answer.headers["connection"])

    with serving(drain=1) as service:
        threads = [threading.Thread(target=load, args=(service, n)) for n in range(4)]
        for thread in threads:
            thread.start()
        assert eventually(lambda: all(count > 50 for count in answered))
        assert service.end() == 0
        for thread in threads:
            thread.join()
    assert told == ["close"] * 4


def test_those_that_connected_before_the_end_are_answered() -> None:
    with serving() as service:
        clients = [Raw(service) for _ in range(50)]
        service.process.send_signal(signal.SIGTERM)
        for client in clients:
            client.send(client.head(BODY), BODY)
        assert {client.reply().status for client in clients} == {200}
        assert service.wait() == 0
        for client in clients:
            client.close()


def test_its_end_is_bounded_in_time() -> None:
    with serving(timeout=1) as service, Raw(service) as client:
        client.send(client.head(b"", length=100), b"{")  # the rest never comes
        assert eventually(lambda: service.figure("mlops_in_flight") == 2)
        assert service.end() == 0


def test_a_port_that_is_taken_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving(port=port) as service:
            _, said = service.process.communicate(timeout=20)
    assert service.process.returncode == 1
    assert f"127.0.0.1:{port}" in said.splitlines()[-1]


def workers(service: Service) -> list[psutil.Process]:
    """The processes that answer."""
    return [one for one in children(psutil.Process(service.process.pid)) if answers(one)]


def answers(process: psutil.Process) -> bool:
    """Tell a worker from Python's helpers, and from one that has just ended."""
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


def test_a_worker_that_is_killed_is_replaced() -> None:
    with serving(workers=2) as service:
        assert service.predict(ROW).status == 200
        assert eventually(lambda: len(workers(service)) == 2)
        first = {one.pid for one in workers(service)}
        os.kill(min(first), signal.SIGKILL)
        assert eventually(lambda: len({one.pid for one in workers(service)} - first) == 1)
        for _ in range(20):
            assert service.predict(ROW).status == 200
        assert service.end() == 0
    assert [line["code"] for line in service.said if line["event"] == "a worker died"] == [-9]


def test_workers_add_up_their_figures_and_end_together() -> None:
    with serving(workers=2) as service:
        for _ in range(30):
            assert service.predict(ROW).status == 200
        assert eventually(lambda: service.figure("mlops_rows_total") == 30)
        found = workers(service)
        assert service.end() == 0
        assert not any(one.is_running() for one in found)


def test_workers_end_where_what_started_them_is_killed(tmp_path: Path) -> None:
    with serving({"TMPDIR": str(tmp_path)}, workers=2) as service:
        assert eventually(lambda: len(workers(service)) == 2)
        assert service.predict(ROW).status == 200
        found = workers(service)
        assert list(tmp_path.iterdir())
        service.process.kill()
        assert eventually(lambda: not any(one.is_running() for one in found))
        assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_code_zero_and_says_nothing(sign: int) -> None:
    with serving() as service:
        assert service.predict(ROW).status == 200
        assert service.end(sign) == 0
    assert service.said == []


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_comes_again_and_again_does_not_cut_the_log(
    sign: int, tmp_path: Path
) -> None:
    """`uv run` passes on what the whole group of a terminal or a cgroup gets as well."""
    with serving(log=str(tmp_path)) as service:
        assert service.predict([ROW] * 5).status == 200

        def finished() -> list[Path]:
            service.process.send_signal(sign)
            return list(tmp_path.glob("*.parquet"))

        assert eventually(finished)
        service.wait()
    assert service.said == []
    (written,) = tmp_path.glob("*.parquet")
    assert pq.read_metadata(written).num_rows == 5
