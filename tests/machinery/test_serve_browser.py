"""The pages in a browser: filled in, sent, answered, refused, and attacked."""

from pathlib import Path
from typing import Any

import pytest
from mlops.scoring.contract import Contract
from mlops.serve.app import Service
from mlops.serve.metrics import Metrics
from mlops.serve.model import Held
from mlops.serve.settings import Settings
from starlette.types import ASGIApp, Receive, Scope, Send

from machinery import contracts
from machinery.browsing import CHROMIUM, seen

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

PREDICT = """
  at("predict").click();
  await until(() => page.querySelector("h3") || text("said").startsWith("No prediction"));
"""
EFFECTS = """[...page.querySelectorAll("#result h3 ~ ul li, #result h3 ~ details li")].map((one) =>
  [one.querySelector("span").textContent, one.querySelector("b").textContent,
   one.querySelector("i").className, parseFloat(one.querySelector("i").style.width)])"""
TOKEN = "a-token"


class Lent:
    """A service that wants a token, and its pages as one sees them who has it."""

    def __init__(self, service: ASGIApp) -> None:
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET":
            headers = [*scope["headers"], (b"authorization", f"Bearer {TOKEN}".encode())]
            scope = {**scope, "headers": headers}
        await self.service(scope, receive, send)


def service(made: Contract, token: str | None = None) -> Service:
    return Service(Held(contracts.model(made)), Settings(), Metrics(), token=token)


def test_a_row_is_predicted_and_explained(tmp_path: Path) -> None:
    made = contracts.flights()
    found = seen(
        service(made),
        "/",
        f"""{PREDICT} return {{said: text("said"), result: text("result"), effects: {EFFECTS},
        bar: page.querySelector(".bar i").style.width,
        line: page.querySelector(".threshold").style.left}};""",
        tmp_path,
    )
    share = 100 * made.expected[0]
    assert found["said"] == f"late: false (probability of true {share:.1f}\xa0%)"
    assert float(found["bar"].rstrip("%")) == pytest.approx(share, abs=0.01)
    assert found["line"] == "85%"
    assert f"v0.3.0 {contracts.DIGEST[:8]}" in found["result"]
    assert "not what causes what" in found["result"]
    effects: list[Any] = found["effects"]
    assert effects[0][0] == "arrival_minute 1185 typical 950"
    assert effects[0][1].startswith("\N{MINUS SIGN}")
    assert effects[0][2:] == ["down", 50]
    assert {(one[1][0], one[2]) for one in effects} == {("+", "up"), ("\N{MINUS SIGN}", "down")}


def test_a_problem_is_shown_at_its_field_and_goes_when_it_is_mended(tmp_path: Path) -> None:
    actions = f"""
        const state = (n) => [text("problem-" + n), at("field-" + n).getAttribute("aria-invalid"),
          page.activeElement.id, text("said"), at("result").childElementCount];
        type("field-6", "9"); {PREDICT} const wrong = state(6);
        type("field-6", "4"); type("field-3", ""); {PREDICT} const missing = state(3);
        const mended = state(6).slice(0, 2);
        type("field-3", "719");
        at("predict").click(); await until(() => page.querySelector("h3"));
        return {{wrong, missing, mended, after: text("problem-3"), said: text("said")}};"""
    found = seen(service(contracts.flights()), "/", actions, tmp_path)
    wrong = "9 is not an integer from 0 to 6"
    assert found["wrong"] == [wrong, "true", "field-6", f"No prediction: weekday: {wrong}", 0]
    assert found["missing"][:3] == ["this column is missing", "true", "field-3"]
    assert found["mended"] == ["", None]
    assert found["after"] == ""
    assert found["said"].startswith("late: false")


def test_another_example_fills_the_form_and_outdates_the_answer(tmp_path: Path) -> None:
    made = contracts.flights()
    actions = f"""
        const values = () => {len(made.features)} && Array.from(
          {{length: {len(made.features)}}}, (_, n) => at("field-" + n).value);
        {PREDICT} at("example").click();
        const second = values(), outdated = [at("result").className, text("said")];
        at("row").requestSubmit(); await until(() => text("said").startsWith("late"));
        const said = text("said"), again = at("result").className;
        at("example").click(); at("example").click();
        return {{second, outdated, said, again, first: values()}};"""
    found = seen(service(made), "/", actions, tmp_path)
    shown = ["" if value is None else str(value) for value in made.examples[1].values()]
    assert found["second"] == ["0", *shown[1:10], "41", *shown[11:]]  # LGA is the first choice
    assert found["outdated"] == ["outdated", "The row has changed: press Predict or Enter."]
    share = 100 * made.expected[1]
    assert found["said"] == f"late: true (probability of true {share:.1f}\xa0%)"
    assert found["again"] == ""
    assert found["first"][:4] == ["1", "ORD", "UA", "719"]


def test_classes_are_listed_the_likeliest_first(tmp_path: Path) -> None:
    made = contracts.wine()
    actions = f"""{PREDICT} return [text("said"),
        [...page.querySelectorAll("#result > ul:first-child li")].map((one) =>
          [one.querySelector("span").textContent, one.querySelector("b").textContent])];"""
    said, listed = seen(service(made), "/", actions, tmp_path)
    chances = dict(zip(made.classes, made.expected[0], strict=True))
    order = sorted(chances, key=chances.__getitem__, reverse=True)
    assert listed == [[name, f"{100 * chances[name]:.1f}\xa0%"] for name in order]
    assert said == f"grower: {order[0]}, probability {listed[0][1]}"


def test_a_value_is_told_and_what_is_empty_is_null(tmp_path: Path) -> None:
    made = contracts.diabetes()
    actions = f"""type("field-1", ""); type("field-2", "0"); {PREDICT}
        return {{said: text("said"), effects: {EFFECTS}}};"""
    found = seen(service(made), "/", actions, tmp_path)
    row = made.examples[0] | {"sex": None, "smokes": True}
    value = contracts.scores(made, {name: [one] for name, one in row.items()})[0]
    assert found["said"] == f"progression: {value:.6g}"
    shown = {one[0] for one in found["effects"]}
    assert {"sex (empty) typical 1", "smokes true typical false"} <= shown


def test_hostile_names_and_values_stay_text_and_are_sent_as_they_are(tmp_path: Path) -> None:
    made = contracts.hostile()
    actions = f"""view.alert = () => (view.attacked = true);
        {PREDICT} await new Promise((go) => setTimeout(go, 200));
        return {{said: text("said"), result: text("result"), attacked: Boolean(view.attacked),
        strange: page.querySelectorAll("img, svg, b b, [onerror], [onload], [onfocus]").length}};"""
    found = seen(service(made), "/", actions, tmp_path)
    assert found["said"].startswith(f"{made.target}: ")  # a value sent otherwise were refused
    assert sum(name in found["result"] for name in made.features) >= len(made.features) / 2
    assert (found["attacked"], found["strange"]) == (False, 0)


def test_a_token_is_asked_for_and_borne(tmp_path: Path) -> None:
    actions = f"""const hidden = at("token-field").hidden;
        {PREDICT} const refused = [text("said"), at("token-field").hidden, page.activeElement.id];
        type("token", "{TOKEN}");
        at("predict").click(); await until(() => page.querySelector("h3"));
        return {{hidden, refused, said: text("said")}};"""
    found = seen(Lent(service(contracts.flights(), TOKEN)), "/", actions, tmp_path)
    assert found["hidden"] is True
    assert found["refused"][0].startswith("No prediction: ")
    assert found["refused"][1:] == [False, "token"]
    assert found["said"].startswith("late: false")


def test_the_docs_send_what_is_typed(tmp_path: Path) -> None:
    actions = """
        const send = async () => {
          at("call").requestSubmit(); await until(() => text("said").startsWith("Status"));
          return [text("said").slice(0, 10), JSON.parse(text("answer"))];
        };
        const curl = text("predict-record"), one = await send();
        page.querySelector("[data-fills=records]").click(); const two = await send();
        type("body", "{"); const wrong = await send();
        at("route").value = "GET health";
        at("route").dispatchEvent(new view.Event("change"));
        const hidden = at("sent").hidden, health = await send();
        return {curl, at: view.location.origin, one, two, wrong, hidden, health};"""
    made = contracts.flights()
    found = seen(service(made), "/docs", actions, tmp_path)
    assert found["curl"].startswith(f"curl -s {found['at']}/predict -H")
    assert found["one"][0] == found["two"][0] == "Status 200"
    chances = [one["probability"] for one in found["two"][1]["predictions"]]
    assert chances == made.expected[:2]
    assert found["wrong"][0] == "Status 400"
    assert found["hidden"] is True
    assert found["health"] == ["Status 200", {"status": "ok"}]
