"""`conf/` becomes `params.yaml`, is never ignored, and nothing a person set is lost silently."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.utils.hydra import compose_and_dump
from mlops.config import adopt, compose, params, record
from mlops.errors import UserError

from baked import PROJECT, edit

TREES = "model/hist_gradient_boosting.yaml"


def values() -> Any:
    return yaml.safe_load(Path("params.yaml").read_text("utf-8"))


def experiment(monkeypatch: pytest.MonkeyPatch, *overrides: str) -> None:
    """Do to `params.yaml` what `dvc exp run -S ...` does, up to the end of the compose stage."""
    compose_and_dump("params.yaml", os.path.abspath("conf"), None, "config", "", list(overrides))
    with monkeypatch.context() as patch:
        patch.setenv("DVC_EXP_NAME", "some-name")
        compose.compose()


def refusal() -> str:
    with pytest.raises(UserError) as error:
        compose.update()
    return str(error.value)


def test_the_shipped_params_are_what_conf_composes(conf: Path) -> None:
    compose.check()
    compose.update()
    assert Path("params.yaml").read_bytes() == (PROJECT / "params.yaml").read_bytes()


def test_an_edit_of_conf_is_written_and_said(
    conf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(conf / TREES, "learning_rate: 0.1", "learning_rate: 0.05")
    compose.update()
    assert values()["model"]["parameters"]["learning_rate"] == 0.05
    assert capsys.readouterr().out == "model.parameters.learning_rate: 0.1 -> 0.05\n"


@pytest.mark.parametrize("name", ["linear", "naive", "hist_gradient_boosting"])
def test_the_names_of_the_chosen_configs_are_recorded(conf: Path, name: str) -> None:
    edit(conf / "config.yaml", "- model: hist_gradient_boosting", f"- model: {name}")
    edit(conf / "config.yaml", "- experiment: null", "- experiment: quick")
    compose.update()
    assert values()["model"]["name"] == name
    assert values()["experiment"] == "quick"
    assert values()["data"]["start"] == "2013-02"


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("config.yaml", "seed: 1", "sed: 1", "conf/config.yaml:15: sed: no such key; did you mean"),
        ("config.yaml", "seed: 1", "seed: one", "conf/config.yaml:15: seed: expected int, got str"),
        ("config.yaml", "seed: 1\n", "\n", "conf/config.yaml: seed: this key is missing"),
        ("config.yaml", "seed: 1", "seed: ???", "conf/config.yaml:15: seed: ??? needs a value"),
        ("config.yaml", "seed: 1", "seed: [1", "conf/config.yaml:18: not valid YAML"),
        ("config.yaml", "seed: 1", "seed: ${sed}", "conf/config.yaml:15: seed: Interpolation key"),
        ("config.yaml", "seed: 1", "seed: ${oc.env:HOME}", "conf/config.yaml:15: seed: oc.env"),
        ("config.yaml", "- model: hist", "- model: hits", "conf/config.yaml: model: no config"),
        ("config.yaml", "seed: 1", "seed: 1\nseed: 2", "conf/config.yaml:16: not valid YAML"),
        ("split/time.yaml", "test_days: 30", "tst_days: 30", "conf/split/time.yaml:5: split.tst_"),
        ("split/time.yaml", "test_days: 30", "test_days: 0", "conf/split/time.yaml:5: split.test"),
        ("split/time.yaml", "method: time", "method: tme", "conf/split/time.yaml:3: split.method"),
        ("split/time.yaml", "name: time", "name: tme", "conf/split/time.yaml: split.name: is 'tm"),
        ("data/flights.yaml", '"2013-06"', "2013", "conf/data/flights.yaml:13: data.through: exp"),
        ("data/flights.yaml", '"2013-06"', '"2012-06"', "conf/data/flights.yaml: data: start"),
        ("data/flights.yaml", "target: late", "target: lat", "conf/data/flights.yaml:15: data.tar"),
        ("data/flights.yaml", "[flight]", "[no]", "conf/data/flights.yaml:20: data.identifiers[0]"),
        (
            "data/flights.yaml",
            "  carrier: {",
            "  on: {",
            "conf/data/flights.yaml:22: data.columns: one",
        ),
        (
            "data/flights.yaml",
            "distance: {type: number",
            "distance: {type: numbr",
            "conf/data/flights.yaml:29: data.columns.distance.type: 'numbr' is not accepted; did",
        ),
        ("evaluation/default.yaml", "resample: day", "resample: week", "accepted: day, group, row"),
        (TREES, "parameters:", "params:", f"conf/{TREES}:7: model.params: no such key; did you"),
    ],
)
def test_what_is_wrong_in_conf_is_one_line_with_file_and_key(
    conf: Path, file: str, old: str, new: str, line: str
) -> None:
    before = Path("params.yaml").read_bytes()
    edit(conf / file, old, new)
    said = refusal()
    assert line in said
    assert "\n" not in said
    assert Path("params.yaml").read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        "recipe: {end: 'a#${oc.env:HOME}'}",
        'recipe: {end: "${oc.\\\n  env:HOME}"}',
        "recipe: ['${oc.env:A}']",
    ],
)
def test_the_environment_is_refused_however_it_is_written(conf: Path, text: str) -> None:
    edit(conf / "config.yaml", "recipe: {}", text)
    assert "oc.env would write a value of the environment" in refusal()


def test_a_value_that_is_not_a_number_is_no_conflict(conf: Path) -> None:
    edit(conf / TREES, "early_stopping: false", "early_stopping: false\n  missing: .nan")
    compose.update()
    compose.check()


def test_a_secret_of_the_environment_is_refused_in_a_config_that_is_not_chosen(
    conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(conf / "model/linear.yaml", "max_iter: 1000", "max_iter: ${oc.env:SECRET}")
    monkeypatch.setenv("SECRET", "hunter2")
    with pytest.raises(UserError, match=r"conf/model/linear.yaml:\d+: parameters.max_iter: oc.env"):
        experiment(monkeypatch, "model=linear")


def test_an_experiment_is_kept_until_somebody_decides(
    conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment(monkeypatch, "model=linear", "+model.parameters.C=0.5", "seed=7")
    before = Path("params.yaml").read_bytes()
    edit(conf / "data/flights.yaml", '"2013-06"', '"2013-07"')
    said = refusal()
    assert 'params.yaml: model.name is "linear", but conf/config.yaml:10 says "hist' in said
    assert "params.yaml: seed is 7, but conf/config.yaml:15 says 1" in said
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


def test_params_edited_by_hand_stop_with_the_key_and_its_place(conf: Path) -> None:
    edit(Path("params.yaml"), "learning_rate: 0.1", "learning_rate: 0.2")
    expected = f"params.yaml: model.parameters.learning_rate is 0.2, but conf/{TREES}:8 says 0.1"
    assert expected in refusal()
    with pytest.raises(UserError, match=r"learning_rate is 0\.2"):
        compose.check()


@pytest.mark.parametrize("text", ["", "seed: [", "- 1\n- 2\n", "<<<<<<< HEAD\nseed: 1\n", "\x00"])
def test_corrupt_params_say_how_to_write_them_again(conf: Path, text: str) -> None:
    Path("params.yaml").write_text(text)
    said = refusal()
    assert said.startswith("params.yaml")
    assert "mlops compose --discard" in said
    assert "\n" not in said
    compose.discard()
    compose.check()


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


@pytest.mark.parametrize("text", ["08", "1e3", "0o17", "no", "2013-06", "1_000", "12:30", "~", ""])
def test_text_stays_text_for_every_reader_of_yaml(text: str) -> None:
    from ruamel.yaml import YAML

    written = record.dump({"key": text})
    assert yaml.safe_load(written) == {"key": text}
    assert YAML(typ="safe").load(written) == {"key": text}


def test_stages_read_what_was_composed(conf: Path) -> None:
    config = params.load()
    assert config.data.target == "late"
    assert "late" not in config.data.features
    assert "flight" not in config.data.features
