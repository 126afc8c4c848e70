"""The pages and the explanation as the service gives them."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from mlops.serve.app import Service
from mlops.serve.metrics import Metrics
from mlops.serve.model import Held
from mlops.serve.settings import Settings

from machinery import contracts
from machinery.browsing import listening

PATHS = ("/", "/docs", "/openapi.json")


@pytest.fixture
def held() -> Held:
    return Held(contracts.model(contracts.flights()))


@pytest.fixture
def url(held: Held) -> Iterator[str]:
    with listening(Service(held, Settings(), Metrics())) as port:
        yield f"http://127.0.0.1:{port}"


def got(url: str, body: Any = None, **headers: str) -> tuple[int, Any, str]:
    """Status, headers and text."""
    sent = None if body is None else json.dumps(body).encode()
    kind = {"content-type": "application/json"} if sent else {}
    request = urllib.request.Request(url, sent, {**kind, **headers})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def test_each_page_comes_and_says_what_it_is(url: str) -> None:
    for path, kind in zip(PATHS, ("text/html", "text/html", "application/json"), strict=True):
        status, headers, text = got(url + path)
        assert status == 200
        assert headers["content-type"].startswith(kind)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-cache"
        assert headers["x-request-id"]
        assert "departure_minute" in text
        assert got(url + path)[2] == text


def test_the_pages_are_those_of_the_model_that_answers(url: str, held: Held) -> None:
    before = {path: got(url + path)[2] for path in PATHS}
    held.swap(contracts.model(contracts.wine()))
    for path in PATHS:
        text = got(url + path)[2]
        assert text != before[path]
        assert "malic_acid" in text
        assert "departure_minute" not in text


def test_what_has_a_token_shows_its_rows_to_nobody_else(held: Held) -> None:
    with listening(Service(held, Settings(), Metrics(), token="secret")) as port:
        for path in PATHS:
            status, _, text = got(f"http://127.0.0.1:{port}{path}")
            assert status == 401
            assert "departure_minute" not in text
            status, _, text = got(f"http://127.0.0.1:{port}{path}", authorization="Bearer secret")
            assert status == 200
            assert "departure_minute" in text


def test_a_prediction_is_explained(url: str, held: Held) -> None:
    made = contracts.flights()
    status, headers, text = got(url + "/explain", made.examples[0])
    found = json.loads(text)
    assert status == 200
    assert found["id"] == headers["x-request-id"]
    assert (found["version"], found["model"]) == ("v0.3.0", contracts.DIGEST)
    predicted = json.loads(got(url + "/predict", made.examples[0])[2])
    assert found["prediction"] == predicted["predictions"][0]
    assert {one["column"] for one in found["drivers"]} == set(made.features)
    assert abs(found["drivers"][0]["effect"]) > abs(found["drivers"][-1]["effect"])


def test_what_cannot_be_explained_is_refused(url: str) -> None:
    row = contracts.flights().examples[0]
    assert got(url + "/explain", [row, row])[0] == 422
    status, _, text = got(url + "/explain", row | {"weekday": 8})
    assert (status, json.loads(text)["column"]) == (422, "weekday")
    assert got(url + "/explain")[0] == 405
