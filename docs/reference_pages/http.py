"""The page of the HTTP API, from the description that a service gives of itself."""

import json
from collections.abc import Iterator
from typing import Any

from mlops.serve import openapi

from machinery.contracts import TASKS, diabetes, published

TITLE = """\
# HTTP API

What `uv run mlops serve` answers. A running service tells it of its own model at `/docs` and
`/openapi.json`. The columns below are those of an example.

Where the service's environment has `MLOPS_SERVE_TOKEN`, requests need the header `Authorization:
Bearer TOKEN`; `/health` and `/ready` do not.
"""

Document = dict[str, Any]


def page() -> str:
    """The page."""
    document: Document = openapi.document(published(diabetes(), secured=True))
    parts = [TITLE]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parts += section(f"{method.upper()} {path}", operation)
            if path == "/predict":
                parts += predictions()
    return "\n\n".join([*parts, *problems(document)]) + "\n"


def predictions() -> Iterator[str]:
    """A prediction of each task."""
    yield "The predictions of each task:"
    for task, contract in TASKS.items():
        (prediction,) = published(contract()).answer(1)["predictions"]
        yield f"`{task}`\n: `{json.dumps(prediction)}`"


def section(title: str, operation: Document) -> Iterator[str]:
    """One route."""
    yield f"## {title}"
    said = [operation["summary"], operation.get("description", "").rstrip(".")]
    yield ". ".join(filter(None, said)) + "."
    for form in examples(operation.get("requestBody", {})):
        yield f"{form['summary']}:\n\n{block(form['value'])}"
    answer = operation["responses"]["200"]
    for form in examples(answer)[:1]:
        yield f"Answer:\n\n{block(form['value'])}"
    ((kind, content),) = answer["content"].items()
    if title.startswith("GET"):
        needed = ", ".join(f"`{name}`" for name in content["schema"].get("required", []))
        yield f"Answer: `{kind}`" + (f" with {needed}." if needed else ".")


def problems(document: Document) -> Iterator[str]:
    """The errors."""
    yield "## Errors"
    yield "Every error is JSON: one line, and the row (from 0) and the column where one is wrong."
    found = document["components"]["responses"]
    yield block(examples(found["422"])[0]["value"])
    rows = [f"| {status} | {answer['description']} |" for status, answer in found.items()]
    yield "\n".join(["| status | |", "|---|---|", *rows])


def examples(part: Document) -> list[Document]:
    """The examples of a request's or an answer's JSON."""
    content = part.get("content", {}).get("application/json", {})
    return list(content.get("examples", {}).values())


def block(value: Any) -> str:
    """A value as JSON, as wide as a page."""
    return f"```json\n{json.dumps(value, indent=2)}\n```"
