"""Merging promotes, exactly once; rolling back is one command; nothing else gets in."""

import hashlib
import json
from pathlib import Path

import pytest

from baked import BakedProject, Ran, execute
from project.rehearsal import TREES, Rehearsal

MODEL = "models/model.skops"
REPRODUCE = "uv run mlops reproduce --merged"
PROMOTE = "uv run mlops promote"
RELEASE = 'uv run mlops release "$VERSION"'
PROMOTED = ["model#production#1", "model#production#2", "model@v0.1.0", "model@v0.2.0"]
ON_GITHUB = {
    "GITHUB_RUN_ID": "7",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "owner/flights",
}


@pytest.fixture
def unpromoted(improved: Rehearsal, tmp_path: Path) -> Rehearsal:
    """The quick run at a bare origin, with a shared remote and nothing in production."""
    rehearsal = improved.copy(tmp_path)
    rehearsal.switch("main")
    rehearsal.share()
    return rehearsal


def promote_on_runner(rehearsal: Rehearsal) -> dict[str, Ran]:
    """What promote.yaml does after a push to main, but for the release on GitHub."""
    runner = rehearsal.runner(None)
    done = runner.play("promote", "promote", ON_GITHUB, RELEASE)
    assert done[REPRODUCE].stages == []  # nothing is trained, nothing else is run either
    rehearsal.project.git("fetch", "-q", "--tags", "--force", "--prune-tags", "origin")
    return done


def production(project: BakedProject) -> str:
    """The version in production: for `gto`, for `mlops`, and the bytes that one gets of it."""
    said = execute("gto", "show", "model#production", "--json", cwd=project.path).out
    listed = json.loads(project.run("mlops", "registry", "--json").out)
    (ours,) = [entry for entry in listed["versions"] if entry["stages"] == ["production"]]
    assert f'"{ours["version"]}"' in said
    target = project.path.parent / "got.skops"
    wanted = ["--stage", "production", "-o", str(target), "--force"]
    project.run("dvc", "artifacts", "get", "-q", ".", "model", *wanted)
    assert ours["model"] == md5(target.read_bytes())
    serves = project.path.parent / "got.zip"
    project.run("mlops", "get", "production", "-o", str(serves))
    assert ours["scorer"] == md5(serves.read_bytes())
    return str(ours["version"])


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def test_from_merge_to_production_and_back(unpromoted: Rehearsal) -> None:
    rehearsal, project = unpromoted, unpromoted.project
    first = project.git("rev-parse", "HEAD").strip()
    assert "model v0.1.0 is in production" in promote_on_runner(rehearsal)[PROMOTE].out

    rehearsal.switch("change")
    project.run("dvc", "push", "-q")
    reviewed = md5((project.path / MODEL).read_bytes())
    second = rehearsal.merge("squash")
    done = promote_on_runner(rehearsal)[PROMOTE]
    assert done.out == "model v0.2.0 is in production\n"
    assert production(project) == "v0.2.0"
    (entry,) = versions(project, "v0.2.0")
    assert (entry["commit"], entry["model"]) == (second, reviewed)
    (move,) = moves(project, 2)
    assert move["why"].startswith("Better than production v0.1.0: roc_auc 0.6")
    assert (move["replaces"], move["run"]) == (
        "v0.1.0",
        "https://github.com/owner/flights/actions/runs/7",
    )

    rehearsal.change(TREES, "learning_rate: 0.1", "learning_rate: 0.8")
    project.run("dvc", "push", "-q")
    rehearsal.merge("merge")
    blocked = promote_on_runner(rehearsal)[PROMOTE]
    assert blocked.code == 1
    assert "❌ Worse than production v0.2.0" in blocked.out
    assert blocked.err == "not promoted: the gate does not let it through; nothing changed\n"
    assert sorted(rehearsal.tags()) == PROMOTED

    runner = rehearsal.runner(None)
    inputs = {"inputs.reason": "Too many alarms\n\nVersion: v9", "inputs.version": ""}
    done = runner.play("rollback", "rollback", ON_GITHUB | {"GITHUB_RUN_ID": "8"}, **inputs)[
        'uv run mlops rollback --to "$VERSION" --reason "$REASON"'
    ]
    assert done.out == "model v0.1.0 is in production again, instead of v0.2.0\n"
    project.git("fetch", "-q", "--tags", "origin")
    assert production(project) == "v0.1.0"
    (move,) = moves(project, 3)
    assert (move["version"], move["why"]) == ("v0.1.0", "Too many alarms Version: v9")

    project.git("switch", "-q", "-c", "change")
    project.git("revert", "--no-edit", "-m", "1", "HEAD")
    project.run("dvc", "checkout", "-q")
    seen = rehearsal.review()
    assert seen.first == (
        "✅ **This model was rolled back**: it is v0.2.0."
        " Merging does not bring it back into production: `uv run mlops promote --again` does."
    )
    assert (seen.json["promotes"], rehearsal.gate().code) == (False, 0)
    assert seen.json["base"]["ahead"] is True  # the worse one, which was merged
    rehearsal.push()
    rehearsal.merge("rebase")
    back = promote_on_runner(rehearsal)[PROMOTE]
    assert (back.code, back.out) == (
        0,
        "nothing to promote: this is model v0.2.0, which was rolled back;"
        " `uv run mlops promote --again` gates it and brings it back\n",
    )
    assert production(project) == "v0.1.0"

    again = project.run("mlops", "promote", "--again")
    assert again.out == "model v0.2.0 is in production\n"
    assert production(project) == "v0.2.0"
    (move,) = moves(project, 4)
    assert move["why"].startswith("Better than production v0.1.0: roc_auc 0.6"), "examined again"
    assert [move["version"] for move in moves(project)] == ["v0.2.0", "v0.1.0", "v0.2.0", "v0.1.0"]
    assert [entry["commit"] for entry in versions(project)] == [second, first]


def versions(project: BakedProject, name: str = "") -> list[dict[str, str]]:
    found = json.loads(project.run("mlops", "registry", "--json").out)["versions"]
    return [entry for entry in found if name in ("", entry["version"])]


def moves(project: BakedProject, counter: int = 0) -> list[dict[str, str]]:
    found = json.loads(project.run("mlops", "registry", "--json").out)["moves"]
    return [move for move in found if counter in (0, move["counter"])]


def test_what_is_not_fit_is_refused_in_a_line(improvement: Rehearsal) -> None:
    rehearsal, project = improvement, improvement.project
    before = rehearsal.tags()

    def refused(*arguments: str) -> str:
        ran = project.run("mlops", "promote", *arguments, check=False)
        assert ran.code == 1
        assert "Traceback" not in ran.text
        assert rehearsal.tags() == before
        return ran.err.strip()

    assert "is not on main at origin: only what was merged is promoted: merge it" in refused()
    rehearsal.merge()

    project.edit("README.md", "## The daily loop", "## Every day")
    assert refused() == (
        "not committed: README.md: `git add --all` and commit, or `git stash -u`, then promote"
    )
    project.git("checkout", "-q", "README.md")

    (project.path / MODEL).unlink()
    (project.path / MODEL).write_bytes(b"cut off")
    scorer = "models/scorer.zip"
    (project.path / scorer).unlink()
    (project.path / scorer).write_bytes(b"cut off")
    said = refused()
    for path in (MODEL, scorer):
        restore = f"uv run dvc pull --force {path}"
        assert f"{path} is not the one of dvc.lock: `{restore}`" in said.splitlines()
        project.run(*restore.removeprefix("uv run ").split())

    url = ["dvc", "remote", "modify", "--local", "storage", "url"]
    (project.path / "shared").mkdir()
    project.run(*url, str(project.path / "shared"))
    assert refused().splitlines()[:2] == [
        "not promoted, a check fails:",
        "❌ outputs that the remote lacks: uv run dvc push",
    ]
    project.run(*url, "http://127.0.0.1:9/data")
    assert "data gives no access here (ClientConnectorError): promote in a" in refused()
    (project.path / ".dvc/config.local").unlink()
    (project.path / "shared").rmdir()

    project.edit(TREES, "max_iter: 100", "max_iter: 20")
    project.commit("Not run")
    rehearsal.push()
    stale = refused().splitlines()
    assert stale[0] == "not promoted, a check fails:"
    assert "uv run dvc repro" in stale[1]


def test_a_project_that_never_ran_has_nothing_to_promote(
    installed: BakedProject, tmp_path: Path
) -> None:
    project = Rehearsal.of(installed, tmp_path).project
    ran = project.run("mlops", "promote")
    assert ran.out == "nothing to promote: `uv run dvc repro`, and commit what it gives\n"
    assert project.git("tag") == ""


def test_a_shallow_clone_is_refused(rehearsal: Rehearsal) -> None:
    folder = rehearsal.folder / "shallow" / "late-flights"
    address = f"file://{rehearsal.folder / 'origin.git'}"
    execute("git", "clone", "-q", "--depth", "1", address, str(folder), cwd=rehearsal.folder)
    project = BakedProject(folder)
    project.git("commit", "-q", "--allow-empty", "-m", "Later")
    project.git("push", "-q")
    ran = project.run("mlops", "promote", check=False)
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == "this clone has no history: `git fetch --unshallow`"


def test_a_lost_race_gates_again_and_leaves_no_tag(improvement: Rehearsal) -> None:
    """While the first promotion is gated, somebody else puts the same commit into production."""
    rehearsal, project = improvement, improvement.project
    rehearsal.merge()
    other = rehearsal.folder / "other"
    execute("git", "clone", "-q", "origin.git", str(other), cwd=rehearsal.folder)
    names = "'model@v0.2.0' 'model#production#2'"
    hook = project.path / ".git" / "hooks" / "pre-push"
    hook.write_text(
        f"#!/bin/sh\nunset GIT_DIR\ncd {other} && rm {hook}\n"
        f"for name in {names}; do git tag -a -m Theirs $name; done\n"
        f"git push -q origin {names}\n",
        "utf-8",
    )
    hook.chmod(0o755)
    ran = project.run("mlops", "promote")
    assert ran.out == (
        "another promotion came first; nothing to promote: model v0.2.0 is in production already\n"
    )
    assert sorted(project.git("tag").split()) == sorted(rehearsal.tags())
    assert len(rehearsal.tags()) == 4
    assert "Theirs" in project.git("tag", "-n", "--list", "model@v0.2.0")
