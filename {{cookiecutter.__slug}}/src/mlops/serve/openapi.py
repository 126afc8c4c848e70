"""The description of a model's service as OpenAPI 3.1: what may be sent, and what comes back."""

from http import HTTPStatus
from typing import Any

from mlops.serve.explain import NOTE
from mlops.serve.published import EXAMPLE_ID, Published
from mlops.serve.schemas import Schema, reference, schemas

FORMS = {
    "record": "One row",
    "records": "A list of rows",
    "columns": "Rows, column by column",
}
PROBLEMS = {
    400: "The body is not JSON.",
    401: "The bearer token is missing or wrong.",
    408: "The body came too slowly.",
    413: "The body is too large, or holds too many rows.",
    415: "The content type is not application/json.",
    422: "A row is not what the model takes: the error names row and column.",
    429: "Too many requests at once: try again after as many seconds as Retry-After says.",
    503: "No model is ready, or the service stops.",
}
READING = {
    "/model": "Which model answers, and what it takes",
    "/health": "Whether the process lives",
    "/ready": "Whether a model is ready",
    "/metrics": "Figures for Prometheus",
    "/openapi.json": "This description",
    "/docs": "This description, to be read",
    "/": "A form to try the model",
}
TEXT = {"/metrics": "text/plain", "/docs": "text/html", "/": "text/html"}
PARTS = {
    "/model": ("version", "model", "commit", "contract"),
    "/health": ("status",),
    "/ready": ("status", "version", "model"),
    "/openapi.json": ("openapi", "paths"),
}
OPEN = ("/health", "/ready")  # to everybody


def document(published: Published) -> dict[str, Any]:
    """The whole description; its examples are rows that the model was tested with."""
    contract = published.contract
    parts: dict[str, Any] = {
        "schemas": schemas(contract, published.rows),
        "responses": {str(one): problem(one, published) for one in problems(published)},
    }
    secured: dict[str, Any] = {}
    if published.secured:
        parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        secured = {"security": [{"token": []}]}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{contract.name}: {contract.target}",
            "version": published.model.version or published.model.digest,
            "description": f"Predictions of {contract.target} ({contract.task}).",
        },
        "paths": paths(published),
        "components": parts,
        **secured,
    }


def problems(published: Published) -> list[int]:
    """The errors that a request may get."""
    return [status for status in PROBLEMS if status != 401 or published.secured]


def paths(published: Published) -> dict[str, Any]:
    """All routes."""
    requests = {
        name: {"summary": FORMS[name], "value": value} for name, value in published.requests.items()
    }
    rows = {"record": 1, "records": 2, "columns": 3}
    answers = {name: {"value": published.answer(count)} for name, count in rows.items()}
    several = {"oneOf": [reference(name) for name in ("Record", "Records", "Columns")]}
    predict = posted(
        published,
        "Predict",
        content(several, requests),
        content(reference("Predictions"), answers),
    )
    explain = posted(
        published,
        "Tell what drove a prediction",
        content(reference("Record"), {"record": requests["record"]}),
        content(reference("Explanation"), {"record": {"value": published.explanation}}),
    )
    explain["description"] = NOTE
    reading = {path: {"get": got(published, path)} for path in READING}
    return {"/predict": {"post": predict}, "/explain": {"post": explain}, **reading}


def posted(
    published: Published, said: str, request: dict[str, Any], answer: dict[str, Any]
) -> dict[str, Any]:
    """A route that takes rows."""
    answers: dict[str, Any] = {"200": {"description": "The answer", "content": answer}}
    for status in problems(published):
        answers[str(status)] = {"$ref": f"#/components/responses/{status}"}
    return {
        "summary": said,
        "operationId": said.split()[0].lower(),
        "requestBody": {"required": True, "content": request},
        "responses": answers,
    }


def got(published: Published, path: str) -> dict[str, Any]:
    """A route that is only read."""
    said, kind = READING[path], TEXT.get(path, "application/json")
    schema: Schema = {"type": "string"}
    if path in PARTS:
        schema = {"type": "object", "required": list(PARTS[path])}
    answers: dict[str, Any] = {"200": {"description": said, "content": {kind: {"schema": schema}}}}
    if path == "/ready":
        answers["503"] = {"$ref": "#/components/responses/503"}
    operation = {"summary": said, "operationId": path.strip("/.").split(".")[0] or "form"}
    if published.secured and path not in OPEN:
        answers["401"] = {"$ref": "#/components/responses/401"}
    elif published.secured:
        return operation | {"responses": answers, "security": []}
    return operation | {"responses": answers}


def problem(status: int, published: Published) -> dict[str, Any]:
    """An error as an answer."""
    shown = {"id": EXAMPLE_ID, "error": HTTPStatus(status).phrase.lower()}
    if status == 422:
        shown = published.refusal
    answer: dict[str, Any] = {
        "description": PROBLEMS[status],
        "content": content(reference("Error"), {"error": {"value": shown}}),
    }
    if status in (429, 503):
        wait = {"description": "seconds to wait", "schema": {"type": "integer", "minimum": 0}}
        answer["headers"] = {"Retry-After": wait}
    return answer


def content(schema: Schema, examples: dict[str, Any]) -> dict[str, Any]:
    """JSON of a schema."""
    return {"application/json": {"schema": schema, "examples": examples}}
