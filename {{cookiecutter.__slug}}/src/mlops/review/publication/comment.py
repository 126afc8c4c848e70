"""The privileged half of a review: a report that anybody may have written becomes one comment.

Which pull request it belongs to comes from the event alone; the report says how the commit fared.
"""

import re
import time
from pathlib import Path

import msgspec
from mlops.errors import UserError
from mlops.github import pull_requests, repository, transport
from mlops.github.answers import Comment, Repository
from mlops.github.repository import GitHub
from mlops.review import report
from msgspec import Struct

MARKER = "<!-- mlops report -->"
BOT = "github-actions[bot]"  # whose token the workflow holds; nobody else can take this name
LONGEST = 65_536  # characters of a comment


class Run(Struct):
    """The finished run of the pull request's workflow; no repository where the fork is deleted."""

    head_sha: str
    head_branch: str | None
    head_repository: Repository | None
    html_url: str
    conclusion: str | None


class Event(Struct):
    """The event `workflow_run`, as GitHub writes it to GITHUB_EVENT_PATH."""

    workflow_run: Run


def publish(path: Path, event: Path) -> str:
    """Show the report in `path` on the pull request that the event's run was for.

    Return what was done, in a line. Without a valid report the comment says that there is none.
    """
    run = _run(event)
    api = repository.from_environment()
    if run.head_repository is None or run.head_branch is None:
        return "the run's branch is gone: nothing to report on"
    source = run.head_repository.full_name
    pull_request = pull_requests.find(api, source, run.head_branch)
    if pull_request is None:
        return f"{source} has no open pull request from {run.head_branch}: nothing to report on"
    if pull_request.head.sha != run.head_sha:
        return f"pull request {pull_request.number}: a newer commit is being examined"
    text, problem = _text(path, run)
    notes = [f"[The run]({run.html_url}) ended with **{run.conclusion}**."]
    if source != api.repository and not problem:
        notes.append("The fork's own code computed these figures; merging gates them again.")
    done = _write(api, pull_request.number, _body(text, "  \n".join(notes)))
    return f"pull request {pull_request.number}: {done}" + (f" ({problem})" if problem else "")


def _run(event: Path) -> Run:
    try:
        return msgspec.json.decode(event.read_bytes(), type=Event).workflow_run
    except (OSError, msgspec.MsgspecError) as error:
        raise UserError(f"{event}: not the event of a finished workflow run: {error}") from None


def _text(path: Path, run: Run) -> tuple[str, str | None]:
    """The report as Markdown and no problem, or words of our own and why."""
    from mlops.review.presentation import markdown

    try:
        found = report.loads(_read(path))
        return markdown.render(msgspec.structs.replace(found, commit=run.head_sha)), None
    except UserError as error:
        problem = str(error)
    except Exception as error:  # whatever a report breaks, an older one must not stay in its place
        problem = f"the report cannot be rendered: {type(error).__name__}"
    text = "❌ **No report.** The run ended without a valid report of its results."
    return text, re.sub(r"[^\w .,:`$'-]", "?", problem, flags=re.ASCII)


def _read(path: Path) -> bytes:
    """The bytes of a report, as far as they can be one."""
    if path.is_symlink() or not path.is_file():
        raise UserError(f"there is no file {path.name}")
    with path.open("rb") as file:
        return file.read(report.LARGEST + 1)


def _body(text: str, notes: str) -> str:
    beginning = f"{MARKER}\n{text.strip()}"
    return f"{beginning[: LONGEST - len(notes) - 2]}\n\n{notes}"


def _write(api: GitHub, number: int, body: str) -> str:
    """Make `body` our one comment. After a write that may have failed, look before the next."""
    deleted: set[int] = set()
    for look in range(1, transport.LOOKS + 1):
        comments = [
            found for found in pull_requests.comments(api, number) if found.id not in deleted
        ]
        ours = next(filter(_is_ours, comments), None)
        if ours and (ours.body or "").strip() == body:
            return "the comment says so already"
        try:
            if ours is None:
                pull_requests.create_comment(api, number, body)
                return "commented"
            pull_requests.update_comment(api, ours.id, body)
            return "the comment is updated"
        except transport.MissingError:
            if ours is None:
                raise
            deleted.add(ours.id)
        except transport.UncertainError:
            if look == transport.LOOKS:
                raise
            time.sleep(transport.PAUSE * 2 ** (look - 1))
    raise UserError(f"pull request {number}: its comments are deleted faster than written")


def _is_ours(comment: Comment) -> bool:
    first, _, _ = (comment.body or "").partition("\n")
    return comment.user is not None and comment.user.login == BOT and first.strip() == MARKER
