"""A better, an equal and a worse model of the tasks that the starter is not: reviewed, promoted."""

import re
from pathlib import Path

import pytest

from baked import BakedProject, copy
from campaigns.portion import WHOLE, among
from project.rehearsal import Rehearsal

LINEAR = "conf/model/linear.yaml"
# The metric; a file, what it says, what makes production's model a poor one there; an equal one.
CASES = {
    "wine": (
        "f1_macro",
        "conf/data/wine.yaml",
        "identifiers: [row]",
        "identifiers: [row, alcohol, color_intensity, flavanoids, hue, proline, total_phenols]",
        "C: 0.999",
    ),
    "diabetes": ("r2", LINEAR, "max_iter: 1000", "max_iter: 1000\n  alpha: 3000", "alpha: 1.001"),
}


@pytest.mark.parametrize("data", among(list(CASES)))
def test_better_is_promoted_equal_passes_and_worse_is_blocked(
    installed: BakedProject, tmp_path: Path, data: str
) -> None:
    metric, file, good, poor, equal = CASES[data]
    project = copy(installed, tmp_path / "own")
    project.edit("conf/config.yaml", "- data: flights", f"- data: {data}")
    project.edit("conf/config.yaml", "- model: hist_gradient_boosting", "- model: linear")
    project.edit(file, good, poor)
    project.run("dvc", "repro", "-q")
    project.commit("First")
    rehearsal = Rehearsal.of(project, tmp_path)
    own = rehearsal.project
    ran = own.run("mlops", "promote")
    assert ran.out == "model v0.1.0 is in production\n"
    alone = r"but this clone alone has \d+ of its outputs: nobody else can get or serve it before"
    assert re.fullmatch(rf"{alone} `uv run dvc push`\n", ran.err)

    rehearsal.change(file, poor, good)
    seen = rehearsal.review()
    assert seen.first.startswith(f"✅ **Better than production v0.1.0**: {metric} ")
    assert rehearsal.gate().code == 0
    rehearsal.push()
    rehearsal.merge()
    assert own.run("mlops", "promote").out == "model v0.2.0 is in production\n"

    rehearsal.change(LINEAR, "max_iter: 1000", f"max_iter: 1000\n  {equal}")
    seen = rehearsal.review()
    assert seen.first.startswith(
        f"✅ **No measurable difference from production v0.2.0**: {metric} "
    )
    assert seen.json["production"]["left_out"] == 0  # each row by a model that had not seen it
    assert rehearsal.gate().code == 0

    if not WHOLE:
        return  # test_promote.py blocks a worse model of the starter's task in each run
    own.edit("conf/config.yaml", "- model: linear", "- model: naive")
    rehearsal.run()
    seen = rehearsal.review()
    assert seen.first.startswith("❌ **Worse than production v0.2.0")
    assert rehearsal.gate().code == 1
    rehearsal.merge()
    blocked = own.run("mlops", "promote", check=False)
    assert blocked.err == "not promoted: the gate does not let it through; nothing changed\n"
    assert {"model@v0.1.0", "model@v0.2.0"} == {
        tag for tag in rehearsal.tags() if tag.startswith("model@")
    }
