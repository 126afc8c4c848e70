"""The doctor and the registry's tags: what differs from origin, and what does not count."""

from pathlib import Path

import pytest
from mlops.doctor import tags
from mlops.release import origin, registry

from baked import execute


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of a bare origin that has a version in production; the current folder."""
    execute("git", "init", "-q", "--bare", "--initial-branch=main", "origin.git", cwd=tmp_path)
    ours = tmp_path / "ours"
    execute("git", "clone", "-q", "origin.git", str(ours), cwd=tmp_path)
    monkeypatch.chdir(ours)
    for number in range(2):
        execute("git", "commit", "-q", "--allow-empty", "-m", str(number), cwd=ours)
    execute("git", "push", "-q", "origin", "HEAD:main", cwd=ours)
    for name in ("model@v0.1.0", "model#production#1"):
        tag(name)
        execute("git", "push", "-q", "origin", name, cwd=ours)
    return ours


def tag(name: str, *arguments: str) -> None:
    execute("git", "tag", "-a", "-m", "x", *arguments, name, cwd=Path.cwd())


def problems() -> list[str]:
    return [finding.problem for finding in tags.check()]


def test_a_healthy_registry(clone: Path) -> None:
    assert list(tags.check()) == []


def test_a_tag_that_was_never_pushed_is_left_to_the_person(clone: Path) -> None:
    tag("model@v0.2.0", "-f")
    (found,) = tags.check()
    assert (
        found.problem
        == "tag model@v0.2.0 is not at origin: it was never pushed, or somebody deleted it"
    )
    assert found.mend is None
    assert "git push origin 'model@v0.2.0'" in found.remedy


def test_tags_that_differ_are_taken_over(clone: Path) -> None:
    true = origin.local_tags()
    execute("git", "tag", "-f", "-a", "-m", "Mine", "model@v0.1.0", "HEAD~1", cwd=clone)
    execute("git", "tag", "-d", "model#production#1", cwd=clone)
    found = list(tags.check())
    assert [finding.problem for finding in found] == [
        "tag model#production#1 of origin is not here yet",
        "tag model@v0.1.0 of origin is another one here: the registry is misread",
    ]
    for finding in found:
        assert finding.mend is not None
        finding.mend()
    assert origin.local_tags() == true
    assert list(tags.check()) == []


def test_a_version_that_only_this_clone_lost_is_no_deleted_one(clone: Path) -> None:
    execute("git", "tag", "-d", "model@v0.1.0", cwd=clone)
    (lost,) = problems()
    assert lost == "tag model@v0.1.0 of origin is not here yet"
    for finding in tags.check():
        assert finding.mend is not None
        finding.mend()
    assert problems() == []


def test_what_a_deleted_tag_has_left_is_said(clone: Path) -> None:
    execute("git", "push", "-q", "origin", "--delete", "model@v0.1.0", cwd=clone)
    execute("git", "tag", "-d", "model@v0.1.0", cwd=clone)
    (dangling,) = problems()
    assert dangling.startswith("model#production#1: no version is registered at commit")


def lightened(clone: Path) -> str:
    """Put a lightweight tag in place of the version's; return what the doctor advises."""
    for command in (["tag", "-f"], ["push", "-q", "-f", "origin"]):
        execute("git", *command, "model@v0.1.0", cwd=clone)
    (found,) = tags.check()
    assert found.problem == "tag model@v0.1.0 is lightweight: it does not count, here nor for GTO"
    return found.remedy


def follow(remedy: str, part: int, clone: Path) -> None:
    """Do what a remedy says between its backticks."""
    execute("sh", "-c", remedy.split("`")[1::2][part], cwd=clone)


def test_a_lightweight_tag_is_made_to_count_as_it_is_said(clone: Path) -> None:
    before = registry.production()
    remedy = lightened(clone)
    assert registry.production() is None
    follow(remedy, 0, clone)
    assert registry.production() == before is not None
    assert list(tags.check()) == []


def test_a_lightweight_tag_is_dropped_as_it_is_said(clone: Path) -> None:
    follow(lightened(clone), 1, clone)
    assert "model@v0.1.0" not in origin.tags_there() | origin.local_tags()


def test_a_lightweight_tag_that_was_never_pushed_is_said_once(clone: Path) -> None:
    execute("git", "tag", "model@v0.2.0", cwd=clone)
    (found,) = tags.check()
    follow(found.remedy, 1, clone)
    assert list(tags.check()) == []


def test_a_lightweight_tag_here_gives_way_to_that_of_origin(clone: Path) -> None:
    execute("git", "tag", "-f", "model@v0.1.0", cwd=clone)
    (found,) = tags.check()
    assert found.remedy == "taken over from origin"


def test_an_origin_that_cannot_be_read_is_said(clone: Path) -> None:
    (clone.parent / "origin.git").rename(clone.parent / "gone.git")
    (problem,) = problems()
    assert "its tags are not looked at" in problem
    execute("git", "remote", "remove", "origin", cwd=clone)
    assert problems() == []
