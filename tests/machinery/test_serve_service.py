"""What the service answers besides predictions, and how: ids, tokens, figures, errors, versions."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from machinery.serving import ROW, Service, eventually, reply, serving

TOKEN = "s3cret of some length"
DIGEST = "d" * 32


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def secured() -> Iterator[Service]:
    with serving({"MLOPS_SERVE_TOKEN": TOKEN}) as found:
        yield found


def test_an_answer_says_what_made_it(service: Service) -> None:
    answer = service.predict([ROW, ROW | {"distance": 3000}], x_request_id="mine-1")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"] == "mine-1"
    assert answer.json == {
        "id": "mine-1",
        "version": "v0.1.0",
        "model": DIGEST,
        "predictions": [
            {"probability": 0.25, "label": False},
            {"probability": 0.5, "label": True},
        ],
    }


@pytest.mark.parametrize("given", [None, "", "a b", "x" * 65, '"', "<script>", "\xe9"])
def test_an_id_that_may_do_harm_is_replaced(service: Service, given: str | None) -> None:
    headers = {} if given is None else {"x_request_id": given}
    answers = [service.predict(ROW, **headers) for _ in range(2)]
    ids = {answer.json["id"] for answer in answers}
    assert len(ids) == 2
    assert all(re.fullmatch("[a-z0-9-]{8,40}", one) for one in ids)
    assert {answer.headers["x-request-id"] for answer in answers} == ids


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/predict", 405),
        ("PUT", "/predict", 405),
        ("OPTIONS", "/predict", 405),
        ("POST", "/health", 405),
        ("GET", "/predict/", 404),
        ("POST", "/nothing", 404),
        ("GET", "/../etc/passwd", 404),
        ("GET", "/%00%ff%E2%82", 404),
    ],
)
def test_other_requests_are_refused_in_json(
    service: Service, method: str, path: str, status: int
) -> None:
    answer = service.ask(method, path)
    assert answer.status == status
    assert answer.json["id"] == answer.headers["x-request-id"]
    assert answer.json["error"]
    if status == 405:
        assert f"this path takes {answer.headers['allow']}, not {method}" == answer.json["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": "text/plain"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"content_type": "application/json; charset=latin-1"},
        {"content_type": "application/jsonx"},
        {"content_type": "application/json", "content_encoding": "gzip"},
    ],
)
def test_what_is_not_sent_as_json_is_refused(service: Service, headers: dict[str, str]) -> None:
    assert service.predict(ROW, **headers).status == 415
    assert service.predict(ROW, content_type="Application/JSON; charset=UTF-8").status == 200


def test_a_refusal_names_row_and_column(service: Service) -> None:
    answer = service.predict([ROW, ROW | {"distance": "far"}])
    assert answer.status == 422
    error = {"error": 'distance: "far" is not a number', "row": 1, "column": "distance"}
    assert answer.json == {"id": answer.headers["x-request-id"], **error}


def test_a_row_without_a_score_is_refused(service: Service) -> None:
    answer = service.predict([ROW, ROW | {"destination": "NAN"}])
    assert (answer.status, answer.json["row"]) == (422, 1)
    assert answer.json["error"] == "the model has no prediction for this row"


def test_a_model_that_breaks_is_told_and_logged_with_the_id() -> None:
    with serving() as service:
        answer = service.predict(ROW | {"destination": "XXX"}, x_request_id="broken-1")
        assert answer.status == 500
        assert answer.json == {"id": "broken-1", "error": "an error of the service: see its log"}
        assert service.predict(ROW).status == 200
    failed, answered = service.said
    assert (failed["level"], failed["id"]) == ("error", "broken-1")
    assert "the model is broken" in failed["traceback"]
    assert (answered["status"], answered["id"]) == (500, "broken-1")


def test_every_request_is_logged_where_that_is_wanted() -> None:
    with serving(access_log=True) as service:
        service.predict(ROW, x_request_id="logged-1")
        service.predict(ROW | {"weekday": 9}, x_request_id="logged-2")
    lines = [{name: line[name] for name in ("id", "status", "path")} for line in service.said]
    assert lines == [
        {"id": "logged-1", "status": 200, "path": "/predict"},
        {"id": "logged-2", "status": 422, "path": "/predict"},
    ]


def test_it_tells_of_its_model(service: Service) -> None:
    assert service.ask("GET", "/health").json == {"status": "ok"}
    ready = {"status": "ready", "version": "v0.1.0", "model": DIGEST}
    assert service.ask("GET", "/ready").json == ready
    told = service.ask("GET", "/model").json
    assert (told["version"], told["model"], told["commit"]) == ("v0.1.0", DIGEST, None)
    assert told["contract"]["features"]["distance"]["maximum"] == 6000
    assert service.ask("HEAD", "/health").body == b""


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        f"Bearer {TOKEN}x",
        f"Basic {TOKEN}",
        f"Token {TOKEN}",
        "Basic !!!",
        "Basic " + base64.b64encode(b"user:wrong").decode(),
        "Basic " + base64.b64encode(TOKEN.encode()).decode(),
        "Bearer \xe9",
    ],
)
def test_without_the_token_only_health_is_told(secured: Service, given: str) -> None:
    headers = {"authorization": given} if given else {}
    for path in ("/predict", "/model", "/metrics", "/", "/docs", "/openapi.json", "/nothing"):
        answer = secured.ask("GET", path, **headers)
        assert answer.status == 401
        wanted = 'Basic realm="mlops"' if path in ("/", "/docs") else "Bearer"
        assert answer.headers["www-authenticate"] == wanted
        assert TOKEN not in answer.body.decode()
        told = "this is not the service's token" in answer.json["error"]
        assert told == (given.startswith(("Bearer w", f"Bearer {TOKEN}", "Bearer \xe9", "Basic d")))
    assert secured.predict(ROW, **headers).status == 401
    assert secured.ask("GET", "/health", **headers).status == 200
    assert secured.ask("GET", "/ready", **headers).status == 200


@pytest.mark.parametrize(
    "given",
    [
        f"Bearer {TOKEN}",
        f"bearer {TOKEN}",
        "Basic " + base64.b64encode(f"any:{TOKEN}".encode()).decode(),
    ],
)
def test_with_the_token_all_is_told(secured: Service, given: str) -> None:
    assert secured.predict(ROW, authorization=given).status == 200
    assert secured.ask("GET", "/metrics", authorization=given).status == 200


def test_a_token_is_never_written() -> None:
    with serving({"MLOPS_SERVE_TOKEN": TOKEN}, access_log=True) as service:
        service.predict(ROW, authorization=f"Bearer {TOKEN}")
        service.predict(ROW | {"destination": "XXX"}, authorization=f"Bearer {TOKEN}")
        service.predict(ROW, authorization="Bearer wrong")
    assert [line.get("status") for line in service.said] == [200, None, 500, 401]
    assert TOKEN not in json.dumps(service.said)


def test_an_empty_token_opens_nothing() -> None:
    with serving({"MLOPS_SERVE_TOKEN": " "}) as service:
        _, said = service.process.communicate(timeout=20)
    assert service.process.returncode == 1
    assert "MLOPS_SERVE_TOKEN is empty" in said.splitlines()[-1]


def test_the_figures_count_what_happened() -> None:
    with serving() as service:
        far = ROW | {"distance": 5700, "destination": "new", "origin": "LGA"}
        assert service.predict([ROW, far]).status == 200
        assert service.predict(far).status == 200
        assert service.predict(far | {"weekday": 9}).status == 422
        service.ask("GET", "/any/path")
        expected = {
            'mlops_requests_total{path="/predict",status="200"}': 2,
            'mlops_requests_total{path="/predict",status="422"}': 1,
            'mlops_requests_total{path="other",status="404"}': 1,
            'mlops_request_seconds_count{path="/predict"}': 3,
            "mlops_rows_total": 3,
            "mlops_in_flight": 1,
            'mlops_predictions_total{label="true"}': 2,
            'mlops_predictions_total{label="false"}': 1,
            'mlops_score_bucket{le="0.2"}': 0,
            'mlops_score_bucket{le="0.25"}': 1,
            'mlops_score_bucket{le="0.9"}': 1,
            'mlops_score_bucket{le="0.95"}': 3,
            "mlops_score_count": 3,
            "mlops_score_sum": 0.25 + 0.95 + 0.95,
            'mlops_unseen_categories_total{column="destination"}': 2,
            'mlops_unseen_categories_total{column="origin"}': 2,
            "mlops_log_dropped_rows_total": 0,
            f'mlops_model_info{{model="{DIGEST}",rung="masks",version="v0.1.0"}}': 1,
        }
        assert {name: service.figure(name) for name in expected} == pytest.approx(expected)


def test_each_request_has_one_model_from_start_to_end() -> None:
    with serving(model="changing") as service:
        connection = service.connection()
        headers = {"content-type": "application/json"}
        seen = set()

        def both() -> bool:
            answer = reply(connection, "POST", "/predict", json.dumps([ROW] * 3), headers).json
            first, *others = answer["predictions"]
            assert others == [first] * 2
            seen.add((answer["version"], answer["model"], first["probability"]))
            return len(seen) >= 4

        assert eventually(both)
        assert all(
            model == "d" * 31 + version[-1] and probability == 0.25 + int(version[-1])
            for version, model, probability in seen
        )
        told = service.ask("GET", "/metrics").body.decode()
        assert len(re.findall(r"^mlops_model_info{.*} 1.0$", told, re.MULTILINE)) == 1


def test_what_was_answered_is_in_the_log(tmp_path: Path) -> None:
    with serving(log=str(tmp_path)) as service:
        service.predict([ROW, ROW | {"distance": 3000, "flight": 7}], x_request_id="first")
        service.predict(ROW | {"weekday": 9})
        service.predict(ROW, x_request_id="last")
    (file,) = tmp_path.glob("*.parquet")
    found = pq.read_table(file).to_pylist()
    told = [(row["served.id"], row["served.row"], row["score"], row["flight"]) for row in found]
    assert told == [("first", 0, 0.25, None), ("first", 1, 0.5, "7"), ("last", 0, 0.25, None)]
