"""The parts of GitHub's REST API that are used. Every failure is one line for a person."""

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, urlsplit

import msgspec
from mlops import files
from mlops.errors import UserError
from mlops.review.report import clip
from msgspec import Struct

if TYPE_CHECKING:
    import requests

TIMEOUT = (5.0, 20.0)  # seconds to connect, and between two pieces of an answer
ATTEMPTS = 4
PAUSE = 1.0  # seconds before the second attempt; doubled each time
PATIENCE = 60.0  # seconds of pauses for one request, in all
PAGES = 30  # of 100 each; a pull request has at most 2,500 comments

JSON = "application/vnd.github+json"
BINARY = "application/octet-stream"
REMEDIES = {
    401: "check GITHUB_TOKEN",
    403: "give the token the permission that is missing, under `permissions:` of the job",
    404: "check the name, and that the token may read the repository",
    422: "GitHub does not accept the content",
}

Answer = TypeVar("Answer")


class Missing(UserError):
    """GitHub has no such thing, or does not show it to this token."""


class Uncertain(UserError):
    """It may have been done, or not: look before doing it again."""


class Passing(UserError):
    """It was not done, and may succeed after a pause (in seconds, where GitHub named one)."""

    def __init__(self, line: str, pause: float | None = None) -> None:
        super().__init__(line)
        self.pause = pause


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


class Complaint(Struct):
    """Why GitHub refused a request."""

    message: str
    errors: list[object] = []


@dataclass(frozen=True)
class Request:
    """A request, and in plain words what it is to do."""

    what: str
    method: str
    url: str
    accept: str = JSON
    body: dict[str, str] | None = None


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
        """Comment on a pull request. Raise `Uncertain` where that may have happened all the same."""
        what, url = f"comment on pull request {number}", self._url(f"issues/{number}/comments")
        self._ask(Request(what, "POST", url, body={"body": body}), lambda answer: None)

    def update_comment(self, comment: int, body: str) -> None:
        """Replace the text of a comment. Raise `Missing` where somebody deleted it."""
        what, url = f"update comment {comment}", self._url(f"issues/comments/{comment}")
        self._ask(Request(what, "PATCH", url, body={"body": body}), lambda answer: None)

    def download_asset(self, tag: str, name: str, path: Path, largest: int) -> None:
        """Write the file `name` of the release of `tag` to `path`, whole or not at all.

        Raise `Missing` where there is no such release or file, and `UserError` where the file has
        more than `largest` bytes or cannot be had.
        """
        what = f"fetch {name} of release {tag}"
        release = Request(what, "GET", self._url(f"releases/tags/{quote(tag, safe='')}"))
        assets = self._ask(release, lambda answer: _decode(what, answer, Release)).assets
        asset = next((asset for asset in assets if asset.name == name), None)
        if asset is None:
            there = clip(", ".join(asset.name for asset in assets)) or "no files"
            raise Missing(f"{what}: the release holds {there}")
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
        self._ask(Request(what, "GET", url, accept=BINARY), save)

    def _url(self, path: str) -> str:
        return f"{self.api}/repos/{self.repository}/{path}"

    def _list(self, what: str, path: str, kind: type[list[Answer]]) -> list[Answer]:
        """All items of a list that comes in pages. Pages on another host are refused."""

        def page(answer: "requests.Response") -> tuple[list[Answer], str | None]:
            return _decode(what, answer, kind), answer.links.get("next", {}).get("url")

        items: list[Answer] = []
        url = self._url(path)
        for _ in range(PAGES):
            found, following = self._ask(Request(what, "GET", url), page)
            items += found
            if following is None:
                return items
            if urlsplit(following)[:2] != urlsplit(self.api)[:2]:
                raise UserError(f"{what}: the next page is on another host: refused")
            url = following
        raise UserError(f"{what}: there are more than {PAGES} pages: refused")

    def _ask(self, request: Request, read: Callable[["requests.Response"], Answer]) -> Answer:
        """Send a request and read the answer, again while what went wrong may pass.

        urllib3's `Retry` knows neither the rate limit's headers nor a limit to all pauses together.
        """
        attempt, patience = 1, PATIENCE
        while True:
            try:
                return self._send(request, read)
            except Passing as failure:
                pause = PAUSE * 2 ** (attempt - 1) if failure.pause is None else failure.pause
                if attempt == ATTEMPTS or pause > patience:
                    raise
            time.sleep(pause)
            attempt, patience = attempt + 1, patience - pause

    def _send(self, request: Request, read: Callable[["requests.Response"], Answer]) -> Answer:
        import requests

        try:
            with requests.request(
                request.method,
                request.url,
                json=request.body,
                headers={"Accept": request.accept, "Accept-Encoding": "identity"},
                auth=self._sign,  # also keeps ~/.netrc out
                timeout=TIMEOUT,
                stream=True,
                allow_redirects=request.method == "GET",  # requests sends no token to another host
            ) as answer:
                if answer.status_code in range(200, 300):
                    return read(answer)
                raise self._refusal(request, answer)
        except requests.RequestException as error:
            reason = clip(str(error).rpartition(": ")[2].strip("'\")("), 200)
            line = f"{request.what}: no answer from {urlsplit(request.url).netloc} ({reason})"
            raise Uncertain(line) if request.method == "POST" else Passing(line) from None

    def _sign(self, request: "requests.PreparedRequest") -> "requests.PreparedRequest":
        if self.token:
            request.headers["Authorization"] = f"Bearer {self.token}"
        return request

    def _refusal(self, request: Request, answer: "requests.Response") -> UserError:
        """What an answer other than a success means."""
        status = answer.status_code
        said = clip(_complaint(answer).replace(self.token or "\0", "***"), 200) or answer.reason
        line = f"{request.what}: GitHub answered {status} ({said})"
        if status in (403, 429) and _limited(answer):
            pause = _named_pause(answer)
            return Passing(f"{line}; try again in {60 if pause is None else pause:.0f} s", pause)
        if status >= 500:
            return Uncertain(line) if request.method == "POST" else Passing(f"{line}; try again")
        kind = Missing if status in (404, 410) else UserError
        return kind(f"{line}; {REMEDIES.get(status, 'this was not expected')}")


def from_environment() -> GitHub:
    """The repository as GitHub Actions names it: GITHUB_REPOSITORY, _API_URL and _TOKEN."""
    api = os.environ.get("GITHUB_API_URL") or "https://api.github.com"
    repository = os.environ.get("GITHUB_REPOSITORY", "")
    token = os.environ.get("GITHUB_TOKEN", "").strip()
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", api):
        raise UserError("GITHUB_API_URL: expected a URL such as https://api.github.com")
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise UserError(f"GITHUB_REPOSITORY: expected owner/name, got {repository or 'nothing'}")
    if not re.fullmatch(r"[!-~]*", token):
        raise UserError("GITHUB_TOKEN holds a character that no token has: set it again")
    return GitHub(api.rstrip("/"), repository, token)


def _decode(what: str, answer: "requests.Response", kind: type[Answer]) -> Answer:
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        host = urlsplit(answer.url).netloc
        raise UserError(f"{what}: {host} does not answer as GitHub does ({clip(error)})") from None


def _complaint(answer: "requests.Response") -> str:
    try:
        complaint = msgspec.json.decode(answer.content, type=Complaint)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return answer.text
    return f"{complaint.message} {complaint.errors or ''}"


def _limited(answer: "requests.Response") -> bool:
    """Whether a refusal means "too often", not "not allowed"."""
    headers = answer.headers
    used_up = headers.get("x-ratelimit-remaining") == "0"
    return answer.status_code == 429 or used_up or "Retry-After" in headers


def _named_pause(answer: "requests.Response") -> float | None:
    """The seconds after which GitHub takes requests again, where it names them."""
    after = answer.headers.get("Retry-After", "")
    reset = answer.headers.get("x-ratelimit-reset", "")
    if re.fullmatch(r"[0-9]{1,9}", after):
        return float(after)
    if answer.headers.get("x-ratelimit-remaining") == "0" and re.fullmatch(r"[0-9]{1,12}", reset):
        return max(float(reset) - time.time(), 0) + 1
    return None
