"""Send a request to GitHub and read the answer. Every failure is one line for a person."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import msgspec
from mlops.errors import UserError
from mlops.review.report import clip
from msgspec import Struct

if TYPE_CHECKING:
    import requests

TIMEOUT = (5.0, 20.0)  # seconds to connect, and between two pieces of an answer
ATTEMPTS = 4
PAUSE = 1.0  # seconds before the second attempt; doubled each time
PATIENCE = 60.0  # seconds of pauses for one request, in all
JSON = "application/vnd.github+json"
BINARY = "application/octet-stream"
REMEDIES = {
    401: "check GITHUB_TOKEN",
    403: "give the token the permission that is missing, under `permissions:` of the job",
    404: "check the name, and that the token may read the repository",
    422: "GitHub does not accept the content",
}

Answer = TypeVar("Answer")


class MissingError(UserError):
    """GitHub has no such thing, or does not show it to this token."""


class UncertainError(UserError):
    """It may have been done, or not: look before doing it again."""


class PassingError(UserError):
    """It was not done, and may succeed after a pause (in seconds, where GitHub named one)."""

    def __init__(self, line: str, pause: float | None = None) -> None:
        super().__init__(line)
        self.pause = pause


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


def ask(token: str, request: Request, read: Callable[["requests.Response"], Answer]) -> Answer:
    """Send a request and read the answer, again while what went wrong may pass.

    urllib3's `Retry` knows neither the rate limit's headers nor a limit to all pauses together.
    """
    attempt, patience = 1, PATIENCE
    while True:
        try:
            return _send(token, request, read)
        except PassingError as failure:
            pause = PAUSE * 2 ** (attempt - 1) if failure.pause is None else failure.pause
            if attempt == ATTEMPTS or pause > patience:
                raise
        time.sleep(pause)
        attempt, patience = attempt + 1, patience - pause


def _send(token: str, request: Request, read: Callable[["requests.Response"], Answer]) -> Answer:
    import requests

    def sign(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        if token:
            prepared.headers["Authorization"] = f"Bearer {token}"
        return prepared

    try:
        with requests.request(
            request.method,
            request.url,
            json=request.body,
            headers={"Accept": request.accept, "Accept-Encoding": "identity"},
            auth=sign,  # also keeps ~/.netrc out
            timeout=TIMEOUT,
            stream=True,
            allow_redirects=request.method == "GET",  # requests sends no token to another host
        ) as answer:
            if answer.status_code in range(200, 300):
                return read(answer)
            raise _refusal(token, request, answer)
    except requests.RequestException as error:
        reason = clip(str(error).rpartition(": ")[2].strip("'\")("), 200)
        line = f"{request.what}: no answer from {urlsplit(request.url).netloc} ({reason})"
        raise _unfinished(request, line) from None


def _refusal(token: str, request: Request, answer: "requests.Response") -> UserError:
    """What an answer other than a success means."""
    status = answer.status_code
    said = clip(_complaint(answer).replace(token or "\0", "***"), 200) or answer.reason
    line = f"{request.what}: GitHub answered {status} ({said})"
    if status in (403, 429) and _limited(answer):
        pause = _named_pause(answer)
        wait = 60 if pause is None else pause
        return PassingError(f"{line}; try again in {wait:.0f} s", pause)
    if status >= 500:
        return _unfinished(request, f"{line}; try again")
    kind = MissingError if status in (404, 410) else UserError
    return kind(f"{line}; {REMEDIES.get(status, 'this was not expected')}")


def _unfinished(request: Request, line: str) -> UserError:
    """Without a proper answer a comment may be there already; all else can be asked again."""
    return UncertainError(line) if request.method == "POST" else PassingError(line)


def decode(what: str, answer: "requests.Response", kind: type[Answer]) -> Answer:
    """Read an answer as a type. Raise `UserError` where it is not what GitHub sends."""
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
