"""Pull requests on a laptop: what `mlops report` says, and whether `mlops gate` lets them pass."""

from pathlib import Path

import yaml

from project.rehearsal import TREES, Rehearsal

FLIGHTS = "conf/data/flights.yaml"
FEATURES = "src/late_flights/features.py"
STEP = '("preprocessing", preprocessing.make(columns, encoding)),'
OWN_STEP = f'("own", FunctionTransformer(spoil)),\n            {STEP}'
HEAD = "def make_pipeline("
LAST = "      - src/late_flights/train.py\n    outs:\n      - models/model.skops\n"


def spoil(rehearsal: Rehearsal, body: str) -> None:
    """Put a function of the project's own before the preprocessing."""
    project = rehearsal.project
    project.git("switch", "-q", "-c", "change")
    project.edit(FEATURES, HEAD, f"def spoil(table):\n{body}    return table\n\n\n{HEAD}")
    project.edit(FEATURES, STEP, OWN_STEP)
    project.edit(
        FEATURES,
        "    from sklearn.pipeline import Pipeline\n\n    columns",
        "    from sklearn.pipeline import Pipeline\n"
        "    from sklearn.preprocessing import FunctionTransformer\n\n    columns",
    )
    rehearsal.run()


def test_the_first_model(rehearsal: Rehearsal) -> None:
    for tag in ("model@v0.1.0", "model#production#1"):
        rehearsal.project.git("push", "-q", "--delete", "origin", tag)
        rehearsal.project.git("tag", "-d", tag)
    seen = rehearsal.review()
    assert (seen.json["verdict"], seen.json["promotes"]) == ("first", True)
    assert seen.first.startswith("✅")
    assert "first" in seen.first.lower()


def test_a_better_model(improvement: Rehearsal) -> None:
    rehearsal = improvement
    seen = rehearsal.review()
    assert (seen.json["verdict"], seen.json["promotes"]) == ("better", True)
    assert seen.first.startswith("✅")
    assert "v0.1.0" in seen.first
    assert seen.failing == []
    found = seen.json["metrics"][0]["from_production"]
    assert 0 < found["low"] < found["value"] < found["high"]
    assert seen.json["changes"]["parameters"] == [
        {"key": "model.parameters.max_leaf_nodes", "old": "31", "new": "15"}
    ]
    stages = {stage["name"]: stage["changed"] for stage in seen.json["changes"]["stages"]}
    assert stages == {
        "compose": True,
        "ingest": False,
        "validate": False,
        "split": False,
        "train": True,
        "export": True,
        "evaluate": True,
        "card": True,
    }
    assert "max_leaf_nodes" in seen.markdown
    assert rehearsal.gate().code == 0
    assert (rehearsal.project.path / "reports/pull-request.html").stat().st_size > 1_000_000


def test_no_measurable_difference(rehearsal: Rehearsal) -> None:
    rehearsal.change(TREES, "max_iter: 100", "max_iter: 99")
    seen = rehearsal.review()
    assert (seen.json["verdict"], seen.json["promotes"]) == ("no_difference", True)
    assert "no measurable difference" in seen.first.lower()
    assert 0 < seen.json["exam"]["detectable"] < 0.01


def test_a_column_spoiled_at_ingest_does_not_spoil_production_too(rehearsal: Rehearsal) -> None:
    """Production is judged by what it said of these rows with its own inputs."""
    project = rehearsal.project
    project.git("switch", "-q", "-c", "change")
    time = 'table["departure"] = days + pd.to_timedelta(table["departure_minute"], unit="min")'
    spoiled = f'{time}\n    table[["departure_minute", "arrival_minute"]] = 0'
    project.edit("src/late_flights/readers/flights.py", time, spoiled)
    rehearsal.run()
    seen = rehearsal.review()
    assert (seen.json["verdict"], seen.json["promotes"]) == ("worse", False)
    assert seen.json["production"]["other_inputs"] > 20_000


def test_a_segment_that_drops_blocks_though_the_total_rises(rehearsal: Rehearsal) -> None:
    rehearsal.project.edit("conf/config.yaml", "- model: hist_gradient_boosting", "- model: linear")
    body = (
        "    table = table.copy()\n"
        '    numbers = table.select_dtypes("number").columns\n'
        "    table[numbers] = table[numbers].astype(float)\n"
        '    table.loc[table["carrier"] == "US", numbers] = float("nan")\n'
    )
    spoil(rehearsal, body)
    seen = rehearsal.review()
    assert (seen.json["verdict"], seen.json["promotes"]) == ("better", False)
    assert seen.first.startswith("❌")
    assert seen.failing == ["segments"]
    assert "carrier=US" in seen.line("segments")["what"]
    assert "US" in seen.markdown
    assert FEATURES in [file["path"] for file in seen.json["changes"]["files"]]
    assert FEATURES in seen.markdown


def test_a_month_of_new_data(moved_on: Rehearsal, tmp_path: Path) -> None:
    rehearsal = moved_on.copy(tmp_path)
    rehearsal.promote(commit="main")
    seen = rehearsal.review()
    assert seen.json["verdict"] in ("better", "no_difference")
    assert seen.json["promotes"] is True
    (period,) = seen.json["changes"]["periods"]
    assert (period["name"], period["old"]) == ("2013-04", None)
    assert 25_000 < period["new"] < 30_000
    drifted = {entry["column"]: entry["psi"] for entry in seen.json["changes"]["drift"]}
    assert drifted["temperature"] > 0.25
    assert "2013-04" in seen.markdown
    assert "temperature" in seen.markdown
    assert seen.json["production"]["left_out"] == 0
    assert {entry["production"] for entry in seen.json["relies_on"]} == {None}
    rehearsal.project.git("switch", "-q", "main")  # all that is on the disk is of the branch still
    seen = rehearsal.review()
    assert (seen.json["verdict"], seen.json["pipeline"]["stale"]) == ("unchanged", [])


def test_rows_that_production_was_trained_on_are_left_out(rehearsal: Rehearsal) -> None:
    rehearsal.change("conf/config.yaml", "- split: time", "- split: hash")
    seen = rehearsal.review()
    left_out, rows = seen.json["production"]["left_out"], seen.json["production"]["rows"]
    assert left_out > 1_000
    assert seen.json["exam"]["rows"] == rows
    assert f"{left_out:,}" in seen.markdown


def test_nothing_changed(rehearsal: Rehearsal) -> None:
    rehearsal.project.git("switch", "-q", "-c", "change")
    rehearsal.project.edit("README.md", "## The daily loop", "## Every day")
    rehearsal.project.commit("Words")
    seen = rehearsal.review()
    assert (seen.json["verdict"], seen.json["promotes"]) == ("unchanged", False)
    assert seen.first.startswith("✅")
    assert len(seen.markdown.splitlines()) < 30


def test_edits_without_a_run_are_stale(rehearsal: Rehearsal) -> None:
    rehearsal.project.git("switch", "-q", "-c", "change")
    rehearsal.project.edit(TREES, "max_iter: 100", "max_iter: 20")
    rehearsal.project.commit("Fewer trees")
    seen = rehearsal.review()
    assert (seen.json["verdict"], seen.json["promotes"]) == ("stale", False)
    assert seen.json["pipeline"]["stale"] == ["compose"]
    assert seen.first.startswith("❌")
    assert "uv run dvc repro" in seen.markdown


def test_outputs_of_another_branch_on_the_disk_are_not_examined(improvement: Rehearsal) -> None:
    project = improvement.project
    project.git("switch", "-q", "main")
    seen = improvement.review()
    assert (seen.json["verdict"], seen.json["pipeline"]["stale"]) == ("unchanged", [])
    project.git("switch", "-q", "-")
    project.run("dvc", "checkout", "-q", "--force")
    project.edit(FEATURES, "Your own features go", "What you add goes")
    assert improvement.review().json["pipeline"]["stale"] == ["train", "export", "evaluate"]


def test_a_file_that_nobody_committed_is_named(rehearsal: Rehearsal) -> None:
    project = rehearsal.project
    project.git("switch", "-q", "-c", "change")
    (project.path / "src/late_flights/wet.py").write_text("RAIN = 7\n", "utf-8")
    (project.path / "README.md").write_text("Other", "utf-8")
    project.git("commit", "-q", "-a", "-m", "Words")
    assert "and what is not committed" in rehearsal.review().markdown

    (project.path / "src/late_flights/wet.py").unlink()
    project.edit("dvc.yaml", LAST, f"      - src/late_flights/wet.py\n{LAST}")
    project.commit("A module")
    done = project.run("mlops", "reproduce", check=False)
    assert done.code == 1
    assert "src/late_flights/wet.py is not here: where it was made, `git add" in done.err
    assert (project.path / "models/model.skops").is_file()
    seen = rehearsal.review()
    assert (seen.json["verdict"], seen.json["pipeline"]["failed"]) == ("failed", "train")
    assert "git add src/late_flights/wet.py" in seen.markdown


def test_a_failing_stage_is_reported_with_its_own_words(rehearsal: Rehearsal) -> None:
    project = rehearsal.project
    project.git("switch", "-q", "-c", "change")
    project.edit(TREES, "max_iter: 100", "max_iter: -1")
    ran = project.run("dvc", "repro", check=False)
    assert ran.code != 0
    project.commit("Broken")
    seen = rehearsal.review()
    assert (seen.json["verdict"], seen.json["promotes"]) == ("failed", False)
    assert seen.json["pipeline"]["failed"] == "train"
    assert "max_iter" in seen.markdown
    assert seen.first.startswith("❌")
    assert "train" in seen.first


def test_malformed_data_is_reported_with_column_and_row(rehearsal: Rehearsal) -> None:
    project = rehearsal.project
    project.git("switch", "-q", "-c", "change")
    project.edit(FLIGHTS, "maximum: 6000}", "maximum: 2000}")
    assert project.run("dvc", "repro", check=False).code != 0
    project.commit("Too narrow")
    seen = rehearsal.review()
    assert seen.json["verdict"] == "failed"
    assert seen.json["pipeline"]["failed"] == "validate"
    assert "column 'distance', row" in seen.markdown
    assert "at most 2000" in seen.markdown


def test_a_production_model_that_is_missing_or_damaged_is_said(improvement: Rehearsal) -> None:
    rehearsal, project = improvement, improvement.project
    lock = yaml.safe_load(project.git("show", "model@v0.1.0:dvc.lock"))
    outs = lock["stages"]["export"]["outs"]
    (digest,) = (out["md5"] for out in outs if out["path"] == "models/scorer.zip")
    kept = project.path / ".dvc/cache/files/md5" / digest[:2] / digest[2:]
    kept.chmod(0o644)
    kept.write_bytes(kept.read_bytes()[:-100] + b"x" * 100)
    damaged = rehearsal.review()
    assert (damaged.json["verdict"], damaged.json["promotes"]) == ("failed", False)
    assert "damaged" in damaged.json["production"]["problem"]
    assert damaged.failing == ["production"]
    assert "v0.1.0" in damaged.first
    kept.unlink()
    (rehearsal.folder / "late-flights-storage/files/md5" / digest[:2] / digest[2:]).unlink()
    missing = rehearsal.review()
    assert (missing.json["verdict"], missing.json["promotes"]) == ("failed", False)
    assert digest in missing.json["production"]["problem"]
    project.edit(
        "conf/gate/binary.yaml", "waivers: {}", "waivers: {production: lost with the disk}"
    )
    rehearsal.run()
    waived = rehearsal.review()
    assert waived.json["promotes"] is True
    assert "lost with the disk" in waived.markdown
