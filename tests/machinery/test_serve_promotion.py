"""Promotions during a load of requests: none fails, and each answer names what made it."""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mlops.monitor import predictions

from baked import IDENTITY
from machinery.logged import until
from machinery.promoting import Registry, environment

ANSWERS = {"v0.1.0": 1.0, "v0.2.0": 2.0}
ROWS = (1, 300, 3000)  # of a request; large ones are worked on in threads


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """A service that follows production; give its address. It is stopped gracefully."""
    command = [sys.executable, "-m", "mlops", "serve", "--follow", "production", "--port", "0"]
    with subprocess.Popen(
        [*command, "--follow-every", "0.2", *options],
        cwd=folder,
        env=environment() | IDENTITY,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield urlsplit(process.stdout.readline().split(": ")[0]).netloc
            process.terminate()
            assert process.wait(60) == 0
        finally:
            process.kill()


class Client(threading.Thread):
    """Asks again and again, over one connection; keeps what each answer said."""

    def __init__(self, address: str, rows: int) -> None:
        super().__init__(daemon=True)
        self.address, self.rows = address, rows
        self.statuses: Counter[int] = Counter()
        self.said: Counter[tuple[str, str, tuple[float, ...]]] = Counter()
        self.ids: list[str] = []
        self.ends = False

    def run(self) -> None:
        body = json.dumps({"columns": {"distance": list(range(self.rows))}})
        headers = {"Content-Type": "application/json"}
        connection = http.client.HTTPConnection(self.address, timeout=60)
        while not self.ends:
            connection.request("POST", "/predict", body, headers)
            answer = connection.getresponse()
            found = json.loads(answer.read())
            self.statuses[answer.status] += 1
            values = {one["value"] for one in found.get("predictions", [])}
            self.said[found.get("version"), found.get("model"), tuple(values)] += 1
            self.ids.append(found["id"])
        connection.close()

    def has(self, version: str) -> bool:
        return any(said[0] == version for said in self.said)


def ask(address: str, path: str) -> str:
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request("GET", path)
    return connection.getresponse().read().decode()


def test_no_request_fails_and_each_answer_names_its_version(tmp_path: Path) -> None:
    registry, log = Registry.of(tmp_path), tmp_path / "log"
    rounds: list[list[Client]] = []
    with serving(registry.service, "--workers", "2", "--log", str(log)) as address:

        def load(version: str) -> None:
            """Have the load until every client was answered by a version, then a new one."""
            if rounds:
                until(lambda: all(client.has(version) for client in rounds[-1]))
            following = [Client(address, rows) for rows in ROWS]
            for client in following:
                client.start()
            end(rounds[-1] if rounds else [])
            rounds.append(following)

        load("")
        load("v0.1.0")
        registry.commit("v0.2.0", 2, "wind")
        registry.promote("v0.2.0", 2)
        load("v0.2.0")
        registry.commit("v0.3.0", 3, promised=4)
        registry.promote("v0.3.0", 3)
        until(lambda: "mlops_refused_versions_total 2.0" in ask(address, "/metrics"))
        registry.promote("v0.1.0", 4)
        load("v0.1.0")
        end(rounds[-1])
        time.sleep(3)  # a worker adds what it counted to the others' figures each second
        figures = ask(address, "/metrics")
    clients = [client for clients in rounds for client in clients]
    assert {status for client in clients for status in client.statuses} == {200}
    said = {one for client in clients for one in client.said}
    assert {(version, values) for version, _, values in said} == {
        (version, (answer,)) for version, answer in ANSWERS.items()
    }
    assert len({digest for _, digest, _ in said}) == 2
    assert check_log(log, clients) == dropped(figures)


def end(clients: list[Client]) -> None:
    for client in clients:
        client.ends = True
    for client in clients:
        client.join()


def dropped(figures: str) -> int:
    """The rows that the log did not take, as the service tells."""
    (line,) = [
        one for one in figures.splitlines() if one.startswith("mlops_log_dropped_rows_total ")
    ]
    return round(float(line.split()[1]))


def check_log(folder: Path, clients: list[Client]) -> int:
    """Each answer is logged as it was, or not at all; return the rows that are not."""
    logged: dict[str, Any] = {}
    for table in predictions.read(folder):
        columns = ("served.id", "served.version", "score")
        for id, version, score in zip(*(table[name].to_pylist() for name in columns), strict=True):
            logged.setdefault(id, Counter())[version, score] += 1
    missing = 0
    for client in clients:
        for id in client.ids:
            if id not in logged:
                missing += client.rows
                continue
            ((version, score),) = logged[id]
            assert ANSWERS[version] == score
            assert logged[id].total() == client.rows
    return missing
