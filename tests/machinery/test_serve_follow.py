"""A service follows a stage: what is promoted answers, and what is broken does not."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from mlops.doctor import git_locks
from mlops.errors import UserError
from mlops.repository import lock
from mlops.scoring import scorer as scorers
from mlops.serve import source
from mlops.serve.follow import LOCK, Follower
from mlops.serve.model import Held, Model
from mlops.serve.settings import Settings

from baked import IDENTITY, execute
from machinery.promoting import SCORER, Registry, environment, scorer

FOLLOW = Settings(follow="production", follow_every=60)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A registry with v0.1.0 in production; the service's clone is the current folder."""
    for name, value in (environment() | IDENTITY).items():
        monkeypatch.setenv(name, value)
    registry = Registry.of(tmp_path)
    monkeypatch.chdir(registry.service)
    return registry


class Following:
    """A model that follows, look by look, and what was said and refused."""

    def __init__(self, registry: Registry, settings: Settings = FOLLOW) -> None:
        first = scorers.load(registry.ours / SCORER)
        commit = registry.git("rev-parse", "model@v0.1.0^{commit}").strip()
        self.held = Held(Model(first, "v0.1.0", commit, 10))
        self.refused = 0
        self.follower = Follower("production", self.held, settings, self.refuse)

    def refuse(self) -> None:
        self.refused += 1

    def look(self) -> tuple[str | None, float]:
        """The version that answers after a look, and its answer."""
        self.follower.look()
        self.held.settle()
        model = self.held.model
        return model.version, float(model.scorer.score({"distance": [1.0], "wind": [None]})[0])


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO):
        yield caplog


def test_a_promotion_and_a_rollback_are_taken_up(
    registry: Registry, said: pytest.LogCaptureFixture
) -> None:
    following = Following(registry)
    assert following.look() == ("v0.1.0", 1)
    registry.commit("v0.2.0", 2, "wind")
    assert following.look() == ("v0.1.0", 1)
    registry.promote("v0.2.0", 2, "staging")
    assert following.look() == ("v0.1.0", 1)
    registry.promote("v0.2.0", 3)
    assert following.look() == ("v0.2.0", 2)
    assert list(following.held.model.contract.features) == ["distance", "wind"]
    assert following.held.model.commit == registry.git("rev-parse", "HEAD").strip()
    registry.promote("v0.1.0", 4)
    assert following.look() == ("v0.1.0", 1)
    assert said.messages == ["v0.2.0 answers from now on", "v0.1.0 answers from now on"]
    assert following.refused == 0


def test_nothing_is_left_that_looks_like_a_lock_of_git(registry: Registry) -> None:
    following = Following(registry)
    following.look()
    following.follower.stop()
    assert (registry.service / ".git" / LOCK).exists()
    assert git_locks.check() == []


@pytest.mark.parametrize("damage", ["cut", "swapped", "gone", "other answers", "no scorer"])
def test_a_broken_version_is_refused_once(
    registry: Registry, said: pytest.LogCaptureFixture, damage: str
) -> None:
    following = Following(registry)
    stored = registry.commit("v0.2.0", 2, promised=3 if damage == "other answers" else None)
    if damage == "cut":
        stored.write_bytes(stored.read_bytes()[:-100])
    elif damage == "swapped":
        scorer(stored, 3)
    elif damage == "gone":
        stored.unlink()
    elif damage == "no scorer":
        locked = registry.ours / "dvc.lock"
        locked.write_text(locked.read_text("utf-8").replace("scorer.zip", "model.skops"), "utf-8")
        registry.git("commit", "-qam", "No scorer")
        registry.git("tag", "-f", "-a", "-m", "x", "model@v0.2.0")
        registry.git("push", "-qf", "origin", "HEAD:main", "model@v0.2.0")
    registry.promote("v0.2.0", 2)
    for _ in range(3):
        assert following.look() == ("v0.1.0", 1)
    (line,) = said.messages
    assert line.startswith("v0.2.0 is refused, the present model goes on: ")
    assert "\n" not in line
    assert following.refused == 1


def test_after_a_broken_one_the_next_is_taken(registry: Registry) -> None:
    following = Following(registry)
    registry.commit("v0.2.0", 2).unlink()
    registry.promote("v0.2.0", 2)
    assert following.look() == ("v0.1.0", 1)
    registry.commit("v0.3.0", 3)
    registry.promote("v0.3.0", 3)
    assert following.look() == ("v0.3.0", 3)


def test_what_was_refused_is_tried_again_later(registry: Registry) -> None:
    following = Following(registry, Settings(follow="production", follow_every=0))
    stored = registry.commit("v0.2.0", 2)
    whole = stored.read_bytes()
    stored.unlink()
    registry.promote("v0.2.0", 2)
    assert following.look() == ("v0.1.0", 1)
    stored.write_bytes(whole)
    assert following.look() == ("v0.2.0", 2)
    assert following.refused == 1


def test_an_origin_that_is_gone_is_said_once(
    registry: Registry, said: pytest.LogCaptureFixture
) -> None:
    following = Following(registry)
    (registry.folder / "origin.git").rename(registry.folder / "away.git")
    for _ in range(2):
        assert following.look() == ("v0.1.0", 1)
    (line,) = said.messages
    assert line.startswith("the tags of origin cannot be fetched: git fetch: ")
    (registry.folder / "away.git").rename(registry.folder / "origin.git")
    registry.commit("v0.2.0", 2)
    registry.promote("v0.2.0", 2)
    assert following.look() == ("v0.2.0", 2)


def test_tags_made_here_count_and_are_never_taken_away(registry: Registry) -> None:
    following = Following(registry)
    registry.commit("v0.2.0", 2)
    following.look()
    name, commit = "model#production#9", "model@v0.2.0^{commit}"
    execute("git", "tag", "-a", "-m", "x", name, commit, cwd=registry.service)
    assert following.look() == ("v0.2.0", 2)
    assert following.look() == ("v0.2.0", 2)


def test_of_several_processes_one_fetches_and_another_takes_over(registry: Registry) -> None:
    first, second = Following(registry), Following(registry)
    for _ in range(2):
        assert (first.look(), second.look()) == (("v0.1.0", 1), ("v0.1.0", 1))
    registry.commit("v0.2.0", 2)
    registry.promote("v0.2.0", 2)
    assert second.look() == ("v0.1.0", 1)
    first.follower.stop()
    assert second.look() == ("v0.2.0", 2)


def test_a_stage_that_is_emptied_changes_nothing(registry: Registry) -> None:
    following = Following(registry)
    registry.git("tag", "-a", "-m", "x", "model#production!#2", "model@v0.1.0^{commit}")
    registry.git("push", "-q", "origin", "model#production!#2")
    assert following.look() == ("v0.1.0", 1)
    with pytest.raises(UserError, match="--follow takes a stage, such as production"):
        source.load(Settings(follow="v0.1.0"))
    with pytest.raises(UserError, match=r"--model v0\.1\.0 is one version, and --follow"):
        source.load(Settings(model="v0.1.0", follow="production"))
    with pytest.raises(UserError, match="model production: no such version or stage here"):
        source.load(FOLLOW)


def test_a_model_is_a_file_a_version_or_a_stage(
    registry: Registry, said: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = registry.git("rev-parse", "HEAD").strip()
    for name in ("v0.1.0", "production"):
        model = source.load(Settings(model=name))
        assert (model.version, model.commit) == ("v0.1.0", commit)
    monkeypatch.chdir(registry.ours)
    there = source.load(Settings())
    assert (there.version, there.digest) == (None, model.digest)
    assert said.messages == []
    other = scorer(registry.folder / "other.zip", 3)
    with pytest.raises(UserError, match=r"its digest is .*, d+ was expected"):
        source.load(Settings(model="../other.zip", digest="d" * 32))
    monkeypatch.setenv("MLOPS_VERSION", "v9.9.9")
    assert source.load(Settings(model="../other.zip")).version == "v9.9.9"
    assert said.messages == [
        "../other.zip is not in dvc.lock: its digest is not checked; `--model production` takes one"
        " that is checked"
    ]
    Path(SCORER).write_bytes(other)
    for settings in (Settings(), Settings(model=SCORER)):
        with pytest.raises(UserError, match="was expected"):
            source.load(settings)
    Path("dvc.lock").write_text(json.dumps({"stages": {}}))
    with pytest.raises(UserError, match=r"scorer.zip is not in dvc.lock: `uv run dvc repro`"):
        source.load(Settings())
    with pytest.raises(UserError, match=r"nothing.zip: there is no such file"):
        source.load(Settings(model="nothing.zip"))
    assert lock.read() == {}
