"""The search space: what is shipped fits every task, what is wrong is a line with its place."""

import re
from pathlib import Path

import pytest
from mlops.config import composition, params
from mlops.errors import UserError
from mlops.tune import space
from mlops.tune.space import Choice, Range

from baked import PROJECT, edit
from machinery.composing import DATA

FILE = "conf/search/hist_gradient_boosting.yaml"
MODELS = sorted(path.stem for path in (PROJECT / "conf/search").glob("*.yaml"))


def read(*overrides: str) -> list[space.Dimension]:
    values = composition.compose(overrides=overrides).values
    return space.read(values, params.typed(values, "conf"))


def written(text: str, *overrides: str) -> list[space.Dimension]:
    Path(FILE).write_text(text, "utf-8")
    return read(*overrides)


def test_every_model_but_the_naive_one_has_a_space() -> None:
    models = {path.stem for path in (PROJECT / "conf/model").glob("*.yaml")}
    assert models - set(MODELS) == {"naive"}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("task", DATA)
def test_the_shipped_spaces_hold_for_every_task(conf: Path, name: str, task: str) -> None:
    found = read(f"model={name}", f"data={DATA[task]}")
    assert found
    keys = {one.key.rpartition(".")[2] for one in found}
    if name == "linear":
        assert keys == ({"alpha"} if task == "regression" else {"C"})


def test_ranges_and_lists_are_read(conf: Path) -> None:
    found = written(
        "model.parameters.max_iter: {low: 10, high: 20}\n"
        "model.parameters.learning_rate: {low: 1e-3, high: 1, log: true}\n"
        "model.parameters.min_samples_leaf: [1, 5]\n"
        "model.class_weight: [null, balanced]\n"
        "recipe.own: [a, true, 2.5]\n",
        "+recipe.own=a",
    )
    assert found == [
        Range("model.parameters.max_iter", 10, 20),
        Range("model.parameters.learning_rate", 0.001, 1, log=True),
        Choice("model.parameters.min_samples_leaf", [1, 5]),
        Choice("model.class_weight", [None, "balanced"]),
        Choice("recipe.own", ["a", True, 2.5]),
    ]
    whole, real, *_ = found
    assert (whole.holds(10), whole.holds(10.5), whole.holds(21)) == (True, False, False)
    assert (real.holds(1), real.holds(0.5), real.holds(True), real.holds("x")) == (
        *(True, True, False, False),
    )
    assert found[4].holds(True)
    assert not found[4].holds(1)


def test_weights_of_classes_are_left_out_of_a_regression(conf: Path) -> None:
    text = "model.parameters.max_iter: [1, 2]\nmodel.class_weight: [null, balanced]\n"
    assert len(written(text)) == 2
    assert len(written(text, "data=diabetes")) == 1


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("model.parameters.max_iter: 3", "expected a range, {low: 1, high: 10}, or a list, [1, 2]"),
        ("model.parameters.max_iter: {low: 1}", "high: expected a number"),
        ("model.parameters.max_iter: {low: 1, hgh: 2}", "hgh: no such key; did you mean high?"),
        ("model.parameters.max_iter: {low: 1, high: many}", "high: expected a number"),
        ("model.parameters.max_iter: {low: 1, high: .inf}", "high: expected a number"),
        ("model.parameters.max_iter: {low: 2, high: 2}", "low (2) is not below high (2)"),
        (
            "model.parameters.max_iter: {low: 0, high: 2, log: true}",
            "low (0): with `log: true` it has to be above 0",
        ),
        (
            "model.parameters.max_iter: {low: 1, high: 2, log: 2}",
            "log: expected true or false",
        ),
        ("model.parameters.max_iter: [1]", "expected two or more values that differ"),
        ("model.parameters.max_iter: [1, 1]", "expected two or more values that differ"),
        (
            "model.parameters.max_iter: [[1], 2]",
            "expected texts, numbers, true, false or null in the list",
        ),
        (
            "model.parameters.max_itr: [1, 2]",
            "HistGradientBoostingClassifier has no such parameter; did you mean max_iter?",
        ),
        ("model.parameters: [1, 2]", "is a section; name one of its keys"),
        (
            "model.class_wight: [null, balanced]",
            "is not searched; did you mean model.class_w",
        ),
        ("model.calibration: [null, sigmoid]", "is not searched; accepted: model.class_weight, "),
        (
            "data.through: [2013-05, 2013-06]",
            "is not searched, for it changes what is compared: only model.* and recipe.* are",
        ),
        ("seed: [1, 2]", "is not searched, for it changes what is compared"),
        ("recipe.own: [1, 2]", "no such key; write it into conf/config.yaml first"),
        ("model.class_weight: [balancd, null]", "'balancd' is not accepted"),
        ("model.encoding: [ordinal, one_hut]", "'one_hut' is not accepted"),
    ],
)
def test_what_is_wrong_is_a_line_with_its_place(conf: Path, line: str, problem: str) -> None:
    key = line.partition(":")[0]
    with pytest.raises(UserError) as error:
        written(f"# a comment\nmodel.parameters.learning_rate: [0.1, 0.2]\n{line}\n")
    (only,) = error.value.lines
    assert only.startswith(f"{FILE}:3: {key}: ")
    assert problem in only


def test_what_is_no_yaml_stops_composing_too(conf: Path) -> None:
    edit(Path(FILE), "{low: 0.01, high: 0.3, log: true}", "{low: 0.01")
    with pytest.raises(UserError, match=re.escape(f"{FILE}:5: not valid YAML")):
        read()


def test_a_model_without_a_space_is_a_line(conf: Path) -> None:
    with pytest.raises(UserError, match=r"^conf/search/naive\.yaml is missing: it holds what is"):
        read("model=naive")


def test_a_space_of_another_task_is_a_line(conf: Path) -> None:
    Path("conf/search/linear.yaml").write_text("model.parameters.alpha: [1, 2]\n", "utf-8")
    with pytest.raises(UserError, match=r"conf/search/linear\.yaml: holds nothing .* binary$"):
        read("model=linear")
