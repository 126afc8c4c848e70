"""`conf/` becomes `params.yaml`, and is never ignored."""

from pathlib import Path

import pytest
import yaml
from mlops.config import compose, params, record
from mlops.errors import UserError

from baked import PROJECT, edit
from machinery.composing import TREES, experiment, refusal, values


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


def test_a_choice_that_another_file_overrides_is_told(
    conf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(conf / "config.yaml", "- data: flights", "- data: wine")
    edit(conf / "config.yaml", "- gate: binary", "- gate: multiclass")
    compose.update()
    told = [line for line in capsys.readouterr().out.splitlines() if "no effect" in line]
    assert told == [
        f"conf/config.yaml: `{group}: {option}` has no effect: conf/data/wine.yaml overrides"
        f" it with {instead}"
        for group, option, instead in (
            ("split", "time", "cross_validation"),
            ("evaluation", "binary", "multiclass"),
        )
    ]


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
        ("config.yaml", "seed: 1", "sed: 1", "conf/config.yaml:18: sed: no such key; did you mean"),
        ("config.yaml", "seed: 1", "seed: one", "conf/config.yaml:18: seed: expected int, got str"),
        ("config.yaml", "seed: 1\n", "\n", "conf/config.yaml: seed: this key is missing"),
        ("config.yaml", "seed: 1", "seed: ???", "conf/config.yaml:18: seed: ??? needs a value"),
        ("config.yaml", "seed: 1", "seed: [1", "conf/config.yaml:21: not valid YAML"),
        ("config.yaml", "seed: 1", "seed: ${sed}", "conf/config.yaml:18: seed: Interpolation key"),
        ("config.yaml", "seed: 1", "seed: ${oc.env:HOME}", "conf/config.yaml:18: seed: oc.env"),
        ("config.yaml", "- model: hist", "- model: hits", "conf/config.yaml: model: no config"),
        ("config.yaml", "seed: 1", "seed: 1\nseed: 2", "conf/config.yaml:19: not valid YAML"),
        (
            TREES,
            "class_weight: null",
            "class_weight: even",
            "class_weight: 'even' is not acc",
        ),
        ("split/time.yaml", "test_days: 30", "tst_days: 30", "conf/split/time.yaml:5: split.tst_"),
        ("split/time.yaml", "test_days: 30", "test_days: 0", "conf/split/time.yaml:5: split.test"),
        ("split/time.yaml", "method: time", "method: tme", "conf/split/time.yaml:3: split.method"),
        ("split/time.yaml", "name: time", "name: tme", "conf/split/time.yaml: split.name: is 'tm"),
        ("data/flights.yaml", '"2013-06"', "2013", "conf/data/flights.yaml:15: data.through: exp"),
        ("data/flights.yaml", "reader: flights", "", "conf/data/flights.yaml: data.reader: this"),
        ("data/flights.yaml", '"2013-06"', '"2012-06"', "conf/data/flights.yaml: data: start"),
        ("data/flights.yaml", "target: late", "target: lat", "conf/data/flights.yaml:17: data.tar"),
        ("data/flights.yaml", "[flight]", "[no]", "conf/data/flights.yaml:23: data.identifiers[0]"),
        (
            "data/flights.yaml",
            "  carrier: {",
            "  on: {",
            "conf/data/flights.yaml:25: data.columns: one",
        ),
        (
            "data/flights.yaml",
            "distance: {type: number",
            "distance: {type: numbr",
            "conf/data/flights.yaml:32: data.columns.distance.type: 'numbr' is not accepted; did",
        ),
        ("data/flights.yaml", "resample: day", "resample: week", "accepted: day, group, row"),
        (
            "config.yaml",
            "\nexperiment: null",
            "\nexperiment: quick",
            "conf/config.yaml: experiment: choose it under `defaults:`, `- experiment: quick`",
        ),
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
