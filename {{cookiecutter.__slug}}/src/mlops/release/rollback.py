"""Roll back: a version that was in production before is put there again, at once and ungated."""

import tempfile
from pathlib import Path

from mlops.errors import UserError
from mlops.release import facts, origin, registry, storage
from mlops.release.origin import NewTag
from mlops.release.promote import RACES, Outcome, run_url
from mlops.release.registry import ARTIFACT, Tag, Version


def rollback(to: str | None, reason: str, stage: str, dry_run: bool) -> Outcome:
    """Assign the version before the present one, or the one named, to the stage again.

    Raise `UserError` where there is none, where its model cannot be had, and where somebody else
    changed the stage meanwhile and no version was named.
    """
    expected: Version | None = None
    for _ in range(RACES):
        origin.synchronize()
        found = registry.tags()
        held = registry.in_stage(found, stage)
        if held is None:
            raise UserError(f"nothing is in {stage}: there is nothing to roll back")
        if expected and not to and held != expected:
            raise UserError(f"{held.name} came into {stage} meanwhile: look again, then roll back")
        expected = held
        target = target_version(found, stage, to)
        if target == held:
            return Outcome(f"{ARTIFACT} {held.name} is in {stage} already", held)
        with tempfile.TemporaryDirectory() as folder:
            storage.model(target.commit, target, Path(folder))
        if dry_run:
            return Outcome(f"{ARTIFACT} {target.name} would replace {held.name} in {stage}", None)
        about = {"Why": reason, "Replaces": held.name, "Run": run_url()}
        text = facts.message(f"Roll {ARTIFACT} back to {target.name} in {stage}", about)
        if origin.push([NewTag(registry.assignment_name(stage), target.commit, text)]):
            line = f"{ARTIFACT} {target.name} is in {stage} again, instead of {held.name}"
            return Outcome(line, target)
    raise UserError(f"{RACES} other changes came first; nothing was changed: try again")


def target_version(found: list[Tag], stage: str, to: str | None) -> Version:
    """The version to go back to. Raise `UserError` where it was never in the stage."""
    if not to:
        target = registry.before(found, stage)
        if target is None:
            raise UserError(f"nothing was in {stage} before: `--to VERSION` names another one")
        return target
    target = registry.find(found, to)
    moves = registry.assignments(found, stage)
    if not any(move.tag.commit == target.commit and not move.out for move in moves):
        raise UserError(
            f"{target.name} was never in {stage}: `uv run mlops promote` at its commit gates it"
        )
    return target
