"""Whether the results are those of the commit, and whether others can get them."""

from mlops import layout
from mlops.config import params, record
from mlops.errors import UserError
from mlops.repository import git, lock, objects, pipeline
from mlops.review.report import Pipeline, Remote, clip
from mlops.run import metadata

SHOWN = 20  # lines of a failing stage that are kept
RECIPE = ["conf", "src"]
EDITED = ("conf/", "src/", f"{layout.SOURCE.as_posix()}/")


def pipeline_state() -> Pipeline:
    """Compare the commit's lock with the project as it is here, and ask a shared remote."""
    remote, missing, unreachable = in_remote()
    try:
        stuck, messages = lacking(remote)
        waiting = [] if messages else pipeline.due(pipeline.stages_to_run())
    except UserError as error:
        stuck = None if remote == "no_access" else "dvc"
        messages = [clip(line) for line in error.lines]
    if messages:
        return Pipeline(
            remote=remote,
            unreachable=unreachable,
            failed=stuck,
            messages=messages,
            not_in_remote=missing,
        )
    failed, messages = failure(waiting) if remote != "no_access" else (None, [])
    committed, current = lock.at(git.commit("HEAD")), lock.read()
    outdated = lock.outdated(committed, current)
    stale = [name for name in current if name in {*waiting, *stale_stages(outdated)}]
    stale += [name for name in waiting if name not in stale]
    clean = committed and not outdated and not waiting
    return Pipeline(
        remote=remote,
        unreachable=unreachable,
        stale=[clip(name) for name in stale],
        failed=failed,
        messages=messages,
        not_in_remote=missing,
        differing=differing(committed, current) if clean else [],
        uncommitted=bool(outdated or untracked(current)) and not waiting,
    )


def lacking(remote: Remote) -> tuple[str | None, list[str]]:
    """The stage that cannot run for want of a file, and what to do about each that is not here.

    Where the remote gives no access, that data is not here is nobody's mistake.
    """
    lost, absent = pipeline.lost_code(), pipeline.absent_sources()
    said = [*map(pipeline.how_to_commit, lost), *map(pipeline.how_to_get, absent)]
    needed = lost or ({} if remote == "no_access" else absent)
    stage = next(map(clip, needed.values()), None)
    return stage, [clip(line) for line in said[:SHOWN]]


def untracked(current: lock.Lock) -> list[str]:
    """The files which Git does not have and on which results depend, or code may by an import."""
    needed = {path for stage in current.values() for path in stage.deps}
    found = [path for path, _, _ in git.lines_untracked(RECIPE)]
    return [path for path in found if path.endswith(".py") or lock.inside(path, needed)]


def differing(committed: lock.Lock, current: lock.Lock) -> list[str]:
    """The outputs that were rebuilt with other bytes.

    The model card does not count: it names the libraries' versions, and repeats other outputs.
    """
    paths = lock.differing(committed, current)
    return [clip(path) for path in paths if path != layout.CARD.as_posix()]


def stale_stages(outdated: list[str]) -> list[str]:
    """Of these, the stages whose committed results are of other code than is committed.

    What differs because of edits that are not committed yet is work in progress, not stale; so is
    what `dvc exp run` has set, which is in `params.yaml` alone.
    """
    edited = git.uncommitted()
    if any(path == "dvc.yaml" or path.startswith(EDITED) for path in edited):
        return []
    if params.PARAMS.as_posix() in edited and record.read().apart:
        return []
    return outdated


def failure(waiting: list[str]) -> tuple[str | None, list[str]]:
    """The stage that failed when it ran here last, on what is here now, and what it said."""
    runs = metadata.current()
    # The stages before the first one have not failed, and those after it wait for it. Where none
    # waits, one of the commit itself may have failed where it was to be run again.
    for name in waiting[:1] or pipeline.without_outputs():
        for run in runs.get(name, []):
            if problems := run.get("problems"):
                return clip(name), [clip(line) for line in problems[:SHOWN]]
    return None, []


def in_remote() -> tuple[Remote, list[str], str]:
    """What kind of remote there is; which outputs a shared one has not, or why nobody knows."""
    if not objects.is_shared():
        return "directory", [], ""
    outputs = objects.outputs()
    try:
        missing = set(objects.missing_in_remote(sorted(set(outputs.values()))))
    except UserError as error:
        return "no_access", [], clip(error)
    return "shared", [clip(path) for path, digest in outputs.items() if digest in missing], ""
