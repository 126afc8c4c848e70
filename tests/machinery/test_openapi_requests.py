"""Requests that are made from the description: the right ones are taken, the wrong ones refused."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from mlops.serve.app import Service
from mlops.serve.metrics import Metrics
from mlops.serve.model import Held
from mlops.serve.settings import Settings

from machinery import contracts

QUIETLY = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
RIGHT, WRONG = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE


def evened(body: Any) -> Any:
    """Columns of one length, which a schema cannot ask for."""
    if isinstance(body, dict) and isinstance(body.get("columns"), dict):
        rows = min(map(len, body["columns"].values()))
        return {"columns": {name: values[:rows] for name, values in body["columns"].items()}}
    return body


@pytest.mark.parametrize("path", ["/predict", "/explain"])
@pytest.mark.parametrize("task", contracts.TASKS)
def test_right_requests_are_answered_as_described(task: str, path: str) -> None:
    operation = described(task)[path]["POST"]

    @QUIETLY
    @given(operation.as_strategy(generation_mode=RIGHT))
    def ask(case: Any) -> None:
        case.body = evened(case.body)
        answer = case.call()
        assert answer.status_code == 200, answer.text
        case.validate_response(answer)

    ask()


@pytest.mark.parametrize("path", ["/predict", "/explain"])
@pytest.mark.parametrize("task", contracts.TASKS)
def test_wrong_requests_are_refused_as_described(task: str, path: str) -> None:
    operation = described(task)[path]["POST"]

    @QUIETLY
    @given(operation.as_strategy(generation_mode=WRONG))
    def ask(case: Any) -> None:
        answer = case.call()
        assert answer.status_code in (400, 413, 415, 422), answer.text
        case.validate_response(answer)

    ask()


@pytest.mark.parametrize("path", ["/model", "/health", "/ready", "/metrics", "/docs", "/"])
def test_what_is_read_is_as_described(path: str) -> None:
    case = described("binary")[path]["GET"].Case()
    case.call_and_validate()


def described(task: str) -> Any:
    held = Held(contracts.model(contracts.TASKS[task]()))
    return schemathesis.openapi.from_asgi("/openapi.json", Service(held, Settings(), Metrics()))
