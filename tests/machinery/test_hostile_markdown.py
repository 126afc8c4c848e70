"""A hostile report is only read: no text of it does anything on a pull request."""

import random
import re
from collections.abc import Callable, Iterator

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mlops.review.presentation import inert, markdown
from mlops.review.report import LARGEST, Report, dumps

from machinery import reports
from machinery.attacks import ATTACKS, SIGNS
from machinery.hostile_reports import enormous, filled_states

GITHUB = MarkdownIt("gfm-like")
OURS = {"<sub>", "</sub>"}
FOLD = re.compile(r"<details>\n<summary>[A-Za-z0-9, ]+</summary>\n|</details>\n?")
LIVE = re.compile(
    r"@|#|GH-\d|https?:|www\.|[0-9a-f]{7}|<|>|\]\(|:[a-z]+:|\*\*|`|\||\$"
    r"|[\x00-\x08\x0b-\x1f\u200b-\u200d\u202a-\u202e\u2060-\u2069\ufeff]"
)
CHART = re.compile(
    r"---|config:|  xyChart:|    (width|height): \d+|    [xy]Axis: \{[A-Za-z0-9:, ]+\}"
    r"|  themeVariables:|    xyChart:|      backgroundColor: transparent"
    r"|      plotColorPalette: '[#0-9a-f, ]+'|xychart-beta"
    r'|  x-axis ("[A-Za-z0-9 ._-]+" )?(\[[A-Za-z0-9 ._",-]+\]|1 --> \d+)'
    r'|  y-axis "[A-Za-z0-9 ._-]*" -?[\d.]+ --> -?[\d.]+|  (line|bar) \[[-\d., ]+\]'
)


@pytest.mark.parametrize("state", reports.STATES)
def test_each_state_is_inert(state: Callable[[], Report]) -> None:
    check_inert(markdown.render(state()))


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_text_is_only_read(attack: str) -> None:
    for report in filled_states(attack):
        check_inert(markdown.render(report))


def test_no_mixture_of_signs_does_more() -> None:
    chance = random.Random(1)
    for _ in range(150):
        text = "".join(chance.choices(SIGNS, k=chance.randrange(1, 60)))
        check_inert(markdown.render(filled_states(text)[0]))


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_text_changes_no_structure(attack: str) -> None:
    for plain, hostile in zip(filled_states("word"), filled_states(attack), strict=True):
        assert structure(markdown.render(hostile)) == structure(markdown.render(plain))


def check_inert(text: str) -> None:
    """Only words, code, our own folds and charts of numbers: no link, picture, mention or HTML."""
    assert text[:2] in {"✅ ", "❌ "}
    for token in walk(GITHUB.parse(text)):
        assert token.type not in {"link_open", "image"}
        if token.type == "html_inline":
            assert token.content in OURS
        elif token.type == "html_block":
            assert FOLD.fullmatch(token.content), token.content
        elif token.type == "text":
            assert not LIVE.search(token.content), token.content
        elif token.type == "fence" and token.info == "mermaid":
            assert all(map(CHART.fullmatch, token.content.splitlines())), token.content


def walk(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from walk(token.children or [])


def structure(text: str) -> list[str]:
    """The blocks of a text, charts aside: they vanish where labels cannot be told apart."""
    blocks = [token for token in GITHUB.parse(text) if token.info != "mermaid"]
    return [token.type for token in blocks]


def test_a_text_that_is_too_long_keeps_verdict_and_gate() -> None:
    report = enormous()
    assert len(dumps(report)) > LARGEST / 2
    text = markdown.render(report)
    assert len(text) <= markdown.LONGEST
    assert text.startswith("❌ **Worse than production")
    assert "| Gate |" in text
    assert "the whole is in the `report` artifact of the run" in text
    assert text.endswith("</sub>\n")
    assert text.count("<details>") == text.count("</details>")
    check_inert(text)


def test_words_stay_words_and_the_rest_becomes_code() -> None:
    assert inert.prose("raise roc_auc by 0.004, or f1") == "raise roc_auc by 0.004, or f1"
    assert (
        inert.prose("wider `margin` in conf/gate/a.yaml") == "wider `margin` in `conf/gate/a.yaml`"
    )
    assert inert.prose("ask @me or #1") == "ask `@me` or `#1`"
    assert inert.prose("(a.zip: it needs b/c.py): `do`; f(x).") == (
        "(`a.zip`: it needs `b/c.py`): `do`; `f(x).`"
    )
    assert inert.prose("`a``b`<b>") == "`a` `b` `<b>`"
    assert inert.code("a|b`c\nd") == "`a¦b'c d`"
    assert inert.code("") == inert.prose(" ") == "`(empty)`"
    assert inert.code("\u202ex") == "`\N{REPLACEMENT CHARACTER}x`"
