"""`mlops tune` on a project as users have it: searched, adopted, run, and nothing left to say."""

import re

import pytest

from baked import BakedProject


def test_a_search_is_adopted_and_the_pipeline_is_what_conf_says(project: BakedProject) -> None:
    before = project.read("conf/model/hist_gradient_boosting.yaml")
    committed = project.git("status", "--porcelain")
    ran = project.run("mlops", "tune", "--trials", "5")
    assert project.git("status", "--porcelain") == committed
    report = project.json("reports/tuning.json")
    assert len(report["trials"]) == 5
    assert report["failures"] == []
    assert report["exam"]["rows"] > report["rows"] > 0
    verdict = report["exam"]["difference"]["reading"]
    words = {"better": "Better than", "worse": "Worse than", "no_difference": "No measurable"}
    assert words[verdict] in ran.out
    assert "<h1>late-flights: tuning</h1>" in project.read("reports/tuning.html")

    assert (
        "conf/model/hist_gradient_boosting.yaml adopted"
        in project.run("mlops", "tune", "--adopt").out
    )
    after = project.read("conf/model/hist_gradient_boosting.yaml")
    comments = re.compile(r"#.*")
    assert comments.findall(after) == comments.findall(before)
    assert project.run("dvc", "repro").stages == ["compose", "train", "export", "evaluate", "card"]
    assert project.run("mlops", "compose", "--check").code == 0
    parameters = project.yaml("params.yaml")["model"]["parameters"]
    best = report["best"]["values"]
    assert {key: parameters[key.rpartition(".")[2]] for key in best} == best
    metric = project.json("reports/summary.json")["roc_auc"]
    assert metric == pytest.approx(report["exam"]["best"], abs=1e-4)
    again = project.run("mlops", "tune", "--trials", "5").out
    assert "5 of 5 trials done" in again
    assert "Nothing better found" in again
