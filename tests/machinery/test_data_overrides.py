"""`data=wine` brings its own split, evaluation and gate; what a person chooses wins over it."""

import re
from pathlib import Path

import pytest
from mlops.config import adopt, compose, composition
from mlops.config.conf import Place, find
from mlops.errors import UserError

from baked import edit
from machinery.composing import experiment, values

CHOSEN = {"split": "cross_validation", "evaluation": "multiclass", "gate": "multiclass"}


def names() -> dict[str, str]:
    return {group: values()[group]["name"] for group in ("data", *CHOSEN)}


def test_a_table_chooses_its_evaluation_gate_and_split(conf: Path) -> None:
    edit(conf / "config.yaml", "- data: flights", "- data: wine")
    compose.update()
    assert names() == {"data": "wine"} | CHOSEN
    compose.check()


@pytest.mark.parametrize("choice", ["split=hash", "gate=relaxed", "evaluation=own"])
def test_a_choice_of_the_command_line_wins_over_the_tables(
    conf: Path, monkeypatch: pytest.MonkeyPatch, choice: str
) -> None:
    copy_config(conf, "gate", "relaxed")
    copy_config(conf, "evaluation", "own")
    experiment(monkeypatch, "data=wine", choice)
    group, _, name = choice.partition("=")
    assert names() == {"data": "wine"} | CHOSEN | {group: name}


def copy_config(conf: Path, group: str, name: str) -> None:
    """A config of one's own, beside the one for several classes."""
    text = (conf / group / "multiclass.yaml").read_text("utf-8")
    (conf / group / f"{name}.yaml").write_text(text.replace("name: multiclass", f"name: {name}"))


def test_an_experiments_choice_wins_over_the_tables(
    conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = "# @package _global_\n"
    body = "defaults:\n  - override /split: hash\nexperiment: hashed\n"
    (conf / "experiment/hashed.yaml").write_text(header + body)
    experiment(monkeypatch, "data=wine", "experiment=hashed")
    assert names() == {"data": "wine"} | CHOSEN | {"split": "hash"}
    found = composition.compose(overrides=["data=wine", "experiment=hashed"])
    assert str(place_of("split.name", found)) == "conf/experiment/hashed.yaml:3"


def place_of(key: str, composed: composition.Composition) -> Place:
    return find(key, composed.choices)


@pytest.mark.parametrize(
    ("key", "file", "text"),
    [
        ("data.name", "config.yaml", "- data: flights"),
        ("model.name", "config.yaml", "- model: hist_gradient_boosting"),
        ("split.name", "data/wine.yaml", "- override /split@_global_.split: cross_validation"),
        ("evaluation.name", "data/wine.yaml", "- override /evaluation@_global_.evaluation: mul"),
        ("gate.name", "data/wine.yaml", "- override /gate@_global_.gate: multiclass"),
        ("gate.margin", "gate/multiclass.yaml", "margin: 0.02"),
        ("split.folds", "split/cross_validation.yaml", "folds: 5"),
        ("data.task", "data/wine.yaml", "task: multiclass"),
    ],
)
def test_the_line_that_decides_is_named(conf: Path, key: str, file: str, text: str) -> None:
    place = place_of(key, composition.compose(overrides=["data=wine"]))
    assert place.path == Path("conf", file)
    assert place.line is not None
    assert place.path.read_text("utf-8").splitlines()[place.line - 1].strip().startswith(text)


def test_a_wrong_value_is_told_with_the_tables_own_line(conf: Path) -> None:
    edit(conf / "data/wine.yaml", "evaluation: multiclass", "evaluation: regression")
    edit(conf / "config.yaml", "- data: flights", "- data: wine")
    with pytest.raises(UserError) as error:
        compose.update()
    said = str(error.value)
    assert said.startswith("conf/evaluation/regression.yaml:5: evaluation.metric: r2 does not meas")


def test_adopt_of_a_table(conf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.read_bytes() for path in conf.rglob("*.yaml")}
    experiment(monkeypatch, "data=wine")
    assert names() == {"data": "wine"} | CHOSEN
    adopt.adopt()
    compose.check()
    changed = [path for path, text in before.items() if path.read_bytes() != text]
    assert changed == [conf / "config.yaml"]
    assert re.search(r"  - data: wine +# what its", (conf / "config.yaml").read_text("utf-8"))


def test_adopt_of_a_table_with_a_choice_and_a_value(
    conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment(monkeypatch, "data=wine", "split=hash", "evaluation.rounds=200", "model=linear")
    adopt.adopt()
    compose.check()
    assert names() == {"data": "wine"} | CHOSEN | {"split": "hash"}
    wine = (conf / "data/wine.yaml").read_text("utf-8")
    assert "  - override /split@_global_.split: hash\n" in wine
    assert "  - override /gate@_global_.gate: multiclass\n" in wine
    assert "rounds: 200" in (conf / "evaluation/multiclass.yaml").read_text("utf-8")
    assert "rounds: 1000" in (conf / "evaluation/binary.yaml").read_text("utf-8")
    assert "- model: linear" in (conf / "config.yaml").read_text("utf-8")


def test_adopt_that_leaves_a_table_for_another(conf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(conf / "config.yaml", "- data: flights", "- data: wine")
    compose.update()
    experiment(monkeypatch, "data=diabetes")
    adopt.adopt()
    compose.check()
    assert names()["evaluation"] == "regression"
    assert "override /evaluation@_global_.evaluation: multiclass" in (
        conf / "data/wine.yaml"
    ).read_text("utf-8")
