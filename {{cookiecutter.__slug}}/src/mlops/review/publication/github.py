"""The parts of GitHub's REST API that are used: comments of pull requests, files of releases."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, urlsplit

from mlops import files
from mlops.errors import UserError
from mlops.repository import git
from mlops.review.publication.transport import BINARY, MissingError, Request, ask, decode
from mlops.review.report import clip
from msgspec import Struct

if TYPE_CHECKING:
    import requests

PAGES = 30  # of 100 each; a pull request has at most 2,500 comments
LARGEST = 2 << 30  # bytes of a file that is downloaded; releases take no larger ones

Answer = TypeVar("Answer")


class User(Struct):
    """An account: a person's, or an app's bot."""

    login: str


class Comment(Struct):
    """A comment of a pull request; no user where the account was deleted."""

    id: int
    body: str | None
    user: User | None


class Repository(Struct):
    """A repository; `full_name` is owner/name."""

    full_name: str


class Head(Struct):
    """The tip of a pull request's branch; no repository where the fork was deleted."""

    ref: str
    sha: str
    repo: Repository | None


class PullRequest(Struct):
    """A pull request."""

    number: int
    head: Head


class Asset(Struct):
    """A file of a release; `size` in bytes."""

    id: int
    name: str
    size: int


class Release(Struct):
    """A release, of which the files matter here."""

    assets: list[Asset]


@dataclass(frozen=True)
class GitHub:
    """One repository on GitHub. Without a token, what is public can be read."""

    api: str
    repository: str
    token: str = field(default="", repr=False)

    def pull_request(self, repository: str, branch: str) -> PullRequest | None:
        """The newest open pull request from a branch of the repository `owner/name`, if any."""
        head = f"{repository.partition('/')[0]}:{branch}"
        path = f"pulls?state=open&per_page=100&head={quote(head, safe='')}"
        for found in self._list(f"find the pull request of {head}", path, list[PullRequest]):
            source = found.head.repo
            if source and source.full_name == repository and found.head.ref == branch:
                return found
        return None

    def comments(self, number: int) -> list[Comment]:
        """The comments of a pull request, oldest first."""
        what = f"read the comments of pull request {number}"
        return self._list(what, f"issues/{number}/comments?per_page=100", list[Comment])

    def create_comment(self, number: int, body: str) -> None:
        """Comment on a pull request. Raise `UncertainError` where it may be done all the same."""
        what, url = f"comment on pull request {number}", self._url(f"issues/{number}/comments")
        ask(self.token, Request(what, "POST", url, body={"body": body}), lambda answer: None)

    def update_comment(self, comment: int, body: str) -> None:
        """Replace the text of a comment. Raise `MissingError` where somebody deleted it."""
        what, url = f"update comment {comment}", self._url(f"issues/comments/{comment}")
        ask(self.token, Request(what, "PATCH", url, body={"body": body}), lambda answer: None)

    def download_asset(self, tag: str, name: str, path: Path, largest: int = LARGEST) -> None:
        """Write the file `name` of the release of `tag` to `path`, whole or not at all.

        Raise `MissingError` where there is no such release or file, and `UserError` where it has
        more than `largest` bytes or cannot be had.
        """
        what = f"fetch {name} of release {tag}"
        release = Request(what, "GET", self._url(f"releases/tags/{quote(tag, safe='')}"))
        assets = ask(self.token, release, lambda answer: decode(what, answer, Release)).assets
        asset = next((asset for asset in assets if asset.name == name), None)
        if asset is None:
            there = clip(", ".join(asset.name for asset in assets)) or "no files"
            raise MissingError(f"{what}: the release holds {there}")
        if asset.size > largest:
            raise UserError(f"{what}: it has {asset.size:,} bytes, more than {largest:,}: refused")

        def save(answer: "requests.Response") -> None:
            received = 0
            with files.replacing(path) as temporary:
                with temporary.open("wb") as file:
                    for piece in answer.iter_content(1 << 16):
                        received += file.write(piece)
                        if received > asset.size:
                            break
                if received != asset.size:
                    raise UserError(f"{what}: these are not its {asset.size:,} bytes; try again")

        url = self._url(f"releases/assets/{asset.id}")
        ask(self.token, Request(what, "GET", url, accept=BINARY), save)

    def _url(self, path: str) -> str:
        return f"{self.api}/repos/{self.repository}/{path}"

    def _list(self, what: str, path: str, kind: type[list[Answer]]) -> list[Answer]:
        """All items of a list that comes in pages. Pages on another host are refused."""

        def page(answer: "requests.Response") -> tuple[list[Answer], str | None]:
            return decode(what, answer, kind), answer.links.get("next", {}).get("url")

        items: list[Answer] = []
        url = self._url(path)
        for _ in range(PAGES):
            found, following = ask(self.token, Request(what, "GET", url), page)
            items += found
            if following is None:
                return items
            if urlsplit(following)[:2] != urlsplit(self.api)[:2]:
                raise UserError(f"{what}: the next page is on another host: refused")
            url = following
        raise UserError(f"{what}: there are more than {PAGES} pages: refused")


def from_environment() -> GitHub:
    """The repository as GitHub Actions names it: GITHUB_REPOSITORY, _API_URL and _TOKEN.

    On a laptop it is the one that the remote `origin` names, where that is on GitHub.
    """
    api = os.environ.get("GITHUB_API_URL") or "https://api.github.com"
    repository = os.environ.get("GITHUB_REPOSITORY") or origin()
    token = os.environ.get("GITHUB_TOKEN", "").strip()
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", api):
        raise UserError("GITHUB_API_URL: expected a URL such as https://api.github.com")
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise UserError(f"GITHUB_REPOSITORY: expected owner/name, got {repository or 'nothing'}")
    if not re.fullmatch(r"[!-~]*", token):
        raise UserError("GITHUB_TOKEN holds a character that no token has: set it again")
    return GitHub(api.rstrip("/"), repository, token)


def origin() -> str:
    """The repository `owner/name` that `origin` names; empty where that is not on GitHub."""
    try:
        url = git.git("remote", "get-url", "origin").strip()
    except UserError:
        return ""
    found = re.search(r"[/@]github\.com[/:]([\w.-]+/[\w.-]+?)(\.git)?/?$", url)
    return found[1] if found else ""


def release_asset(tag: str, name: str, path: Path) -> None:
    """Write a file of a release of this repository to `path`: see `GitHub.download_asset`."""
    from_environment().download_asset(tag, name, path)
