"""The model card: figures in a template's words, and nothing foreign that could break the page."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from markdown_it import MarkdownIt
from mlops.errors import UserError
from mlops.model import calibration
from mlops.release import about, figures, provenance
from mlops.release.card import read_json, released, render, table
from mlops.repository import lock
from mlops.review import state
from mlops.review.presentation.wording import NOTHING

from baked import PROJECT
from machinery.composing import config_of

HOSTILE = "<img src=x>|`a`\n## [b](javascript:c) @team"
WHERE = "src/flights/MODEL_CARD.md"
FIGURE = {"value": 0.7, "low": 0.65, "high": 0.75}
TEMPLATE = (PROJECT / "src/{{cookiecutter.__package}}/MODEL_CARD.md").read_text("utf-8")


def html(markdown: str) -> str:
    return str(MarkdownIt("commonmark").enable("table").render(markdown))


def validation(**nulls: int) -> dict[str, Any]:
    """Two months of ten rows each, three of them late in the first and none in the second."""
    columns = config_of().data.columns
    counts = {"late": {"True": 3, "False": 7}, "carrier": {"AA": 4, HOSTILE: 6}}
    first = {name: {"rows": 10, "nulls": 0, "counts": counts.get(name, {})} for name in columns}
    later = {"late": {"False": 10}, "carrier": {"UA": 10}}
    second = first | {name: first[name] | {"counts": found} for name, found in later.items()}
    return {
        "rows": 20,
        "partitions": {"2013-01": 10, "2013-02": 10},
        "classes": {"True": 3, "False": 17},
        "nulls": dict.fromkeys(columns, 0) | nulls,
        "columns": {"2013-01": first, "2013-02": second},
    }


def metrics(**more: Any) -> dict[str, Any]:
    naive = {"value": 0.5, "low": 0.5, "high": 0.5}
    segments = {"carrier": {HOSTILE: {"roc_auc": FIGURE, "rows": 1_200}, "AA": {"rows": 3}}}
    found = {"test": {"roc_auc": FIGURE}, "baseline": {"roc_auc": naive}, "segments": segments}
    return found | more


def test_facts_stand_where_the_template_asks_for_them() -> None:
    text = render("# $a\n\n${b}, $$5\n", {"a": "A $c `x`", "b": "B", "unused": "U"}, WHERE)
    assert text == "# A $c `x`\n\nB, $5\n"


def test_what_is_no_placeholder_is_named_with_its_line() -> None:
    with pytest.raises(UserError) as raised:
        render("# $title\n\n$metrcs costs\n5 $ and ${data\n", {"title": "", "data": ""}, WHERE)
    known = "there are $data, $title, and $$ for a dollar"
    assert raised.value.lines == (
        f"{WHERE}:3: $metrcs is no placeholder; {known}",
        f"{WHERE}:4: a $ that starts no placeholder; {known}",
        f"{WHERE}:4: a $ that starts no placeholder; {known}",
    )


def test_a_release_adds_what_only_it_knows() -> None:
    known = {"version": "v1.2.0", "commit": "c" * 40, "date": "2026-11-21", "lock": "d" * 64}
    card = released("<!-- made -->\n# Card\n\n\nWords, # none.\n\n## Data\n", **known)
    lines = card.splitlines()
    assert lines[:3] == ["<!-- made -->", "# Card", ""]
    assert lines[5] == f"| `v1.2.0` | `{'c' * 40}` | 2026-11-21 | `{'d' * 64}` |"
    assert lines[6:] == ["", "Words, # none.", "", "## Data"]
    assert released("Words.\n", **known).startswith("| Version |")
    assert "<img" not in html(released("# C\n", **known | {"version": HOSTILE, "date": HOSTILE}))


def test_foreign_text_stays_in_its_cell() -> None:
    config = config_of(f"data.source={json.dumps('package:' + HOSTILE)}")
    parts = [
        about.data(config, validation()),
        about.limits(config, validation()),
        figures.segments(config, metrics()),
        provenance.parameters({"recipe": {HOSTILE: HOSTILE}, "data": dict.fromkeys(DATA, HOSTILE)}),
    ]
    page = html("\n\n".join(parts))
    for mark in ("<img", "<h2", "<a ", "<em"):
        assert mark not in page
    rows = [row for part in parts for row in part.splitlines() if row.startswith("|")]
    assert {row.count("|") for row in rows} == {3, 4}


DATA = ("name", "source", "start", "through")


def test_data_and_its_limits_are_told_from_the_numbers() -> None:
    text = about.data(config_of(), validation())
    assert text.startswith("20 rows of `flights`, from `2013-01` to `2013-02`")
    assert "| `2013-01` | 10 | true in 30 % |" in text
    assert "| `2013-02` | 10 | true in 0 % |" in text
    limits = about.limits(config_of(), validation(pressure=2, wind_gust=13, humidity=1))
    assert "`carrier` 3," in limits
    assert limits.endswith("10 % of the rows or more: `wind_gust` 65 %, `pressure` 10 %.")
    assert "44 days before the end of `2013-02`" in limits
    hashed = about.data(config_of("split=hash"), validation())
    assert "A hash of `departure`, `origin`, `carrier`, `flight` picks" in hashed


def test_long_histories_and_many_segments_are_cut() -> None:
    found = validation()
    names = [f"{year}-{month:02d}" for year in range(2010, 2013) for month in range(1, 13)]
    found["partitions"] = dict.fromkeys(names, 10)
    found["columns"] = dict.fromkeys(names, found["columns"]["2013-01"])
    text = about.data(config_of(), found)
    assert text.count("| true in 30 % |") == about.PERIODS
    assert "The 12 periods before these are not shown." in text
    many = {str(number): {"roc_auc": FIGURE, "rows": number} for number in range(40)}
    segments = figures.segments(config_of(), metrics(segments={"carrier": many}))
    assert "| `39` | 39 | 0.700 (0.650 to 0.750) |" in segments
    assert "| `9` |" not in segments
    assert "The 10 smallest are not shown." in segments


def test_metrics_stand_beside_the_naive_baseline() -> None:
    text = figures.metrics(config_of(), metrics())
    row = "| `roc_auc` (decides) | 0.700 (0.650 to 0.750) | 0.500 (0.500 to 0.500) | higher |"
    assert row in text
    assert "test rows, " not in text
    bins = [{"rows": 3, "predicted": 0.2, "observed": 1 / 3}]
    text = figures.metrics(config_of(), metrics(calibration={"error": 0.1, "bins": bins}))
    assert "Measured on 3 test rows, 33.33 % of them positive." in text
    assert "gives every row the share of positives among the training rows" in text


def test_what_was_not_measured_is_said() -> None:
    config = config_of("gate.fairness.columns=[origin]")
    assert figures.calibration(config_of(), metrics()) == "Not measured."
    assert "`origin`: not measured." in figures.fairness(config, metrics())
    assert "names no protected column" in figures.fairness(config_of(), metrics())
    assert "No columns are named" in figures.segments(config_of(), metrics(segments={}))
    group = {"rows": 1_000, "selection_rate": 0.25, "error_rate": None}
    text = figures.fairness(config, metrics(fairness={"origin": {HOSTILE: group, "JFK": group}}))
    assert f"| `JFK` | 1,000 | 25.0 % | {NOTHING} |" in text
    assert "10 percentage points in `selection_rate`, 10 percentage points in `error_rate`" in text


def test_calibration_is_that_of_bins_of_equally_many_rows() -> None:
    score, target = np.linspace(0, 1, 95), np.linspace(0, 1, 95) > 0.5
    found = calibration.measure(score, target)
    assert [part["rows"] for part in found["bins"]] == [10] * 5 + [9] * 5
    text = figures.calibration(config_of(), {"calibration": found})
    assert f"**{found['error']:.3f}**" in text
    assert "| 10 | 0.048 | 0.000 |" in text
    assert calibration.measure(np.array([0.25]), np.array([True]))["error"] == 0.75


def test_digests_are_those_of_the_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    model, raw = Path("model.skops"), Path("raw")
    with pytest.raises(UserError, match=r"model\.skops: unreadable .*`uv run dvc repro`"):
        provenance.digests([model], raw)
    model.write_bytes(b"model")
    Path("raw.json").write_text('{"2013-01": {"sha256": "abc"}}')
    text = provenance.digests([model], raw)
    for name in ("sha256", "md5"):
        assert f"`{hashlib.new(name, b'model').hexdigest()}`" in text
    assert f"| `raw/2013-01.parquet` | `abc` | {NOTHING} |" in text
    assert "| `raw` |" not in text
    out = "{path: raw, md5: 0a.dir}"
    Path("dvc.lock").write_text(f"stages: {{ingest: {{cmd: x, outs: [{out}]}}}}")
    assert f"| `raw` | {NOTHING} | `0a.dir` |" in provenance.digests([model], raw)
    with pytest.raises(UserError, match=r"model\.skops: not valid JSON"):
        read_json(model)


def test_libraries_are_those_of_the_estimator_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "| `scikit-learn` | `1." in provenance.libraries(config_of())
    other = provenance.libraries(config_of("model.classifier=pytest.Trees"))
    assert f"| `pytest` | `{pytest.__version__}` |" in other
    assert "nobody" not in provenance.libraries(config_of("model.classifier=nobody.Trees"))


def test_the_template_asks_for_what_the_recipe_gives() -> None:
    """The shipped template, as it is generated, with every fact in place of itself."""
    recipe = (PROJECT / "src/{{cookiecutter.__package}}/card.py").read_text("utf-8")
    names = [line.split('"')[1] for line in recipe.splitlines() if line.startswith('        "')]
    plain = TEMPLATE.replace("{{ cookiecutter.", "").replace(" | replace('$', '$$') }}", "")
    text = render(plain, {name: f"[{name}]" for name in names}, WHERE)
    assert all(text.count(f"[{name}]") == 1 for name in names)


def test_a_card_that_names_other_libraries_is_no_other_result() -> None:
    old = {path: lock.Stage(path, {}, {path: "1"}, {}) for path in ("a", "models/MODEL_CARD.md")}
    new = {path: stage._replace(outs={path: "2"}) for path, stage in old.items()}
    assert state.differing(old, new) == ["a"]


def test_tables_align_numbers_right() -> None:
    assert table("lr", ("a", "b"), [("c", "1")]) == "| a | b |\n| --- | ---: |\n| c | 1 |"
