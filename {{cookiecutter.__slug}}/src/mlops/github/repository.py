"""One repository on GitHub: where it is, and how its REST API is asked."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from mlops.errors import UserError
from mlops.github.transport import JSON, Request, ask, decode
from mlops.repository import git

if TYPE_CHECKING:
    import requests

PAGES = 30  # of 100 items each; a pull request has at most 2,500 comments
LARGEST = 2 << 30  # bytes of a file that is downloaded; releases take no larger ones

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class GitHub:
    """One repository on GitHub. Without a token, what is public can be read."""

    api: str
    repository: str
    token: str = field(default="", repr=False)

    def url(self, path: str) -> str:
        """The address of something in this repository."""
        return f"{self.api}/repos/{self.repository}/{path}"

    def ask(
        self,
        what: str,
        method: str,
        path: str,
        kind: type[Answer],
        body: dict[str, object] | None = None,
    ) -> Answer:
        """Send a request and return its answer as a type. `what` begins the line of an error."""
        request = Request(what, method, self.url(path), body=body)
        return ask(self.token, request, lambda answer: decode(what, answer, kind))

    def tell(
        self, what: str, method: str, path: str, body: dict[str, object] | None = None
    ) -> None:
        """Send a request whose answer does not matter. Raise `UncertainError` as `ask` does."""
        ask(self.token, Request(what, method, self.url(path), body=body), lambda answer: None)

    def pages(self, what: str, path: str, kind: type[Answer]) -> Iterator[Answer]:
        """The pages of a list, asked for one by one. Pages on another host are refused."""

        def page(answer: "requests.Response") -> tuple[Answer, str | None]:
            return decode(what, answer, kind), answer.links.get("next", {}).get("url")

        url = self.url(path)
        for _ in range(PAGES):
            found, following = ask(self.token, Request(what, "GET", url), page)
            yield found
            if following is None:
                return
            if urlsplit(following)[:2] != urlsplit(self.api)[:2]:
                raise UserError(f"{what}: the next page is on another host: refused")
            url = following
        raise UserError(f"{what}: there are more than {PAGES} pages: refused")

    def download(
        self, what: str, path: str, target: Path, largest: int = LARGEST, accept: str = JSON
    ) -> None:
        """Write the bytes of an answer to `target`, of which a part is left when this fails.

        Raise `UserError` where they are more than `largest`.
        """

        def save(answer: "requests.Response") -> None:
            received = 0
            with target.open("wb") as file:
                for piece in answer.iter_content(1 << 16):
                    received += file.write(piece)
                    if received > largest:
                        raise UserError(f"{what}: it has more than {largest:,} bytes: refused")

        ask(self.token, Request(what, "GET", self.url(path), accept), save)


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
        found = f"GITHUB_REPOSITORY is {repository}" if repository else "origin is not on GitHub"
        raise UserError(f"{found}, and GITHUB_REPOSITORY has to name owner/name")
    if not re.fullmatch(r"[!-~]*", token):
        raise UserError("GITHUB_TOKEN holds a character that no token has: set it again")
    return GitHub(api.rstrip("/"), repository, token)


def is_named() -> bool:
    """Tell whether there is a repository on GitHub that can be asked."""
    return bool(os.environ.get("GITHUB_REPOSITORY") or origin())


def origin() -> str:
    """The repository `owner/name` that `origin` names; empty where that is not on GitHub."""
    try:
        url = git.git("remote", "get-url", "origin").strip()
    except UserError:
        return ""
    found = re.search(r"[/@]github\.com[/:]([\w.-]+/[\w.-]+?)(\.git)?/?$", url)
    return found[1] if found else ""
