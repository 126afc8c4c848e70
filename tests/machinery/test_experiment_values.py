"""What an experiment set is kept, adopted or discarded, and never lost silently."""

import re
from pathlib import Path

import pytest
import yaml
from mlops.config import adopt, compose
from mlops.errors import UserError

from baked import edit
from machinery.composing import TREES, experiment, refusal, values


def test_an_experiment_is_kept_until_somebody_decides(
    conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment(monkeypatch, "model=linear", "+model.parameters.C=0.5", "seed=7")
    before = Path("params.yaml").read_bytes()
    edit(conf / "data/flights.yaml", '"2013-06"', '"2013-07"')
    said = refusal()
    assert 'params.yaml: model.name is "linear", but conf/config.yaml:10 says "hist' in said
    assert "params.yaml: seed is 7, but conf/config.yaml:18 says 1" in said
    assert "2013" not in said
    assert "--adopt" in said
    assert "--discard" in said
    assert Path("params.yaml").read_bytes() == before


def test_discard_drops_an_experiment(conf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment(monkeypatch, "seed=7")
    compose.discard()
    compose.check()
    assert values()["seed"] == 1


def test_an_experiment_that_conf_composes_anyway_is_no_conflict(
    conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment(monkeypatch, "seed=7")
    edit(conf / "config.yaml", "seed: 1", "seed: 7")
    edit(conf / "data/flights.yaml", '"2013-06"', '"2013-07"')
    compose.update()
    assert values()["data"]["through"] == "2013-07"


def test_an_experiment_without_overrides_leaves_no_trace(
    conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Path("params.yaml").read_bytes()
    experiment(monkeypatch)
    assert Path("params.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("override", "line"),
    [
        ("split.test_days=soon", "params.yaml: split.test_days: expected int, got str"),
        ("+split.tst_days=3", "params.yaml: split.tst_days: no such key; did you mean test_days?"),
        ("model.name=other", "params.yaml: model.name: there is no conf/model/other.yaml"),
        ("seed=???", "params.yaml: seed: ??? needs a value"),
    ],
)
def test_a_wrong_override_is_refused(
    conf: Path, monkeypatch: pytest.MonkeyPatch, override: str, line: str
) -> None:
    with pytest.raises(UserError, match=re.escape(line)):
        experiment(monkeypatch, override)


def test_check_tells_an_edit_of_conf_from_an_experiment(conf: Path) -> None:
    edit(conf / TREES, "learning_rate: 0.1", "learning_rate: 0.05")
    with pytest.raises(UserError, match=r"conf/ has changed: `uv run dvc repro`"):
        compose.check()


def test_adopt_writes_where_a_person_would(conf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment(
        monkeypatch,
        "model=linear",
        "+model.parameters.C=0.5",
        "~data.columns.visibility",
        "+recipe.window.days=7",
    )
    edit(conf / "data/flights.yaml", '"2013-06"', '"2013-07"')
    before = {path: path.read_text("utf-8") for path in conf.rglob("*.yaml")}
    adopt.adopt()
    compose.check()
    assert values()["data"]["through"] == "2013-07"
    changed = {
        path.relative_to(conf).as_posix(): set(path.read_text("utf-8").splitlines())
        ^ set(text.splitlines())
        for path, text in before.items()
        if path.read_text("utf-8") != text
    }
    assert changed == {
        "config.yaml": {
            "  - model: hist_gradient_boosting",
            "  - model: linear",
            "recipe: {}",
            "recipe:",
            "  window:",
            "    days: 7",
        },
        "model/linear.yaml": {"  C: 0.5"},
        "data/flights.yaml": {"  visibility: {type: number, nullable: true, minimum: 0} # miles"},
    }


def test_adopt_keeps_what_was_edited_since_in_the_chosen_config(
    conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment(monkeypatch, "model=linear", "+model.parameters.C=0.5")
    edit(conf / "model/linear.yaml", "max_iter: 1000", "max_iter: 2000")
    adopt.adopt()
    assert values()["model"]["parameters"] == {"max_iter": 2000, "C": 0.5}
    compose.check()


def test_a_new_experiment_tells_what_it_drops_of_the_one_applied_before(
    conf: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    experiment(monkeypatch, "seed=7", "+model.parameters.max_depth=3")
    sections = {key: values()[key] for key in ("seed", "model", "evaluation")}
    lock = {"stages": {"train": {"params": {"params.yaml": sections}}}}
    Path("dvc.lock").write_text(yaml.safe_dump(lock))
    capsys.readouterr()
    experiment(monkeypatch, "evaluation.rounds=150")
    assert sorted(capsys.readouterr().out.splitlines()) == [
        "evaluation.rounds: 1000 -> 150",
        "model.parameters.max_depth: 3 -> not set (as conf/ has it)",
        "seed: 7 -> 1 (as conf/ has it)",
    ]


def test_a_key_that_is_set_beside_another_config_is_told_too(
    conf: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    experiment(monkeypatch)
    lock = {"stages": {"train": {"params": {"params.yaml": {"model": values()["model"]}}}}}
    Path("dvc.lock").write_text(yaml.safe_dump(lock))
    capsys.readouterr()
    experiment(monkeypatch, "model=linear", "model.calibration=sigmoid")
    assert capsys.readouterr().out.splitlines() == [
        'model.calibration: null -> "sigmoid"',
        'model.name: "hist_gradient_boosting" -> "linear"',
    ]


def test_adopt_writes_text_that_stays_text(conf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"a": "NO", "b": "12:30", "c": "08", "d": "1e3", "e": "plain", "f": "two words"}
    experiment(monkeypatch, *(f"+recipe.{key}='{text}'" for key, text in texts.items()))
    assert values()["recipe"] == texts
    adopt.adopt()
    compose.check()
    assert values()["recipe"] == texts


def test_adopt_of_a_chosen_experiment(conf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment(monkeypatch, "experiment=quick", "evaluation.rounds=200")
    adopt.adopt()
    compose.check()
    assert "- experiment: quick" in (conf / "config.yaml").read_text("utf-8")
    assert "rounds: 200" in (conf / "experiment/quick.yaml").read_text("utf-8")


def test_adopt_that_cannot_be_done_changes_nothing(
    conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment(monkeypatch, "seed=7")
    edit(Path("params.yaml"), "seed: 7", "seed: seven")
    before = {path: path.read_bytes() for path in conf.rglob("*.yaml")}
    with pytest.raises(UserError, match="seed: expected int"):
        adopt.adopt()
    assert {path: path.read_bytes() for path in conf.rglob("*.yaml")} == before


def test_a_key_that_is_added_stands_above_the_comment_of_the_next(
    conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (conf / TREES).read_text("utf-8")
    experiment(monkeypatch, "+model.parameters.max_bins=99", "+model.parameters.tol=0.5")
    adopt.adopt()
    added = "  early_stopping: false\n  max_bins: 99\n  tol: 0.5\n"
    assert (conf / TREES).read_text("utf-8") == before.replace("  early_stopping: false\n", added)
