"""The registry as people and programs read it, from the tags alone."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from mlops.errors import UserError
from mlops.files import write_json
from mlops.release import details, facts, history, listing, promote, registry, rollback, training
from mlops.release.registry import Tag, Version
from mlops.repository import lock
from mlops.run import metadata

from baked import execute

OUTS = [
    {"path": "models/model.skops", "md5": "m"},
    {"path": "models/scorer.zip", "md5": "s"},
]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with three commits, each with results; the current folder."""
    execute("git", "init", "-q", "--initial-branch=main", cwd=tmp_path)
    (tmp_path / "reports").mkdir()
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    for number, value in enumerate([0.7, 0.7, 0.75]):
        commit(tmp_path, number, value)
    return tmp_path


def commit(folder: Path, number: int, value: float) -> None:
    """Commit the results of a month."""
    month = {"rows": 1000, "sha256": str(number)}
    metrics = {"test": {"roc_auc": {"value": value, "low": value - 0.1, "high": value + 0.1}}}
    outs = [
        {"path": "models/model.skops", "md5": f"m{number}"},
        {"path": "data/raw", "md5": f"d{number}.dir"},
    ]
    files = {
        "params.yaml": f"evaluation: {{metric: roc_auc}}\nmodel: {{name: m{number}}}\n",
        "data/raw.json": json.dumps({f"2013-0{n + 1}": month for n in range(number + 1)}),
        "reports/metrics.json": json.dumps(metrics),
        "dvc.lock": json.dumps({"stages": {"train": {"cmd": "x", "outs": outs}}}),
        "notes.md": str(number),
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    execute("git", "add", "--all", cwd=folder)
    execute("git", "commit", "-q", "-m", f"Month {number}", cwd=folder)


def tag(name: str, revision: str, message: str = "x") -> None:
    execute("git", "tag", "-a", "-m", message, name, revision, cwd=Path.cwd())


def test_a_version_that_gto_made_is_told_from_its_commit(repository: Path) -> None:
    for number, revision in enumerate(["HEAD~1", "HEAD"]):
        version = f"v1.{number}.0"
        execute("gto", "register", "model", revision, "--version", version, cwd=repository)
    newest, older = listing.entries(registry.tags())
    assert (newest.version, older.version) == ("v1.1.0", "v1.0.0")
    assert newest.metric == "roc_auc 0.750 (0.650 to 0.850)"
    assert newest.data == "2013-01 to 2013-03, 3,000 rows, d2"
    assert (newest.model, newest.by, newest.stages) == ("m2", "Test", [])


def test_what_the_tags_say_counts_and_moves_come_last_first(repository: Path) -> None:
    tag("model@v0.9.0", "HEAD~2", facts.message("Register", {"Model": "aa", "Metric": "auc 0.1"}))
    tag("model@v0.10.0", "HEAD", facts.message("Register", {"Model": "bb", "Data": ""}))
    why = facts.message("Assign", {"Why": "Better\n\nReplaces: v9", "Replaces": "v0.9.0"})
    for counter, (stage, revision, text) in enumerate(
        [("production", "HEAD~2", "Assign"), ("staging", "HEAD", "x"), ("production", "HEAD", why)]
    ):
        tag(f"model#{stage}#{counter + 1}", revision, text)
    found = listing.listing(registry.tags())
    assert [entry.version for entry in found.versions] == ["v0.10.0", "v0.9.0"]
    assert found.versions[0].stages == ["production", "staging"]
    assert (found.versions[1].model, found.versions[1].metric) == ("aa", "auc 0.1")
    assert [move.counter for move in found.moves] == [3, 2, 1]
    assert (found.moves[0].why, found.moves[0].replaces) == ("Better Replaces: v9", "v0.9.0")
    table = listing.stage_table(found, "production").splitlines()
    assert table[1].split()[:2] == ["#3", "v0.10.0"]
    assert table[1].split()[4:6] == ["now", "v0.9.0"]
    assert len(table) == 3
    assert msgspec.json.decode(listing.as_json(found), type=listing.Listing) == found
    with pytest.raises(UserError, match=r"nothing was ever in stage prod \(stages: production, "):
        listing.stage_table(found, "prod")


def test_a_version_is_told_by_what_serves(repository: Path) -> None:
    """Another threshold is another scorer of the same pipeline; before, there was no scorer."""
    for number, told in enumerate([{"Model": "m"}, {"Scorer": "a"}, {"Scorer": "b"}]):
        text = facts.message("Register", {"Model": "m"} | told)
        tag(f"model@v0.{number}.0", f"HEAD~{2 - number}", text)
    found = registry.tags()
    versions = {digest: facts.version_with(found, digest) for digest in "mabc"}
    names = {digest: version and version.name for digest, version in versions.items()}
    assert names == {"m": "v0.0.0", "a": "v0.1.0", "b": "v0.2.0", "c": None}
    locked = lock.parse(json.dumps({"stages": {"export": {"cmd": "x", "outs": OUTS}}}))
    assert facts.identity(locked) == "s"
    assert facts.identity({}) is None


def test_a_deleted_tag_is_said(repository: Path) -> None:
    for number, revision in enumerate(["HEAD~2", "HEAD~1", "HEAD"], start=1):
        tag(f"model@v0.{number}.0", revision)
        tag(f"model#production#{number}", revision)
    execute("git", "tag", "-d", "model@v0.3.0", cwd=repository)
    execute("git", "tag", "-d", "model#production#2", cwd=repository)
    dangling, missing = listing.warnings(registry.tags())
    assert dangling.startswith("model#production#3: no version is registered at commit")
    assert missing == "model#…#2: this move's tag was deleted"
    assert registry.production() == Version("v0.1.0", full("HEAD~2"), "model@v0.1.0")


def test_a_deleted_version_is_said_once_for_all_its_moves(repository: Path) -> None:
    for number in (1, 2, 3):
        tag(f"model#production#{number}", "HEAD")
    (said,) = listing.warnings(registry.tags())
    assert said.startswith("model#production#1, model#production#2, model#production#3: no version")


def full(revision: str) -> str:
    return execute("git", "rev-parse", revision, cwd=Path.cwd()).out.strip()


def test_a_version_on_a_commit_that_no_branch_has_is_found(repository: Path) -> None:
    tag("model@v0.1.0", "HEAD")
    tag("model#production#1", "HEAD")
    execute("git", "reset", "-q", "--hard", "HEAD~1", cwd=repository)
    (entry,) = listing.entries(registry.tags())
    assert (entry.stages, entry.metric) == (["production"], "roc_auc 0.750 (0.650 to 0.850)")


def test_a_version_in_full(repository: Path) -> None:
    tag("model@v0.1.0", "HEAD~1")
    tag("model@v0.2.0", "HEAD")
    why = {"Why": "First model", "Waived": "size, a forest"}
    tag("model#production#1", "HEAD", facts.message("Assign", why))
    text = details.details("production")
    assert text.startswith("model v0.2.0, in production since 20")
    assert "First model; waived: size, a forest\n" in text
    for line in ("0.7500 (0.6500 to 0.8500)", 'model.name: "m1" -> "m2"', "Month 2"):
        assert line in text
    assert details.details("v0.1.0").startswith("model v0.1.0, in no stage")
    with pytest.raises(UserError, match=r"newest versions: v0.2.0, v0.1.0"):
        details.details("v7")


def trained(model: str) -> dict[str, Any]:
    """The run of `train` that made a model."""
    return {
        "started": "2026-11-21T11:44:21Z",
        "seconds": 7.4,
        "by": "Jo\n\nModel: f",
        "python": "3.11.9",
        "libraries": {"scikit-learn": "1.9.1"},
        "system": "linux",
        "cores": 2,
        "model": model,
    }


def test_who_trained_a_version_stands_in_its_tag(repository: Path) -> None:
    write_json(metadata.RUNS, {"train": trained("m2")})
    told = facts.of_commit("HEAD") | training.facts("m2")
    tag("model@v0.1.0", "HEAD", facts.message("Register model v0.1.0", told))
    text = details.details("v0.1.0")
    assert "2026-11-21 11:44 UTC by Jo Model: f in 7.4 s" in text
    assert "Python 3.11.9, scikit-learn 1.9.1; linux, 2 cores" in text
    assert listing.entries(registry.tags())[0].model == "m2"


@pytest.mark.parametrize("run", [None, trained("m1"), {"model": "m2"}, trained("m2") | {"by": 3}])
def test_of_another_model_or_another_file_nothing_is_told(repository: Path, run: Any) -> None:
    write_json(metadata.RUNS, {"train": run})
    assert training.facts("m2") == {}


def test_which_commit_moved_a_metric(repository: Path) -> None:
    tag("model@v0.1.0", "HEAD~2")
    points = history.history("roc_auc")
    assert [(point.value, point.subject) for point in points] == [
        (0.75, "Month 2"),
        (0.7, "Month 0"),
    ]
    head, last, first = history.drawn("roc_auc", points).splitlines()[:3]
    assert "roc_auc" in head
    assert "+0.0500" in last
    assert 24 > last.count("█") > first.count("█") > 6  # the ends of the intervals are its own
    assert "v0.1.0" in first
    with pytest.raises(UserError, match=r"no commit has a metric auc \(metrics: roc_auc\)"):
        history.history("auc")


LINES = {  # the commits of a stage's moves in their order, and where a rollback goes, if it may
    "ab": "a",
    "a": "nothing was in production before v0.0.0",
    "abc": "b",
    "aba": "v0.0.0 was brought back into production by the last change",
    "abcb": "v0.1.0 was brought back into production by the last change",
    "abac": "a",
    "ab!": "nothing was in production before v0.0.0",
    "abc!": "a",
}


def moved(line: str) -> list[Tag]:
    """Tags of three versions and of their moves in order; `!` takes the last one out."""
    tags = [Tag(f"model@v0.{number}.0", commit) for number, commit in enumerate("abc")]
    for number, commit in enumerate(line.replace("!", ""), start=1):
        tags.append(Tag(f"model#production#{number}", commit))
    return [*tags, Tag("model#production!#9", line[-2])] if line.endswith("!") else tags


@pytest.mark.parametrize("line", LINES)
def test_rolling_back_goes_to_what_was_replaced_and_once_only(line: str) -> None:
    tags = moved(line)
    held = registry.in_stage(tags)
    assert held is not None
    if LINES[line] in tuple("abc"):
        assert rollback.target_version(tags, "production", held, None).commit == LINES[line]
    else:
        with pytest.raises(UserError, match=LINES[line]):
            rollback.target_version(tags, "production", held, None)


ROLLED_BACK = {
    **{"ab": "", "aba": "b", "abcb": "c", "abac": "b", "abca": "c", "ab!": "b"},
    **{"abab": "", "ababa": "b", "abcabc": "", "abcac": "", "abcacb": "c"},
}


@pytest.mark.parametrize("line", ROLLED_BACK)
def test_what_was_rolled_back_is_told_from_what_was_replaced(line: str) -> None:
    tags = moved(line)
    known = registry.versions(tags).values()
    found = [version.commit for version in known if registry.rolled_back(tags, version)]
    assert found == list(ROLLED_BACK[line])


def test_a_stage_has_a_plain_name() -> None:
    assert registry.assignment_name(["model@v1.0.0!#4"], "staging") == "model#staging#5"
    for name in ("production!", "a#b", "Prod", ""):
        with pytest.raises(UserError, match="use small letters"):
            registry.assignment_name([], name)


def test_the_next_version_is_after_the_highest_name(repository: Path) -> None:
    assert promote.next_version(registry.names(), "minor") == "v0.1.0"
    tag("model@v0.9.3", "HEAD")
    tag("model@v0.10.1!#4", "HEAD")
    execute("git", "tag", "model@v0.10.1", cwd=repository)
    assert promote.next_version(registry.names(), "minor") == "v0.11.0"
    assert promote.next_version(registry.names(), "patch") == "v0.10.2"
    assert promote.next_version(registry.names(), "major") == "v1.0.0"
