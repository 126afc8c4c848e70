"""Retrain: new data becomes a branch and a pull request, whose report decides."""

import json
import os

from mlops.config.params import parse
from mlops.errors import UserError
from mlops.release import origin
from mlops.repository import git, objects
from mlops.repository.aside import Aside, checkout

BRANCH = "retrain"
TITLE = "Data through"  # how its one commit begins
WORKFLOW = "pull-request.yaml"
PERIOD = "mlops.monitor.period"


def retrain(through: str | None, start_review: bool) -> str:
    """Bring the data on the default branch up to a period, or to the newest of the source.

    The work is done aside: this working tree is not touched. Say in a line what was done. Raise
    `UserError` where the pipeline fails on the new data; nothing is pushed then.
    """
    main = origin.synchronize()
    base = git.git("rev-parse", f"{origin.ORIGIN}/{main}").strip()
    with checkout(base) as here:
        if not here.fetch_sources():
            raise UserError(f"the data that {main} begins with cannot be had: see above")
        periods = json.loads(here.answer("python", "-m", PERIOD).splitlines()[-1])
        period = through or periods["newest"]
        if period > periods["newest"]:
            raise UserError(f"the source has data through {periods['newest']}, not {period}")
        if period <= periods["through"]:
            return f"nothing new: {main} has the data through {periods['through']} already"
        if is_there(base, period):
            return offer(main, period, start_review)
        here.answer("python", "-m", PERIOD, period)
        if here.run("mlops", "reproduce"):
            raise UserError(f"the pipeline fails on the data through {period}: see above")
        push(here, f"{TITLE} {period}")
    return offer(main, period, start_review)


def is_there(base: str, period: str) -> bool:
    """Tell whether the branch at origin is this base with this period already.

    Raise `UserError` where it holds what somebody else has pushed.
    """
    git.git("fetch", "--quiet", "--prune", origin.ORIGIN, f"+refs/heads/{BRANCH}*:{there()}*")
    if git.commit(there()) is None:
        return False
    parent = git.commit(f"{there()}^")
    ours = git.git("log", "-1", "--format=%s", there()).startswith(TITLE)
    if not ours or parent is None or not git.is_ancestor(parent, base):
        raise UserError(
            f"branch {BRANCH} at {origin.ORIGIN} holds commits of others: merge or delete it first"
        )
    values = parse(git.show(there(), "params.yaml") or "", "params.yaml", "")
    return parent == base and bool(values.get("data", {}).get("through") == period)


def there() -> str:
    """The reference under which the branch of origin is known here."""
    return f"refs/remotes/{origin.ORIGIN}/{BRANCH}"


def push(here: Aside, message: str) -> None:
    """Commit the results; push data and model, then the branch, over our own older one."""
    here.git("add", "--all")
    here.git("commit", "--quiet", "--no-verify", "--message", message)
    if objects.has_remote() and here.run("dvc", "push", "--quiet"):
        raise UserError("dvc push failed: see above; no branch was pushed")
    lease = f"--force-with-lease=refs/heads/{BRANCH}:{git.commit(there()) or ''}"
    made = here.git("rev-parse", "HEAD").strip()
    git.git("push", "--quiet", lease, origin.ORIGIN, f"{made}:refs/heads/{BRANCH}")


def offer(main: str, period: str, start_review: bool) -> str:
    """Open the pull request, or bring it up to date, and start its review if that is wanted."""
    if not os.environ.get("GITHUB_TOKEN"):
        return f"branch {BRANCH} has the data through {period}: open a pull request to {main}"
    from mlops.github import pull_requests

    body = (
        f"The source has new data: this takes it in, through {period}, and trains the model on it."
        f" The report says how it compares with production; merging promotes it.\n\n"
        f"On a laptop: `git fetch && git switch {BRANCH} && uv run mlops report`.\n"
    )
    opened = pull_requests.open_or_update(BRANCH, main, f"{TITLE} {period}", body)
    if start_review:
        pull_requests.start(WORKFLOW, BRANCH)
    return f"pull request {opened.number} has the data through {period}"
