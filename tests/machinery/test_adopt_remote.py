"""Tables behind URLs and in databases become a file here; credentials stay where they are."""

import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from mlops.adopt.adopt import adopt
from mlops.adopt.masking import masked, public
from mlops.adopt.request import Request
from mlops.errors import UserError

from machinery.adopting import rows, state, take, written

TABLE = rows(id=range(1, 61), size=[1.5, 2.5, 4], target=["a", "b"])
SECRET = "s3cret-t0ken"

URLS = [
    ("sqlite:///../shop.db", "sqlite:///../shop.db"),
    ("sqlite:////srv/shop.db", "sqlite:////srv/shop.db"),
    (f"postgresql://bob:{SECRET}@host:5432/db?sslmode=require", "postgresql://host:5432/db"),
    (f"postgresql://bob:a/b#{SECRET}@host/db", "postgresql://host/db"),
    (f"https://host/t.csv?X-Amz-Signature={SECRET}#top", "https://host/t.csv"),
    ("s3://bucket/a/b@c.csv", "s3://bucket/a/b@c.csv"),
]


@pytest.mark.parametrize(("url", "shown"), URLS)
def test_what_of_a_url_is_shown(url: str, shown: str) -> None:
    assert public(url) == shown
    assert masked(f"cannot open {url}\n today", url) == f"cannot open {shown} today"


def test_what_of_a_message_is_shown() -> None:
    url = f"postgresql://bob:{SECRET}%21@host/db?sslpassword=hidden"
    said = masked(f"bob with {SECRET}! or {SECRET}%21 or hidden, at //bob@host", url)
    assert said == "bob with *** or *** or ***, at //***@host"


@pytest.fixture
def site() -> Iterator[str]:
    """A web server with a table, which wants a password or a token."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, token = self.path.partition("?")
            code = 404 if path != "/table.csv" else 200 if token == f"token={SECRET}" else 403
            body = TABLE.encode() if code == 200 else b"no"
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_table_of_a_web_server(shop: Path, site: str, capsys: pytest.CaptureFixture[str]) -> None:
    take(f"{site}/table.csv?token={SECRET}")
    assert Path("data/source/table.csv").read_text() == TABLE
    assert written()["origin"] == {"url": f"{site}/table.csv"}
    assert all(SECRET.encode() not in content for content in state(shop).values())
    assert SECRET not in capsys.readouterr().out
    assert not list(Path(".dvc/tmp").glob("adopt-*"))


def test_a_file_that_is_fetched_from_now_on(shop: Path, site: str) -> None:
    Path("table.csv").write_text(TABLE)
    take("table.csv")
    take(f"{site}/table.csv?token={SECRET}")
    text = Path("conf/data/table.yaml").read_text()
    assert f"\norigin:\n  url: {site}/table.csv\nsource: data/source/table.csv # a copy" in text
    assert "a module of your own.\nreader: null\n" in text


@pytest.mark.parametrize(
    ("address", "line"),
    [
        (f"/other.csv?token={SECRET}", "/other.csv: there is nothing there"),
        ("/table.csv?token=wr0ng-token", "/table.csv: cannot be fetched (403, message='Forbidden'"),
    ],
)
def test_a_web_server_that_has_it_not(shop: Path, site: str, address: str, line: str) -> None:
    said = refusal(shop, site + address)
    assert said.startswith(site + line)


def refusal(shop: Path, source: str | None = None, **asked: Any) -> str:
    """The line of a refusal, with nothing changed and nothing told."""
    before = state(shop)
    with pytest.raises(UserError) as error:
        adopt(Request(source, "target", **asked))
    assert state(shop) == before
    said = str(error.value)
    assert "\n" not in said
    assert not {SECRET, "wr0ng-token"} & set(said.replace("=", " ").split())
    return said


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("http://127.0.0.1:9/t.csv", "http://127.0.0.1:9/t.csv: cannot be fetched (Cannot connect"),
        ("nope://a/t.csv", "nope://a/t.csv: cannot be fetched (Protocol not known: nope)"),
    ],
)
def test_a_url_that_is_nowhere(shop: Path, url: str, line: str) -> None:
    assert refusal(shop, url).startswith(line)


@pytest.fixture
def database(tmp_path: Path) -> str:
    frame = pd.DataFrame(
        {
            "id": range(1, 61),
            "size": [1.5, None, 4] * 20,
            "Open": [True, False] * 30,
            "day": ["2024-01-31", "2024-02-01"] * 30,
            "target": ["a", "b"] * 30,
        }
    )
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        frame.to_sql("houses", connection, index=False)
    connection.close()
    return f"sqlite:///{tmp_path}/shop.db"


def test_a_query(shop: Path, database: str) -> None:
    query = "SELECT * FROM houses\n  WHERE day > '2024-01-01' ORDER BY id"
    adopt(Request(None, "target", sql=database, query=query))
    found = written("houses")
    assert found["origin"] == {"url": database, "query": " ".join(query.split())}
    assert {name: column["type"] for name, column in found["columns"].items()} == {
        **{"target": "boolean", "day": "timestamp", "id": "integer"},
        **{"size": "number", "open": "integer"},
    }
    snapshot = Path("data/source/houses.csv").read_text()
    assert snapshot.splitlines()[:3] == [
        "id,size,Open,day,target",
        "1,1.5,1,2024-01-31,a",
        "2,,0,2024-02-01,b",
    ]


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("SELECT * FROM houzes", ": no such table: houzes"),
        ("SELECT FROM", ': near "FROM": syntax error'),
        ("SELECT id, id, target FROM houses", "--query: column 'id' is there twice: rename one w"),
        ("SELECT id, x'00' AS b, target FROM houses", ": column 'b': bytes, which no model takes"),
        ("SELECT id, target FROM houses WHERE id > 99", " (query): there are no rows below the h"),
        ("CREATE TABLE t (a)", "--query: expected a SELECT, got 'CREATE TABLE t (a"),
    ],
)
def test_a_query_that_is_none(shop: Path, database: str, query: str, line: str) -> None:
    said = refusal(shop, sql=database, query=query)
    assert said.removeprefix("--sql ").removeprefix(database).startswith(line)


def test_a_database_that_is_not_there(shop: Path, tmp_path: Path) -> None:
    said = refusal(shop, sql=f"sqlite:///{tmp_path}/none.db", query="SELECT 1")
    assert said.endswith("none.db: there is no such file")
    assert not (tmp_path / "none.db").exists()
    said = refusal(shop, sql=f"postgresql://bob:{SECRET}@127.0.0.1:9/db", query="SELECT 1")
    assert said.startswith("--sql postgresql://127.0.0.1:9/db: connection failed")
    assert refusal(shop, sql="nodb://x/y", query="SELECT 1").startswith("--sql nodb://x/y: Can't l")
    assert refusal(shop, sql="sqlite:///x.db") == (
        "--sql and --query go together: --sql sqlite:///shop.db --query SELECT"
    )
