"""The form and the documentation: whole, alone, and harmless."""

import base64
import hashlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from mlops.scoring.contract import Contract
from mlops.serve.pages.docs import docs
from mlops.serve.pages.form import form
from mlops.serve.published import Published

from baked import IN_PLACE
from machinery import contracts

PAGES = pytest.mark.parametrize("page", [form, docs])
TASKS = pytest.mark.parametrize("task", contracts.TASKS)
Make = Callable[[Published], str]


class Page(HTMLParser):
    """The elements of a page, the text of each identity, and of its styles, scripts and data."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inner: dict[str, str] = {}
        self.text = ""
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        if tag not in ("meta", "link", "input", "wbr"):
            self.open.append(found.get("id") or found.get("type") or tag)

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        for name in self.open:
            self.inner[name] = self.inner.get(name, "") + data

    def tags(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]

    def controls(self) -> list[dict[str, str | None]]:
        every = [*self.tags("input"), *self.tags("select"), *self.tags("textarea")]
        return [one for one in every if (one.get("id") or "").startswith("field-")]


def page_of(make: Make, made: Contract, secured: bool = False) -> Page:
    return Page(make(contracts.published(made, secured)))


@PAGES
@TASKS
def test_a_page_is_alone_and_the_same_each_time(page: Make, task: str) -> None:
    made = contracts.TASKS[task]()
    text = page(contracts.published(made))
    assert text == page(contracts.published(made))
    found = Page(text)
    assert not {"img", "iframe", "object", "embed", "base"} & {tag for tag, _ in found.elements}
    links = [one["href"] for tag, one in found.elements if "href" in one]
    assert set(links) <= {"data:,", "docs", "./", "openapi.json", "#try-it"}
    assert not [one for _, one in found.elements if {"src", "srcset", "style"} & set(one)]
    assert not [name for _, one in found.elements for name in one if name.startswith("on")]
    assert "@import" not in text
    assert "url(" not in text
    assert "innerHTML" not in text


@PAGES
def test_the_policy_names_the_style_and_the_script_by_their_digests(page: Make) -> None:
    found = page_of(page, contracts.flights())
    policy = next(one["content"] or "" for one in found.tags("meta") if "http-equiv" in one)
    for kind, text in (("style", found.inner["style"]), ("script", found.inner["module"])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy


@PAGES
def test_hostile_names_stay_text(page: Make) -> None:
    features = {"c0": contracts.category(["a", "b"])}
    plain = contracts.contract("multiclass", "n", "t", features, [{"c0": "a"}])
    kinds = {tag for tag, _ in page_of(page, plain).elements}
    attributes = {name for _, one in page_of(page, plain).elements for name in one}
    found = page_of(page, contracts.hostile())
    assert {tag for tag, _ in found.elements} <= kinds | {"select", "option", "wbr"}
    assert {name for _, one in found.elements for name in one} <= attributes | {"value", "selected"}
    assert not found.open[1:]  # html is never closed by the parser, all else is
    assert contracts.HOSTILE[0] in found.text
    assert "\u202e" not in found.inner["h1"] + found.inner.get("columns", "")


def test_hostile_values_arrive_whole_in_the_forms_data() -> None:
    made = contracts.hostile()
    data = json.loads(page_of(form, made).inner["data"])
    assert [field["name"] for field in data["fields"]] == list(made.features)
    assert data["fields"][1]["choices"] == [contracts.HOSTILE[0], "plain"]
    assert data["examples"] == [list(row.values()) for row in made.examples]
    assert data["target"] == contracts.HOSTILE[3]


@TASKS
def test_each_feature_has_a_field_with_its_label_hint_and_place_for_a_problem(task: str) -> None:
    made = contracts.TASKS[task]()
    found = page_of(form, made)
    labels = {one["for"] for one in found.tags("label")}
    controls = {one["id"]: one for one in found.controls()}
    assert len(controls) == len(made.features)
    for place, name in enumerate(made.features):
        assert f"field-{place}" in labels
        told = (controls[f"field-{place}"]["aria-describedby"] or "").split()
        assert told == [f"hint-{place}", f"problem-{place}"]
        assert set(told) <= {one.get("id") for one in found.tags("p")}
        assert name in found.text


def test_a_number_has_its_range_and_a_real_value() -> None:
    controls = {one["id"]: one for one in page_of(form, contracts.flights()).controls()}
    distance, weekday, wind = (controls[f"field-{place}"] for place in (3, 6, 12))
    assert (distance["type"], distance["step"], distance["value"]) == ("number", "any", "719")
    assert (distance["min"], distance["max"]) == ("1", "6000")
    assert (weekday["step"], weekday["max"], weekday["value"]) == ("1", "6", "4")
    assert (wind["min"], wind["value"], "max" in wind) == ("0", "12.66", False)


def test_bounds_of_what_can_be_computed_are_not_shown() -> None:
    huge = contracts.number(-3.4e38, 3.4e38, 0)
    made = contracts.contract("regression", "n", "t", {"x": huge}, [{"x": 1.5}])
    for page in (form, docs):
        assert "e+38" not in page(contracts.published(made))


def test_categories_come_the_most_frequent_first() -> None:
    found = page_of(form, contracts.flights())
    open_ones = [one["value"] for one in found.tags("option") if one["value"] in contracts.CARRIERS]
    assert open_ones == contracts.CARRIERS
    assert found.inner["field-0"] == "LGAEWRJFK"
    selected = [one for one in found.tags("option") if "selected" in one]
    assert [one["value"] for one in selected] == ["1"]  # EWR


def test_what_may_be_null_can_be_left_empty() -> None:
    found = page_of(form, contracts.diabetes())
    assert found.inner["field-1"] == "none12"
    assert found.inner["field-2"] == "truefalse"
    assert "optional" in found.inner["hint-1"]
    assert "hint-2" not in found.inner


def test_the_answer_is_announced_and_a_token_is_asked_for_only_then() -> None:
    found = page_of(form, contracts.flights())
    assert [one["id"] for one in found.tags("p") if one.get("role") == "status"] == ["said"]
    token = next(one for one in found.tags("p") if one.get("id") == "token-field")
    assert "hidden" in token
    assert any(one.get("for") == "token" for one in found.tags("label"))


@TASKS
@pytest.mark.parametrize("secured", [True, False])
def test_the_commands_of_the_docs_send_the_real_rows(task: str, secured: bool) -> None:
    made = contracts.TASKS[task]()
    found = page_of(docs, made, secured)
    sent: dict[str, Any] = {}
    for name in ("predict-record", "predict-records", "predict-columns", "explain-record"):
        words = shlex.split(found.inner[name])
        assert words[:3] == ["curl", "-s", "http://127.0.0.1:8000/" + name.split("-")[0]]
        assert ("authorization: Bearer $TOKEN" in words) == secured
        assert words[-2] == "-d"
        sent[name] = json.loads(words[-1])
    assert sent["predict-record"] == sent["explain-record"] == made.examples[0]
    assert sent["predict-records"] == made.examples[:2]
    first = next(iter(made.features))
    assert sent["predict-columns"]["columns"][first] == [row[first] for row in made.examples]


def test_a_command_with_quotation_marks_is_one_word() -> None:
    feature = {"it's": contracts.category(["a'b\"$(x)`y`"])}
    row = {"it's": "a'b\"$(x)`y`"}
    made = contracts.contract("regression", "n", "t", feature, [row])
    words = shlex.split(page_of(docs, made).inner["predict-record"])
    assert json.loads(words[-1]) == row


def test_the_docs_tell_of_columns_errors_and_routes() -> None:
    found = page_of(docs, contracts.flights())
    table = found.inner["columns"].replace("\xa0", " ")
    for said in ("integer, 0 to 1440", "number, 0 or more", "one of EWR, JFK, LGA", "any text"):
        assert said in table
    assert "late, flight" in table
    for status in ("400", "408", "413", "415", "422", "429", "503"):
        assert status in found.inner["errors"]
    assert "401" not in found.inner["errors"]
    assert "401" in page_of(docs, contracts.flights(), secured=True).inner["errors"]
    for route in ("/model", "/health", "/ready", "/metrics", "/openapi.json"):
        assert f"GET {route}" in found.inner["other-routes"]


def test_pages_are_made_without_what_takes_long_to_import() -> None:
    code = """
import sys
from machinery import contracts
from mlops.serve.site import Site
site = Site(10, False)
site.show(contracts.model(contracts.flights()))
assert all(len(page.body) > 5000 for page in (site.pages.form, site.pages.docs, site.pages.openapi))
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | IN_PLACE | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    imported = set(ran.stdout.split())
    assert "msgspec" in imported
    assert not {"pandas", "sklearn", "pyarrow", "plotly", "treelite", "scipy"} & imported
