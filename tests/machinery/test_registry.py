"""The registry is read as GTO reads it, and by the counter where GTO goes by the date."""

from pathlib import Path

import pytest
from mlops.release import registry
from mlops.release.registry import Tag, Version, in_stage, production

from baked import execute


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with three commits; the current folder."""
    execute("git", "init", "-q", cwd=tmp_path)
    for number in range(3):
        execute("git", "commit", "-q", "--allow-empty", "-m", f"Commit {number}", cwd=tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commit(repository: Path, revision: str) -> str:
    return execute("git", "rev-parse", revision, cwd=repository).out.strip()


def gto(repository: Path, *arguments: str) -> str:
    return execute("gto", *arguments, cwd=repository).out


def test_there_is_no_production_before_the_first_promotion(repository: Path) -> None:
    assert production() is None
    gto(repository, "register", "model", "--version", "v1.0.0")
    assert production() is None


def test_what_gto_assigns_is_read(repository: Path) -> None:
    gto(repository, "register", "model", "HEAD~2", "--version", "v1.0.0")
    gto(repository, "assign", "model", "--version", "v1.0.0", "--stage", "production")
    assert production() == Version("v1.0.0", commit(repository, "HEAD~2"), "model@v1.0.0")
    gto(repository, "register", "model", "HEAD", "--version", "v1.1.0")
    gto(repository, "assign", "model", "--version", "v1.1.0", "--stage", "production")
    assert production() == Version("v1.1.0", commit(repository, "HEAD"), "model@v1.1.0")
    shown = gto(repository, "show", "model#production", "--json")
    assert "v1.1.0" in shown


def test_a_stage_that_gto_unassigns_falls_back_to_the_version_before(repository: Path) -> None:
    for number, revision in enumerate(["HEAD~2", "HEAD"]):
        version = f"v1.{number}.0"
        gto(repository, "register", "model", revision, "--version", version)
        gto(repository, "assign", "model", "--version", version, "--stage", "production")
    gto(repository, "deprecate", "model", "v1.1.0", "production")
    found = production()
    assert found is not None
    assert found.name == "v1.0.0"
    assert "v1.0.0" in gto(repository, "show", "model#production", "--json")


def tag(repository: Path, name: str, revision: str, date: str | None = None) -> None:
    extra = {"GIT_COMMITTER_DATE": date} if date else {}
    execute("git", "tag", "-a", name, "-m", name, revision, cwd=repository, extra=extra)


def test_a_clock_that_runs_behind_does_not_hide_a_promotion(repository: Path) -> None:
    tag(repository, "model@v1.0.0", "HEAD~1", "2013-06-02T00:00:00")
    tag(repository, "model#production#1", "HEAD~1", "2013-06-02T00:00:00")
    tag(repository, "model@v1.1.0", "HEAD", "2013-06-01T00:00:00")
    tag(repository, "model#production#2", "HEAD", "2013-06-01T00:00:00")
    found = production()
    assert found is not None
    assert found.name == "v1.1.0"


def test_rolled_back_is_assigned_again(repository: Path) -> None:
    tag(repository, "model@v1.0.0", "HEAD~1")
    tag(repository, "model@v1.1.0", "HEAD")
    for counter, revision in enumerate(["HEAD~1", "HEAD", "HEAD~1"], start=1):
        tag(repository, f"model#production#{counter}", revision)
    found = production()
    assert found is not None
    assert found.name == "v1.0.0"


def test_the_tenth_promotion_comes_after_the_ninth() -> None:
    tags = [Tag(f"model@v0.{n}.0", str(n)) for n in range(1, 11)]
    tags += [Tag(f"model#production#{n}", str(n)) for n in range(1, 11)]
    found = in_stage(tags)
    assert found is not None
    assert found.name == "v0.10.0"


def test_lightweight_tags_other_artefacts_and_other_stages_do_not_count(repository: Path) -> None:
    tag(repository, "model@v1.0.0", "HEAD~1")
    tag(repository, "model#production#1", "HEAD~1")
    tag(repository, "model@v2.0.0", "HEAD")
    tag(repository, "model#staging#7", "HEAD")
    tag(repository, "model-b#production#8", "HEAD")
    execute("git", "tag", "model#production#9", "HEAD", cwd=repository)
    found = production()
    assert found is not None
    assert found.name == "v1.0.0"
    assert {entry.name for entry in registry.tags()} == {
        "model@v1.0.0",
        "model#production#1",
        "model@v2.0.0",
        "model#staging#7",
    }


def test_a_deregistered_version_is_none(repository: Path) -> None:
    tag(repository, "model@v1.0.0", "HEAD~1")
    tag(repository, "model#production#1", "HEAD~1")
    tag(repository, "model@v1.1.0", "HEAD")
    tag(repository, "model#production#2", "HEAD")
    tag(repository, "model@v1.1.0!#3", "HEAD")
    found = production()
    assert found is not None
    assert found.name == "v1.0.0"
