"""The form: a person types a row and sees what is predicted, and what drove it."""

from typing import Any

from mlops.scoring.contract import Contract, Feature
from mlops.serve.pages.page import TOKEN, exact, page, plain
from mlops.serve.pages.ranges import bounds, limits
from mlops.serve.published import Published
from mlops.serve.schemas import whole

EMPTY = "Change the row, then press Predict or Enter."


def form(published: Published) -> str:
    """The whole page; it starts with a row that the model was tested with."""
    contract = published.contract
    names = list(contract.features)
    data = {
        "task": contract.task,
        "target": contract.target,
        "threshold": contract.threshold,
        "model": published.model.digest,
        "fields": [
            {"name": name, "type": feature.type, "choices": choices(feature)}
            for name, feature in contract.features.items()
        ],
        "examples": [[row.get(name) for name in names] for row in contract.examples],
    }
    title = f"{contract.name}: {contract.target}"
    return page(title, "form", data, [header(published), main(contract)])


def header(published: Published) -> str:
    """What is predicted, and by which model."""
    contract = published.contract
    version = f"{plain(published.model.version)}, " if published.model.version else ""
    return (
        f"<header>\n<h1>Predict <code>{plain(contract.target)}</code></h1>\n"
        f"<p>From one row of {plain(contract.name)}. Model {version}"
        f"<code>{plain(published.model.digest[:8])}</code>. "
        '<a href="docs">How programs ask</a></p>\n</header>'
    )


def main(contract: Contract) -> str:
    """The fields, and room for the answer."""
    first = contract.examples[0]
    fields = "\n".join(
        field(number, name, feature, first.get(name))
        for number, (name, feature) in enumerate(contract.features.items())
    )
    return f"""<main>
<noscript><p>This form needs JavaScript; <a href="docs">the API</a> does not.</p></noscript>
<form id="row" novalidate autocomplete="off">
<div class="fields">
{fields}
</div>
{TOKEN}
<p class="actions"><button id="predict" class="first">Predict</button>
<button id="example" type="button">Another example</button></p>
</form>
<section id="answer" aria-labelledby="answer-title">
<h2 id="answer-title">Prediction</h2>
<p id="said" role="status">{EMPTY}</p>
<div id="result"></div>
</section>
</main>"""


def field(number: int, name: str, feature: Feature, value: Any) -> str:
    """A feature's label, its input, what may stand in it, and room for a problem."""
    told = f'id="field-{number}" aria-describedby="hint-{number} problem-{number}"'
    return (
        f'<div class="field"><label for="field-{number}">{plain(name)}</label>\n'
        f"{control(number, told, feature, value)}\n"
        f'<p class="hint" id="hint-{number}">{hint(feature)}</p>'
        f'<p class="problem" id="problem-{number}"></p></div>'
    )


def control(number: int, told: str, feature: Feature, value: Any) -> str:
    """The element that takes the value."""
    offered = choices(feature)
    if offered is not None:
        return select(told, offered, feature.nullable, value)
    if feature.type == "category":
        shown = "" if value is None else f' value="{exact(value)}"'
        options = "".join(f'<option value="{exact(known)}"></option>' for known in feature.known)
        suggested = f'<datalist id="known-{number}">{options}</datalist>'
        return f'<input {told} list="known-{number}"{shown}>{suggested}'
    step = "1" if feature.type == "integer" else "any"
    low, high = limits(feature)
    given = {"value": None if value is None else whole(value), "min": low, "max": high}
    rest = "".join(f' {word}="{one}"' for word, one in given.items() if one is not None)
    return f'<input {told} type="number" inputmode="decimal" step="{step}"{rest}>'


def select(told: str, offered: list[Any], nullable: bool, value: Any) -> str:
    """A choice of values, by their places: a value may hold what an attribute cannot."""
    empty = '<option value="">none</option>' if nullable else ""
    options = "".join(
        f'<option value="{place}"{" selected" if one == value else ""}>{plain(said(one))}</option>'
        for place, one in enumerate(offered)
    )
    return f"<select {told}>{empty}{options}</select>"


def choices(feature: Feature) -> list[Any] | None:
    """All values of a closed set, those that training saw most first; None where any is taken."""
    if feature.type == "boolean":
        return [True, False]
    if not feature.categories:
        return None
    known = [name for name in feature.known if name in feature.categories]
    return known + [name for name in feature.categories if name not in known]


def said(value: Any) -> str:
    """A value as a person reads it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def hint(feature: Feature) -> str:
    """What may stand in a field."""
    number = bounds(feature) or ("whole number" if feature.type == "integer" else "")
    return ", ".join(filter(None, [number, "optional" if feature.nullable else ""]))
