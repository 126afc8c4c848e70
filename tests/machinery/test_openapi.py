"""The description of the service: valid, true, and as strict as the service."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs  # what schemathesis validates with
import pytest
import schemathesis
from mlops.scoring.contract import Contract
from mlops.serve.openapi import document
from mlops.serve.refusal import RefusedError

from machinery import contracts

TASKS = pytest.mark.parametrize("task", contracts.TASKS)


def described(task: str, secured: bool = False) -> dict[str, Any]:
    return document(contracts.published(contracts.TASKS[task](), secured))


def validator(description: dict[str, Any], schema: dict[str, Any]) -> Any:
    whole = schema | {"components": description["components"]}
    return jsonschema_rs.Draft202012Validator(whole)


def contents(value: Any) -> Iterator[dict[str, Any]]:
    """What has a schema and examples, wherever it stands."""
    if isinstance(value, dict):
        if "schema" in value and "examples" in value:
            yield value
        for inner in value.values():
            yield from contents(inner)


def predict(description: dict[str, Any]) -> Any:
    sent = description["paths"]["/predict"]["post"]["requestBody"]["content"]
    return validator(description, sent["application/json"]["schema"])


@TASKS
@pytest.mark.parametrize("secured", [True, False])
def test_it_is_openapi(task: str, secured: bool) -> None:
    schemathesis.openapi.from_dict(described(task, secured)).validate()


@TASKS
def test_the_examples_are_what_their_schemas_say(task: str) -> None:
    description = described(task)
    checked = 0
    for content in contents(description):
        for name, example in content["examples"].items():
            found = validator(description, content["schema"]).iter_errors(example["value"])
            assert not [error.message for error in found], name
            checked += 1
    assert checked == 3 + 3 + 1 + 1 + 7  # two requests, their answers, the errors


@TASKS
def test_the_examples_are_real_rows_and_their_scores(task: str) -> None:
    made = contracts.TASKS[task]()
    sent = described(task)["paths"]["/predict"]["post"]
    requests = sent["requestBody"]["content"]["application/json"]["examples"]
    assert requests["record"]["value"] == made.examples[0]
    assert requests["records"]["value"] == made.examples[:2]
    for name, values in requests["columns"]["value"]["columns"].items():
        assert values == [row[name] for row in made.examples]
    answers = sent["responses"]["200"]["content"]["application/json"]["examples"]
    first = answers["columns"]["value"]["predictions"][0]
    match task:
        case "binary":
            assert first["probability"] == made.expected[0]
            assert first["label"] == (made.expected[0] >= 0.85)
        case "multiclass":
            assert list(first["probabilities"].values()) == made.expected[0]
            assert first["probabilities"][first["label"]] == max(made.expected[0])
        case "regression":
            assert first == {"value": made.expected[0]}
    assert len(answers["columns"]["value"]["predictions"]) == len(made.examples)


RIGHT: list[dict[str, Any]] = [
    {},
    {"pressure": None, "visibility": None},
    {"distance": 1, "weekday": 6},
    {"departure_minute": 3.0},
    {"carrier": "never seen", "plane_maker": ""},
    {"late": None, "flight": 17},
    {"late": "yes"},
]
WRONG: list[dict[str, Any]] = [
    {"distance": 0.5},
    {"distance": 6000.5},
    {"distance": None},
    {"distance": "719"},
    {"distance": True},
    {"weekday": 2.5},
    {"weekday": 7},
    {"origin": "BOS"},
    {"origin": None},
    {"carrier": 9},
    {"carrier": None},
    {"plane_maker": ["BOEING"]},
    {"tail": "N1"},
    {"flight": {}},
]


def taken(made: Contract, body: Any) -> bool:
    """Whether the description says that a body is taken, which has to be so in the service."""
    try:
        contracts.model(made).rows.read(json.dumps(body).encode())
        served = True
    except RefusedError:
        served = False
    described = predict(document(contracts.published(made))).is_valid(body)
    assert described == served
    return served


@pytest.mark.parametrize("change", RIGHT, ids=str)
def test_a_right_row_is_taken_in_each_form(change: dict[str, Any]) -> None:
    made = contracts.flights()
    row = made.examples[0] | change
    columns = {name: [value, value] for name, value in row.items()}
    for body in (row, [row], [row, row], {"columns": columns}):
        assert taken(made, body)


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_a_wrong_row_is_refused_in_each_form(change: dict[str, Any]) -> None:
    made = contracts.flights()
    right = made.examples[0]
    row = right | change
    columns = {name: [right.get(name), value] for name, value in row.items()}
    for body in (row, [row], [right, row], {"columns": columns}):
        assert not taken(made, body)


@TASKS
@pytest.mark.parametrize("value", [3, None, "text", True, {}], ids=str)
def test_a_column_is_a_list_of_values(task: str, value: Any) -> None:
    made = contracts.TASKS[task]()
    columns: dict[str, Any] = {name: [one] for name, one in made.examples[0].items()}
    for name in made.features:
        assert not taken(made, {"columns": columns | {name: value}})


def test_what_is_optional_may_be_left_out_and_nothing_else() -> None:
    made = contracts.flights()
    for name, feature in made.features.items():
        less = {other: value for other, value in made.examples[0].items() if other != name}
        columns = {other: [value] for other, value in less.items()}
        assert taken(made, less) == feature.nullable
        assert taken(made, {"columns": columns}) == feature.nullable


@pytest.mark.parametrize("body", [[], {}, None, 7, "row", [[]], {"columns": {}}, {"columns": []}])
def test_what_has_no_row_is_refused(body: Any) -> None:
    assert not taken(contracts.flights(), body)


def test_an_integer_is_as_large_as_the_model_can_tell_apart() -> None:
    made = contracts.diabetes()
    row = made.examples[0]
    assert taken(made, row | {"age": 2**53 - 1})
    assert not taken(made, row | {"age": 2**53})
    assert not taken(made, row | {"age": -1})


@TASKS
def test_a_token_is_asked_for_where_the_service_wants_one(task: str) -> None:
    for secured in (True, False):
        description = described(task, secured)
        assert description.get("security") == ([{"token": []}] if secured else None)
        assert ("securitySchemes" in description["components"]) == secured
        for path, operations in description["paths"].items():
            (operation,) = operations.values()
            is_open = path in ("/health", "/ready")
            assert ("401" in operation["responses"]) == (secured and not is_open)
            assert operation.get("security") == ([] if secured and is_open else None)


def test_the_errors_of_a_request_are_told() -> None:
    for path in ("/predict", "/explain"):
        answers = described("binary")["paths"][path]["post"]["responses"]
        assert set(answers) == {"200", "400", "408", "413", "415", "422", "429", "503"}


def test_the_example_of_a_refusal_is_one() -> None:
    made = contracts.flights()
    shown = described("binary")["components"]["responses"]["422"]["content"]["application/json"]
    said = shown["examples"]["error"]["value"]
    with pytest.raises(RefusedError) as refused:
        contracts.model(made).rows.read(b"{}")
    assert (said["error"], said["column"]) == (refused.value.error, refused.value.column)
