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

    Raise `UserError` where there is none, where its files cannot be had, and where somebody else
    changed the stage meanwhile and no version was named.
    """
    aim: tuple[Version, Version] | None = None
    for _ in range(RACES):
        origin.synchronize(only_add=dry_run)
        found, taken = registry.tags(), registry.names()
        held = registry.in_stage(found, stage)
        if held is None:
            raise UserError(f"nothing is in {stage}: there is nothing to roll back")
        if not to and is_done_by_this_run(found, stage):
            return Outcome(f"{ARTIFACT} {held.name} is in {stage} already, by this run", held)
        if aim and not to and held not in aim:
            raise UserError(f"{held.name} came into {stage} meanwhile: look again, then roll back")
        target = aim[1] if aim else target_version(found, stage, held, to)
        aim = held, target
        if target == held:
            return Outcome(f"{ARTIFACT} {held.name} is in {stage} already", held)
        with tempfile.TemporaryDirectory() as folder:
            for path in storage.files(target.commit):
                fetch(path, target, Path(folder))
        if dry_run:
            line = f"{ARTIFACT} {target.name} would replace {held.name} in {stage}"
            return Outcome(f"{line}: tag {registry.assignment_name(taken, stage)}", None)
        about = {"Why": reason, "Replaces": held.name, "Run": run_url()}
        text = facts.message(f"Roll {ARTIFACT} back to {target.name} in {stage}", about)
        if origin.push([NewTag(registry.assignment_name(taken, stage), target.commit, text)]):
            line = f"{ARTIFACT} {target.name} is in {stage} again, instead of {held.name}"
            return Outcome(line, target)
    raise UserError(f"{RACES} other changes came first; nothing was changed: try again")


def fetch(path: Path, version: Version, folder: Path) -> None:
    """Get a file of a version: nobody goes back to what cannot be had. Raise `UserError` then."""
    try:
        storage.fetch(path, version.commit, version, folder)
    except UserError as error:
        raise UserError(
            f"not rolled back: {error}; a clone that has {version.name} can roll back"
        ) from None


def target_version(found: list[Tag], stage: str, held: Version, to: str | None) -> Version:
    """The version to go to. Raise `UserError` where it has to be named, or was never there."""
    earlier = registry.earlier(found, stage)
    if not to:
        target = registry.in_stage(earlier, stage)
        if was_in(earlier, stage, held):  # a rollback that was broken off goes back only once
            raise UserError(
                f"{held.name} was brought back into {stage} by the last change: to which version?"
                f" `--to VERSION`; `uv run mlops registry {stage}` lists them"
            )
        if target is None:
            raise UserError(f"nothing was in {stage} before {held.name}")
        return target
    target = registry.find(found, to)
    if not was_in(found, stage, target):
        raise UserError(
            f"{target.name} was never in {stage}: `uv run mlops promote` at its commit gates it"
        )
    return target


def is_done_by_this_run(found: list[Tag], stage: str) -> bool:
    """Tell whether the last change came from this very run of the workflow, which is run again."""
    run = run_url()
    last = registry.assignments(found, stage)[-1]
    return bool(run) and facts.read(last.tag).get("Run") == run


def was_in(found: list[Tag], stage: str, version: Version) -> bool:
    """Tell whether a version was ever put into a stage."""
    moves = registry.assignments(found, stage)
    return any(move.tag.commit == version.commit and not move.out for move in moves)
