"""Promotions and rollbacks at the same moment: origin's tags stay those of one after the other."""

import json
import subprocess
import time
from collections.abc import Callable

import pytest

from baked import BakedProject, Ran, environment, execute
from campaigns.arena import ORIGIN, Arena, Course, commit_of, in_production, moment, tags
from campaigns.portion import repetitions

FIRST = ("model@v0.1.0", "model#production#1")
LOST = "another promotion came first; "
Note = Callable[[str], None]


def start(project: BakedProject, *command: str) -> subprocess.Popen[str]:
    """Start a command, each clone under a name of its own: else both could make the same tag."""
    return subprocess.Popen(
        ["uv", "run", *command],
        cwd=project.path,
        env=environment() | {"GIT_COMMITTER_NAME": project.path.name},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(running: subprocess.Popen[str]) -> Ran:
    out, err = running.communicate(timeout=300)
    assert "Traceback" not in err
    return Ran(running.returncode, out, err)


def check_clones(arena: Arena) -> None:
    """No clone has a tag that origin has not; what came later, it fetches."""
    there = arena.tags
    for clone in arena.clones:
        assert tags(clone.path).items() <= there.items()
        clone.git("fetch", "-q", "--tags", "origin")
        assert tags(clone.path) == there


def check_production(arena: Arena) -> str:
    """The commit in production: the highest counter's, for GTO too."""
    commit = in_production(arena.tags, arena.folder / ORIGIN)
    said = execute("gto", "show", "model#production", "--json", cwd=arena.project.path).out
    (held,) = json.loads(said)
    assert held["commit_hexsha"] == commit
    return commit


@pytest.mark.parametrize("number", repetitions("races of one commit"))
def test_two_promote_one_commit(arena: Arena, note: Note, number: int) -> None:
    arena.reset({})
    both = [start(clone, "mlops", "promote") for clone in (arena.project, arena.twin)]
    ran = [end(running) for running in both]
    assert [(one.code, one.err) for one in ran] == [(0, ""), (0, "")]
    winner, loser = sorted(one.out for one in ran)
    if not winner.startswith("model"):
        winner, loser = loser, winner
    assert winner == "model v0.1.0 is in production\n"
    said = "nothing to promote: model v0.1.0 is in production already\n"
    assert loser in (said, f"{LOST}{said}")
    assert sorted(arena.tags) == sorted(FIRST)
    for clone in (arena.project, arena.twin):
        assert tags(clone.path) == arena.tags
    note("lost at the push" if loser.startswith(LOST) else "came after the other's push")


@pytest.mark.parametrize("number", repetitions("races of two commits"))
def test_two_commits_are_promoted(arena: Arena, note: Note, number: int) -> None:
    arena.reset({})
    early, late = (start(clone, "mlops", "promote") for clone in (arena.earlier, arena.twin))
    old, new = end(early), end(late)
    check_clones(arena)
    held = check_production(arena)
    assert old.code == 0, old.text
    assert len(old.out.splitlines()) == 1
    if new.code == 0:
        assert len(new.out.splitlines()) == 1
        assert held == commit_of(arena.twin.path, "HEAD")
    else:
        assert "not promoted: the gate does not let it through" in new.err
        assert held == commit_of(arena.earlier.path, "HEAD")
    lost = [name for name, ran in (("older", old), ("newer", new)) if ran.text.startswith(LOST)]
    note(f"the {lost[0]} one lost at the push" if lost else "no collision")


@pytest.mark.parametrize("number", repetitions("races with a rollback"))
def test_a_promotion_and_a_rollback(arena: Arena, course: Course, note: Note, number: int) -> None:
    """The rollback starts as the promotion is under way, or at its end."""
    arena.reset({})
    for count, commit in enumerate(("HEAD~2", "HEAD~1"), 1):
        names = (f"model@v0.{count}.0", f"model#production#{count}")
        for name in names:
            arena.project.git("tag", "-a", name, commit, "-m", name)
        arena.project.git("push", "-q", "origin", *names)
    promoting = start(arena.twin, "mlops", "promote")
    time.sleep(moment("races with a rollback", number, course.promotion))
    back = end(start(arena.project, "mlops", "rollback"))
    new = end(promoting)
    check_clones(arena)
    held = check_production(arena)
    newest = commit_of(arena.twin.path, "HEAD")
    assert (new.code, len(new.out.splitlines())) == (0, 1), new.text
    assert new.out.endswith("model v0.3.0 is in production\n")
    if back.code:
        assert "v0.3.0 came into production meanwhile: look again" in back.err
        assert (held, len(arena.tags)) == (newest, 6)
        note("the rollback gave way")
    else:
        first = "instead of v0.2.0" in back.out
        assert (held == newest) == first
        assert len(arena.tags) == 7
        note("the rollback came first" if first else "the rollback came after")
    if new.out.startswith(LOST):
        note("the promotion lost at the push, was gated again and won")
