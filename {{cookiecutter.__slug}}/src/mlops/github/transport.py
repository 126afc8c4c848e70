"""Send a request to GitHub and read the answer. Every failure is one line for a person."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar
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
LOOKS = 4  # times that is looked what is there before a write is given up
JSON = "application/vnd.github+json"
BINARY = "application/octet-stream"
REMEDIES = (  # by status and words of the answer; the first that fits
    (401, "", "check GITHUB_TOKEN"),
    (
        403,
        "not permitted to create or approve pull requests",
        "allow it in the repository's Settings, Actions, General, Workflow permissions",
    ),
    (403, "", "give the token the permission that is missing, under `permissions:` of the job"),
    (404, "", "check the name, and that the token may read the repository"),
    (422, "", "GitHub does not accept the content"),
)

Answer = TypeVar("Answer")


class MissingError(UserError):
    """GitHub has no such thing, or does not show it to this token."""


class ExistsError(UserError):
    """It is there already: somebody else, or an earlier attempt, made it."""


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
    """A request, and in plain words what it is to do. A path as its body stands for its bytes."""

    what: str
    method: str
    url: str
    accept: str = JSON
    body: dict[str, object] | Path | None = None


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


def look_and_write(step: Callable[[], Answer]) -> Answer:
    """Do a step that looks what is there before it writes; again where a write may have failed."""
    for look in range(1, LOOKS):
        try:
            return step()
        except (UncertainError, ExistsError):
            time.sleep(PAUSE * 2 ** (look - 1))
    return step()


def _send(token: str, request: Request, read: Callable[["requests.Response"], Answer]) -> Answer:
    import requests

    def sign(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        if token:
            prepared.headers["Authorization"] = f"Bearer {token}"
        return prepared

    headers = {"Accept": request.accept, "Accept-Encoding": "identity"}
    if request.body is not None:
        headers["Content-Type"] = BINARY if isinstance(request.body, Path) else "application/json"
    try:
        with (
            _content(request.body) as content,
            requests.request(
                request.method,
                request.url,
                data=content,
                headers=headers,
                auth=sign,  # also keeps ~/.netrc out
                timeout=TIMEOUT,
                stream=True,
                allow_redirects=request.method == "GET",  # requests sends no token to another host
            ) as answer,
        ):
            if answer.status_code in range(200, 300):
                return read(answer)
            raise _refusal(token, request, answer)
    except requests.RequestException as error:
        reason = clip(str(error).rpartition(": ")[2].strip("'\")("), 200)
        line = f"{request.what}: no answer from {urlsplit(request.url).netloc} ({reason})"
        raise _unfinished(request, line) from None


@contextmanager
def _content(body: dict[str, object] | Path | None) -> Iterator[IO[bytes] | bytes | None]:
    """What is sent: a file piece by piece, as it may be larger than memory."""
    if isinstance(body, Path):
        with body.open("rb") as file:
            yield file
    else:
        yield None if body is None else msgspec.json.encode(body)


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
    if status == 422 and re.search("already[ _]exists", said):
        return ExistsError(line)
    remedies = (remedy for code, words, remedy in REMEDIES if code == status and words in said)
    kind = MissingError if status in (404, 410) else UserError
    return kind(f"{line}; {next(remedies, 'this was not expected')}")


def _unfinished(request: Request, line: str) -> UserError:
    """Without a proper answer what a POST makes may be there; all else can be asked again."""
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
