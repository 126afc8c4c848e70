"""A query of a real PostgreSQL server, which this test starts and stops, becomes a model."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from baked import BakedProject, copy, environment, execute

SECRET = "kn0wn-to-few"
QUERY = "SELECT * FROM sales ORDER BY id"
TABLE = """
CREATE TABLE sales AS SELECT
    number AS id,
    (number * 37 % 101) / 10.0 AS "Size",
    number % 3 = 0 AS open,
    date '2024-01-01' + number % 200 AS day,
    CASE WHEN number % 5 = 0 THEN NULL ELSE 'place ' || number % 4 END AS place,
    CASE WHEN number * 37 % 101 > 50 THEN 'yes' ELSE 'no' END AS sold
FROM generate_series(1, 3000) AS number
"""


def programs() -> Path | None:
    """Where Debian's package keeps the server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture
def server() -> Iterator[tuple[Path, str]]:
    """The data of a running server, and a URL that opens it."""
    there = programs()
    if there is None:
        pytest.skip("PostgreSQL is not installed here: apt-get install postgresql")
    # The server refuses to run as root, and its own user cannot see into pytest's folders.
    user = "postgres" if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    (folder / "password").write_text(SECRET)
    if user:
        for path in (folder, folder / "password"):
            shutil.chown(path, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        command = [str(there / program), "-D", str(folder / "data"), *arguments]
        output = subprocess.DEVNULL
        subprocess.run(command, user=user, check=True, timeout=60, stdout=output, cwd=folder)

    run("initdb", "-U", "shop", "-A", "scram-sha-256", f"--pwfile={folder}/password")
    options = f"-p {port} -h 127.0.0.1 -k {folder}"
    run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
    try:
        yield folder / "data", f"postgresql://shop:{SECRET}@127.0.0.1:{port}/postgres"
    finally:
        with suppress(subprocess.CalledProcessError):  # it is down already
            run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def test_a_query_becomes_a_table_that_is_split(
    installed: BakedProject, tmp_path: Path, server: tuple[Path, str]
) -> None:
    data, url = server
    project = copy(installed, tmp_path)
    execute("uv", "sync", "-q", "--extra", "postgres", cwd=project.path)
    fill = f"import psycopg; psycopg.connect({url!r}, autocommit=True).execute('''{TABLE}''')"
    project.run("python", "-c", fill)
    before = project.snapshot("conf", "data", "tests")
    adopt = ("mlops", "adopt", "--target", "sold", "--query")

    ran = project.run(*adopt, QUERY, "--sql", url.replace(SECRET, "wr0ng-one"), check=False)
    assert ran.code == 1
    assert "password authentication failed" in ran.err
    assert "wr0ng-one" not in ran.text
    ran = project.run(*adopt, "SELECT * FROM sails", "--sql", url, check=False)
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert 'relation "sails" does not exist' in ran.err
    assert project.snapshot("conf", "data", "tests") == before

    project.run(*adopt, QUERY, "--sql", url)
    found = project.yaml("conf/data/sales.yaml")
    assert found["origin"] == {"url": url.replace(f"shop:{SECRET}@", ""), "query": QUERY}
    assert {name: column["type"] for name, column in found["columns"].items()} == {
        **{"sold": "boolean", "day": "timestamp", "id": "integer"},
        **{"size": "number", "open": "boolean", "place": "category"},
    }
    project.run("dvc", "repro", "split")
    assert (project.path / "data/prepared/train.parquet").is_file()
    places = ("conf", "data", "reports", ".dvc")
    assert all(SECRET.encode() not in content for content in project.snapshot(*places).values())

    before = project.snapshot("conf", "data/source")
    lost = lost_connection(project, data, url)
    assert lost.endswith("terminating connection due to administrator command") or "lost" in lost
    assert SECRET not in lost
    assert project.snapshot("conf", "data/source") == before


def wait_for_query(url: str) -> None:
    """Wait until somebody else's query runs."""
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
        " AND backend_type = 'client backend' AND pid != pg_backend_pid()"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(300):
            if connection.execute(asked).fetchone() != (0,):
                return
            time.sleep(0.1)
    raise AssertionError("nothing was asked")


def lost_connection(project: BakedProject, data: Path, url: str) -> str:
    """What is said where the server goes down during a query."""
    slow = "SELECT pg_sleep(60), * FROM sales"
    command = ["uv", "run", "mlops", "adopt", "--target", "sold", "--sql", url, "--query", slow]
    pipes: dict[str, Any] = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL}
    with subprocess.Popen(
        command, cwd=project.path, text=True, env=environment(), **pipes
    ) as running:
        try:
            wait_for_query(url)
            identity = int((data / "postmaster.pid").read_text().split()[0])
            os.kill(identity, signal.SIGINT)  # as `pg_ctl stop -m fast` does
            said: str = running.communicate(timeout=60)[1]
        finally:
            running.kill()
    assert running.returncode == 1
    assert len(said.splitlines()) == 1
    return said.strip()
