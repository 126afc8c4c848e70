"""Pull requests, their comments, and the workflows that are started for them."""

from urllib.parse import quote

from mlops.github import repository
from mlops.github.answers import Comment, PullRequest, Runs
from mlops.github.repository import GitHub
from mlops.github.transport import look_and_write


def find(api: GitHub, source: str, branch: str) -> PullRequest | None:
    """The newest open pull request from a branch of the repository `source`, if any."""
    head = f"{source.partition('/')[0]}:{branch}"
    path = f"pulls?state=open&per_page=100&head={quote(head, safe='')}"
    for page in api.pages(f"find the pull request of {head}", path, list[PullRequest]):
        for found in page:
            origin = found.head.repo
            if origin and origin.full_name == source and found.head.ref == branch:
                return found
    return None


def comments(api: GitHub, number: int) -> list[Comment]:
    """The comments of a pull request, oldest first."""
    what = f"read the comments of pull request {number}"
    pages = api.pages(what, f"issues/{number}/comments?per_page=100", list[Comment])
    return [comment for page in pages for comment in page]


def create_comment(api: GitHub, number: int, body: str) -> None:
    """Comment on a pull request. Raise `UncertainError` where it may be done all the same."""
    what = f"comment on pull request {number}"
    api.tell(what, "POST", f"issues/{number}/comments", {"body": body})


def update_comment(api: GitHub, comment: int, body: str) -> None:
    """Replace the text of a comment. Raise `MissingError` where somebody deleted it."""
    api.tell(f"update comment {comment}", "PATCH", f"issues/comments/{comment}", {"body": body})


def open_or_update(branch: str, base: str, title: str, body: str) -> PullRequest:
    """Open a pull request from a branch of this repository, or update the open one's texts."""
    api = repository.from_environment()

    def look() -> PullRequest:
        found = find(api, api.repository, branch)
        if found is None:
            content: dict[str, object] = {
                "head": branch,
                "base": base,
                "title": title,
                "body": body,
            }
            return api.ask(
                f"open a pull request from {branch}", "POST", "pulls", PullRequest, content
            )
        what, path = f"update pull request {found.number}", f"pulls/{found.number}"
        return api.ask(what, "PATCH", path, PullRequest, {"title": title, "body": body})

    return look_and_write(look)


def start(workflow: str, branch: str) -> None:
    """Start a workflow, named by its file, on a branch: `on: workflow_dispatch` has to allow it."""
    api = repository.from_environment()
    what, path = f"start {workflow} on {branch}", f"actions/workflows/{workflow}"
    query = f"{path}/runs?event=workflow_dispatch&per_page=100&branch={quote(branch, safe='')}"

    def runs() -> set[int]:
        return {run.id for run in api.ask(what, "GET", query, Runs).workflow_runs}

    before = runs()

    def look() -> None:
        if not runs() - before:
            api.tell(what, "POST", f"{path}/dispatches", {"ref": branch})

    look_and_write(look)
