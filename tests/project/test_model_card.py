"""The model card of a project that has been run: its figures, and what editing its words does."""

import hashlib
import re

from baked import BakedProject
from project.rehearsal import Rehearsal

CARD = "models/MODEL_CARD.md"
TEMPLATE = "src/late_flights/MODEL_CARD.md"


def test_the_card_tells_the_figures_of_the_run(evaluated: BakedProject) -> None:
    card, report = evaluated.read(CARD), evaluated.json("reports/metrics.json")
    assert CARD in evaluated.git("ls-files").split()
    assert card.startswith("# Model card: Late Flights\n")
    assert "Will the flight arrive more than 15 minutes late?" in card
    for name, figure in report["test"].items():
        naive = report["baseline"][name]
        (row,) = [line for line in card.splitlines() if line.startswith(f"| `{name}`")]
        assert f"| {shown(figure)} | {shown(naive)} |" in row
    for value, found in report["segments"]["origin"].items():
        assert f"| `{value}` | {found['rows']:,} | {shown(found['roc_auc'])} |" in card
    assert f"Calibration error: **{report['calibration']['error']:.3f}**" in card
    rows = evaluated.json("data/raw.json")
    assert f"{sum(month['rows'] for month in rows.values()):,} rows of `flights`" in card
    for month in rows.values():
        assert f"`{month['sha256']}`" in card
    for name in ("models/model.skops", "models/scorer.zip"):
        file = (evaluated.path / name).read_bytes()
        assert f"`{hashlib.sha256(file).hexdigest()}` | `{hashlib.md5(file).hexdigest()}`" in card
    (raw, _) = evaluated.yaml("dvc.lock")["stages"]["ingest"]["outs"]
    assert f"`{raw['md5']}`" in card
    (example,) = re.findall(r"```python\n(.*?)```", card, re.DOTALL)
    ran = evaluated.run("python", "-c", f"{example}\nprint(len(probability))")
    assert int(ran.out) == sum(part["rows"] for part in report["calibration"]["bins"])


def shown(figure: dict[str, float]) -> str:
    """A figure with its interval."""
    return f"{figure['value']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"


def test_other_words_run_the_card_only_and_change_no_model(rehearsal: Rehearsal) -> None:
    project = rehearsal.project
    before = project.read(CARD)
    project.edit(TEMPLATE, "## Limits", "## Limits, $colour")
    stopped = project.run("dvc", "repro", check=False)
    assert stopped.code != 0
    (said,) = [text for text in stopped.err.splitlines() if "$colour" in text]
    assert re.match(rf"{TEMPLATE}:\d+: \$colour is no placeholder; there are \$calibration", said)
    assert project.read(CARD) == before
    project.git("switch", "-q", "-c", "change")
    project.edit(TEMPLATE, "## Limits, $colour", "## Where not to trust it")
    assert project.run("dvc", "repro").stages == ["card"]
    assert project.read(CARD) == before.replace("## Limits", "## Where not to trust it")
    project.commit("Other words")
    seen = rehearsal.review()
    assert seen.json["verdict"] == "unchanged"
    assert [stage["name"] for stage in seen.json["changes"]["stages"] if stage["changed"]] == [
        "card"
    ]
    assert rehearsal.gate().code == 0
