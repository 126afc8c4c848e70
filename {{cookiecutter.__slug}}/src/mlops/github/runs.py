"""What the run of a pull request computed and handed over, for use after the merge."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from mlops.errors import UserError
from mlops.github import archive, repository
from mlops.github.answers import Artifact, Artifacts, PullRequest, Run, Runs
from mlops.github.repository import LARGEST, GitHub
from mlops.github.transport import MissingError

WORKFLOW = "pull-request.yaml"
ARTIFACT = "model"
EVENTS = ("pull_request", "merge_group", "workflow_dispatch")


class Handover(NamedTuple):
    """The folder of the files, or None; `note` says in a line where they come from, or why not."""

    folder: Path | None
    note: str


def reviewed(commit: str, folder: Path) -> Handover:
    """Unpack what a merged commit's pull request handed over into `folder`, new or empty.

    Take it from the run of the merge queue, else from the last successful run of the pull request,
    never where that comes from a fork. Nothing in it is to be trusted: compare each file with
    dvc.lock. Raise `UserError` where GitHub cannot be asked, or the archive is not one of a run.
    """
    api = repository.from_environment()
    pull_request = _merged(api, commit)
    if pull_request is None:
        return Handover(None, f"{commit[:8]} comes from no merged pull request")
    source, name = pull_request.head.repo, f"pull request {pull_request.number}"
    if source is None or source.full_name != api.repository:
        return Handover(None, f"{name} comes from a fork, whose model is never taken")
    queued = _runs(api, commit, ("merge_group",))
    if queued:
        return _fetch(api, queued, f"the merge queue's run for {commit[:8]}", folder)
    runs = _runs(api, pull_request.head.sha, EVENTS)
    if not runs:
        return Handover(None, f"{name} has no successful run of {WORKFLOW} for what was merged")
    return _fetch(api, runs, f"the run of {name}", folder)


def _runs(api: GitHub, commit: str, events: tuple[str, ...]) -> list[Run]:
    """The successful runs for a commit of this repository's own branches."""
    what = f"find the runs for {commit[:8]}"
    path = f"actions/workflows/{WORKFLOW}/runs?head_sha={commit}&per_page=100"
    return [
        run
        for page in api.pages(what, path, Runs)
        for run in page.workflow_runs
        if run.head_sha == commit
        and run.event in events
        and (run.status, run.conclusion) == ("completed", "success")
        and run.head_repository
        and run.head_repository.full_name == api.repository
    ]


def _merged(api: GitHub, commit: str) -> PullRequest | None:
    """The pull request whose merge made a commit, else the last merged one that holds it."""
    what, path = f"find the pull request of {commit[:8]}", f"commits/{commit}/pulls?per_page=100"
    pages = api.pages(what, path, list[PullRequest])
    merged = [found for page in pages for found in page if found.merged_at]

    def order(found: PullRequest) -> tuple[bool, str]:
        return found.merge_commit_sha == commit, found.merged_at or ""

    return max(merged, key=order, default=None)


def _fetch(api: GitHub, runs: list[Run], source: str, folder: Path) -> Handover:
    run = max(runs, key=lambda run: run.id)
    artifact = _artifact(api, run)
    if artifact is None:
        return Handover(None, f"{source} handed no {ARTIFACT} over")
    expired = Handover(None, f"what {source} handed over has expired")
    if artifact.expired:
        return expired
    what = f"fetch what {source} handed over"
    if artifact.size_in_bytes > LARGEST:
        raise UserError(f"{what}: it has more than {LARGEST:,} bytes: refused")
    with TemporaryDirectory() as temporary:
        packed = Path(temporary) / "artifact.zip"
        try:
            api.download(what, f"actions/artifacts/{artifact.id}/zip", packed, LARGEST)
        except MissingError:
            return expired
        archive.unpack(what, packed, folder)
    return Handover(folder, f"taken from {source}")


def _artifact(api: GitHub, run: Run) -> Artifact | None:
    """The last artifact of a run, where attempts have one each."""
    path = f"actions/runs/{run.id}/artifacts?name={ARTIFACT}&per_page=100"
    pages = api.pages(f"find the artifacts of run {run.id}", path, Artifacts)
    found = [item for page in pages for item in page.artifacts if item.name == ARTIFACT]
    return max(found, key=lambda artifact: artifact.id, default=None)
