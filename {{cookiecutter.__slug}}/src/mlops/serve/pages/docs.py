"""The documentation of a model's service: what a program sends, and what it gets."""

import html
import json
import shlex
from typing import Any

from mlops.review.presentation.document import Line, Name, Table, names
from mlops.review.presentation.elements import line_html, table
from mlops.scoring.contract import Feature
from mlops.serve.openapi import FORMS, PROBLEMS, READING, problems
from mlops.serve.pages.page import TOKEN, page, plain
from mlops.serve.pages.ranges import bounds
from mlops.serve.published import Published

BASE = "http://127.0.0.1:8000/"  # the script puts in where the page came from


def docs(published: Published) -> str:
    """The whole page."""
    contract = published.contract
    data = {name: pretty(request) for name, request in published.requests.items()}
    parts = [
        header(published),
        section("Ask for a prediction", asking(published)),
        section("Columns", columns(published)),
        section("Ask what drove it", explaining(published)),
        section("Errors", errors(published)),
        section("Other routes", routes()),
        section("Try it", trying()),
    ]
    return page(f"{contract.name}: {contract.target}, API", "docs", data, parts)


def header(published: Published) -> str:
    """What the service does, and with which model."""
    contract = published.contract
    version = f"{plain(published.model.version)}, " if published.model.version else ""
    return (
        f"<header>\n<h1><code>{plain(contract.target)}</code> as a service</h1>\n"
        f"<p>Predictions ({contract.task}) for rows of {plain(contract.name)}. Model {version}"
        f"<code>{plain(published.model.digest[:8])}</code>.</p>\n"
        '<p><a href="./">Form</a> · <a href="openapi.json">OpenAPI 3.1</a> · '
        '<a href="#try-it">Try it</a></p>\n</header>'
    )


def section(title: str, body: str) -> str:
    """A part of the page that can be linked."""
    return f'<section id="{title.lower().replace(" ", "-")}">\n<h2>{title}</h2>\n{body}\n</section>'


def asking(published: Published) -> str:
    """The forms of a request, each as a command, and an answer."""
    secured = published.secured
    said = (
        f"<p>Send <code>POST predict</code> JSON in one of three forms, at most {published.rows:,} "
        "rows. What is predicted comes back in the same order.</p>"
    )
    token = "<p>Every request needs a bearer token, here in <code>$TOKEN</code>.</p>"
    curls = [
        curl(f"predict-{form}", FORMS[form], "predict", request, secured)
        for form, request in published.requests.items()
    ]
    answer = f"<p>The answer to the first:</p>\n{pre(published.answer(1))}"
    return "\n".join([said, token if secured else "", *curls, answer])


def explaining(published: Published) -> str:
    """How one prediction is explained."""
    first = published.requests["record"]
    found = published.explanation
    shown = found | {"drivers": found["drivers"][:2]}
    return "\n".join(
        [
            f"<p>Send one row to <code>POST explain</code>. {plain(found['note'])}</p>",
            curl("explain-record", FORMS["record"], "explain", first, published.secured),
            f"<p>The answer, here with the two largest effects:</p>\n{pre(shown)}",
        ]
    )


def curl(identity: str, said: str, path: str, body: Any, secured: bool) -> str:
    """A request as a command, with a button that copies it."""
    token = ' -H "authorization: Bearer $TOKEN"' if secured else ""
    sent = shlex.quote(json.dumps(body, ensure_ascii=False))
    rest = f"{path} -H 'content-type: application/json'{token} -d {sent}"
    return (
        f'<figure><figcaption>{said} <button type="button" data-copies="{identity}">Copy</button>'
        f'</figcaption><pre id="{identity}">curl -s <span class="base">{BASE}</span>'
        f"{html.escape(rest)}</pre></figure>"
    )


def columns(published: Published) -> str:
    """What a row holds."""
    contract = published.contract
    first = contract.examples[0]
    rows = tuple(
        (
            (Name(name),),
            allowed(feature),
            ("yes" if feature.nullable else "no",),
            (Name(json.dumps(first.get(name), ensure_ascii=False)),),
        )
        for name, feature in contract.features.items()
    )
    head = ("column", "values", "optional", "example")
    ignored = [name for name in contract.ignored if name not in contract.features]
    also: Line = ("Accepted and not used: ", *names(ignored, 12), ".") if ignored else ()
    return (
        "<p>An optional column may be null or left out.</p>\n"
        f"{table(Table('llll', head, rows))}\n<p>{line_html(also)}</p>"
    )


def allowed(feature: Feature) -> Line:
    """The values that a column takes."""
    if feature.categories:
        return ("one of ", *names(feature.categories, 12))
    if feature.type == "category":
        return ("any text, such as ", *names(feature.known, 3)) if feature.known else ("any text",)
    if feature.type == "boolean":
        return ("true or false",)
    return (", ".join(filter(None, [feature.type, bounds(feature)])),)


def errors(published: Published) -> str:
    """What a request may get instead of an answer."""
    rows = tuple(((str(status),), (PROBLEMS[status],)) for status in problems(published))
    return (
        "<p>An error is JSON: <code>id</code> and <code>error</code>, one line; where a row is "
        "wrong also <code>row</code>, from 0, and <code>column</code>. Nothing is predicted "
        f"then, for no row.</p>\n{pre(published.refusal)}\n"
        f"{table(Table('ll', ('status', 'meaning'), rows))}"
    )


def routes() -> str:
    """What else may be read."""
    rows = tuple(((Name(f"GET {path}"),), (said,)) for path, said in READING.items())
    return table(Table("ll", ("route", "gives"), rows))


def trying() -> str:
    """A box that sends what is typed."""
    routes = ["POST predict", "POST explain", *(f"GET {path[1:]}" for path in READING)]
    options = "".join(f"<option>{route}</option>" for route in routes if route != "GET ")
    fills = " ".join(
        f'<button type="button" data-fills="{name}">{said}</button>' for name, said in FORMS.items()
    )
    return f"""<form id="call" autocomplete="off">
<p><label for="route">Request</label> <select id="route">{options}</select></p>
<div id="sent"><p>{fills}</p>
<label for="body">Body</label><textarea id="body" rows="12" spellcheck="false"></textarea></div>
{TOKEN}
<p><button class="first">Send</button></p>
</form>
<p id="said" role="status"></p>
<pre id="answer" tabindex="0" aria-label="Answer" hidden></pre>"""


def pre(value: Any) -> str:
    """JSON to be read."""
    return f"<pre>{html.escape(pretty(value))}</pre>"


def pretty(value: Any) -> str:
    """JSON on many lines."""
    return json.dumps(value, indent=2, ensure_ascii=False)
