"""Promote: the model of this commit goes into production, if the gate still lets it."""

import os
from contextlib import suppress
from typing import Literal, NamedTuple

from mlops.errors import UserError
from mlops.files import restore
from mlops.release import facts, origin, registry, storage, training
from mlops.release.origin import NewTag
from mlops.release.registry import ARTIFACT, Tag, Version
from mlops.repository import git, lock, objects
from mlops.review import gate, review, state
from mlops.review.presentation.wording import MARKS
from mlops.review.report import Report

Bump = Literal["major", "minor", "patch"]
RACES = 5  # lost in a row, before it is given up
OURS = ("uv.lock",)  # written by uv before anybody could commit it


class Outcome(NamedTuple):
    """What was done, in a line, the version if it is in the stage by now, and what is missing."""

    line: str
    version: Version | None
    missing: str = ""


class BlockedError(UserError):
    """The gate does not let the model through; `report` says why."""

    def __init__(self, lost: str, report: Report) -> None:
        super().__init__(f"{lost}not promoted: the gate does not let it through; nothing changed")
        self.report = report


def promote(stage: str, bump: Bump, again: bool, dry_run: bool) -> Outcome:
    """Register the model of `HEAD` and assign it to a stage, at origin and all at once.

    Where another promotion comes first, the model is gated again, against the new production.
    Raise `UserError` where the project is not fit for it, and `BlockedError` by the gate.
    """
    lost = ""
    for _ in range(RACES):
        branch = origin.synchronize(only_add=dry_run)
        if git.show("HEAD", lock.LOCK) is None:
            return Outcome("nothing to promote: `uv run dvc repro`, and commit what it gives", None)
        commit = merged_head(branch)
        check_results(commit)
        found, taken = registry.tags(), registry.names()  # a tag of later on has to win the race
        assigned = registry.assignment_name(taken, stage)
        known = facts.version_with(found, facts.identity(lock.at(commit)) or "")
        if settled := nothing_to_do(found, commit, stage, known, again):
            return Outcome(lost + settled.line, settled.version)
        if again and not (known and registry.rolled_back(found, known, stage)):
            raise UserError(
                "--again is for a model that was rolled back, and this commit's was not: leave it"
                " out, or first `git switch --detach model@VERSION` and `uv run dvc checkout`"
            )
        report = review.review(again)
        if not lets_through(report):
            raise BlockedError(lost, report)
        name = known.name if known else next_version(taken, bump)
        if dry_run:
            line = f"{ARTIFACT} {name} would go into {stage}: tag {assigned}"
            return Outcome(line, None, not_pushed())
        if origin.push(new_tags(found, commit, known, name, assigned, report)):
            done = registry.find(registry.tags(), name)
            return Outcome(f"{lost}{ARTIFACT} {name} is in {stage}", done, not_pushed())
        lost = "another promotion came first; "
    raise UserError(f"{RACES} other promotions came first; nothing was changed: try again")


def merged_head(branch: str) -> str:
    """The commit to promote. Raise `UserError` where it is not what everybody has."""
    if git.git("rev-parse", "--is-shallow-repository").strip() == "true":
        raise UserError("this clone has no history: `git fetch --unshallow`")
    edited = [path for path in git.uncommitted() if path not in OURS]
    if edited:
        ways = "`git add --all` and commit, or `git stash -u`, then promote"
        raise UserError(f"not committed: {', '.join(edited[:5])}: {ways}")
    commit = git.git("rev-parse", "HEAD").strip()
    if not git.is_ancestor(commit, f"{origin.ORIGIN}/{branch}"):
        raise UserError(
            f"{commit[:8]} is not on {branch} at {origin.ORIGIN}: only what was merged is promoted:"
            f" merge it into {branch}, `git push`, then promote"
        )
    return commit


def check_results(commit: str) -> None:
    """Raise `UserError` where the results are not the commit's, or others cannot get them."""
    files = storage.files(commit).items()
    other = [path for path, made in files if path.is_file() and objects.digest_of(path) != made]
    if other:
        raise UserError(*(f"{path} is not the one of dvc.lock: {restore(path)}" for path in other))
    pipeline = state.pipeline_state()
    lines = gate.pipeline_lines(pipeline, examined=False)
    if pipeline.remote == "no_access":
        where = "promote in a clone that has access, or give it here"
        raise UserError(f"not promoted: {pipeline.unreachable}: {where}", *pipeline.messages)
    failing = [line for line in lines if line.outcome == "fail"]
    problems = [f"{MARKS['fail']} {line.what}: {line.remedy}" for line in failing]
    if problems:
        raise UserError("not promoted, a check fails:", *problems, *pipeline.messages)
    for digest in storage.files(commit).values():
        objects.fetch(digest)  # what everybody will get


def nothing_to_do(
    found: list[Tag], commit: str, stage: str, known: Version | None, again: bool
) -> Outcome | None:
    """Say why nothing is to be promoted, if so."""
    held = registry.in_stage(found, stage)
    if held and held == known:
        return Outcome(f"nothing to promote: {ARTIFACT} {held.name} is in {stage} already", held)
    if held and held.commit != commit and git.is_ancestor(commit, held.commit):
        line = f"nothing to promote: {stage} holds {held.name}, of a later commit than this one"
        return Outcome(line, None)
    if known and not again and registry.rolled_back(found, known, stage):
        return Outcome(
            f"nothing to promote: this is {ARTIFACT} {known.name}, which was rolled back;"
            " `uv run mlops promote --again` gates it and brings it back",
            None,
        )
    return None


def lets_through(report: Report) -> bool:
    """Tell whether the gate lets a model through, or it is in production already."""
    return report.promotes or (report.verdict == "unchanged" and gate.passes(report.gate))


def next_version(taken: list[str], bump: Bump) -> str:
    """The version after the highest one that a tag of any kind names."""
    matches = map(registry.VERSION_TAG.match, taken)
    names = [match["version"] for match in matches if match]
    major, minor, patch = max(map(registry.order, names), default=(0, 0, 0))
    following = {
        "major": (major + 1, 0, 0),
        "minor": (major, minor + 1, 0),
        "patch": (major, minor, patch + 1),
    }
    return "v{}.{}.{}".format(*following[bump])


def new_tags(
    found: list[Tag], commit: str, known: Version | None, name: str, assigned: str, report: Report
) -> list[NewTag]:
    """The tags that register the model, unless it is known, and assign it to the stage."""
    stage = assigned.split("#")[1]
    held = registry.in_stage(found, stage)
    reasons = {
        "Why": reason(report),
        "Waived": "; ".join(
            dict.fromkeys(f"{line.check}, {line.waiver}" for line in report.gate if line.waiver)
        ),
        "Replaces": held.name if held else "",
        "Run": run_url(),
    }
    title = facts.message(f"Assign {ARTIFACT} {name} to {stage}", reasons)
    tags = [NewTag(assigned, known.commit if known else commit, title)]
    if known is None:
        told = facts.of_commit(commit)
        told |= training.facts(told["Model"])
        about = facts.message(f"Register {ARTIFACT} {name}", told)
        tags.insert(0, NewTag(f"{ARTIFACT}@{name}", commit, about))
    return tags


def reason(report: Report) -> str:
    """How the model stands against the one before, in plain words."""
    from mlops.review.presentation import terminal, verdict

    line = (*verdict.claim(report), ": ", *verdict.figures(report))
    said = terminal.text_of(line).plain.strip(": .")
    exam = report.exam
    return f"{said}; {exam.confidence:.0%} on {exam.rows:,} test rows" if exam else said


def not_pushed() -> str:
    """Say where this clone alone has the version's data and model; a runner's are in the Release.

    A remote that others reach has been asked before, and had to have them.
    """
    if objects.is_shared() or run_url():
        return ""
    with suppress(UserError):  # no remote at all
        if missing := objects.missing_in_remote(list(objects.outputs().values())):
            alone = f"this clone alone has {len(missing)} of its outputs"
            return f"but {alone}: nobody else can get or serve it before `uv run dvc push`"
    return ""


def run_url() -> str:
    """The workflow run that does this; empty on a laptop."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (os.environ.get(name, "") for name in names)
    return f"{server}/{repository}/actions/runs/{run}" if run else ""
