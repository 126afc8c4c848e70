"""A stand-in for the parts of GitHub's REST API that are used: on loopback, with faults."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

REPOSITORY = "owner/flights"
BOT = "github-actions[bot]"
TOKEN = "ghs_aSecretThatNobodyMaySee"
SLOWEST = 30  # seconds after which a connection that says nothing is closed


@dataclass(frozen=True)
class Seen:
    """A request that was made."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path.removeprefix(f'/repos/{REPOSITORY}')}"


@dataclass
class Answer:
    """What is sent back."""

    status: int = 200
    body: Any = None  # bytes as they are, anything else as JSON
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """What happens instead of the answer, to the next `times` requests that match.

    `request` is a regular expression for "METHOD /path". `answer` is sent in place of the true one,
    or nothing is (`drop`); with `done` the request takes effect all the same. An answer may come
    after `delay` seconds, and end after `cut` bytes.
    """

    request: str
    answer: Answer | None = None
    times: int = 1
    done: bool = False
    drop: bool = False
    cut: int | None = None
    delay: float = 0


@dataclass
class FakeGitHub:
    """The repository's state, which tests set and read, and the requests in their order."""

    pulls: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    releases: dict[str, dict[str, bytes]] = field(default_factory=dict)  # by tag, by file name
    faults: list[Fault] = field(default_factory=list)
    requests: list[Seen] = field(default_factory=list)
    url: str = ""
    storage: "FakeGitHub | None" = None  # where files of releases are redirected to
    lock: threading.RLock = field(default_factory=threading.RLock)

    def pull(self, number: int, branch: str, sha: str, repository: str | None = REPOSITORY) -> None:
        """Open a pull request."""
        repo = repository and {"full_name": repository}
        owner = (repository or "ghost/gone").partition("/")[0]
        head = {"label": f"{owner}:{branch}", "ref": branch, "sha": sha, "repo": repo}
        self.pulls.insert(0, {"number": number, "state": "open", "head": head})

    def comment(self, number: int, body: str, login: str = BOT) -> int:
        """Add a comment to a pull request; return its id."""
        identity = 1000 + len(self.comments)
        user = {"login": login}
        self.comments.append({"id": identity, "number": number, "user": user, "body": body})
        return identity

    def bodies(self, number: int, login: str = BOT) -> list[str]:
        """The texts that somebody's comments on a pull request show."""
        mine = [c for c in self.comments if c["number"] == number and c["user"]["login"] == login]
        return [comment["body"] for comment in mine]

    def asked(self, method: str = "") -> list[str]:
        """The requests in their order, of one method or of all."""
        return [str(seen) for seen in self.requests if seen.method.startswith(method)]

    def answer(self, seen: Seen) -> Answer:
        """What GitHub does with a request, and says."""
        sent = seen.headers.get("authorization")
        if sent not in (None, f"Bearer {TOKEN}"):
            return complaint(401, "Bad credentials")
        if seen.method != "GET" and sent is None:
            return complaint(401, "Requires authentication")
        for method, pattern, function in ROUTES:
            match = re.fullmatch(f"/repos/{REPOSITORY}/{pattern}", seen.path)
            if match and seen.method == method:
                answer: Answer = function(self, seen, *match.groups())
                return answer
        return complaint(404, "Not Found")


def complaint(status: int, message: str, **headers: str) -> Answer:
    """A refusal in GitHub's form; a header's `_` stands for `-`."""
    body = {"message": message, "documentation_url": "https://docs.github.com/rest"}
    return Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def paged(api: FakeGitHub, seen: Seen, items: list[Any]) -> Answer:
    """One page of a list, with the address of the next."""
    size, page = int(seen.query.get("per_page", "30")), int(seen.query.get("page", "1"))
    headers = {}
    if page * size < len(items):
        query = urlencode(seen.query | {"page": page + 1})
        first = urlencode(seen.query | {"page": 1})
        link = (
            f'<{api.url}{seen.path}?{query}>; rel="next", <{api.url}{seen.path}?{first}>; rel="x"'
        )
        headers = {"Link": link}
    return Answer(200, items[(page - 1) * size : page * size], headers)


def list_pulls(api: FakeGitHub, seen: Seen) -> Answer:
    state, head = seen.query.get("state", "open"), seen.query.get("head", "")
    found = [pull for pull in api.pulls if state in (pull["state"], "all")]
    if ":" in head:  # GitHub ignores what it cannot read
        found = [pull for pull in found if pull["head"]["label"] == head]
    return paged(api, seen, found)


def list_comments(api: FakeGitHub, seen: Seen, number: str) -> Answer:
    return paged(api, seen, [c for c in api.comments if c["number"] == int(number)])


def create_comment(api: FakeGitHub, seen: Seen, number: str) -> Answer:
    if problem := unacceptable(seen):
        return problem
    api.comment(int(number), seen.body["body"])
    return Answer(201, api.comments[-1])


def update_comment(api: FakeGitHub, seen: Seen, identity: str) -> Answer:
    found = next((c for c in api.comments if c["id"] == int(identity)), None)
    if found is None:
        return complaint(404, "Not Found")
    if problem := unacceptable(seen):
        return problem
    found["body"] = seen.body["body"]
    return Answer(200, found)


def unacceptable(seen: Seen) -> Answer | None:
    body = seen.body["body"]
    if not body.strip():
        return complaint(422, "Validation Failed: body cannot be blank")
    if len(body) > 65_536:
        return complaint(422, "Validation Failed: body is too long (maximum is 65536 characters)")
    return None


def get_release(api: FakeGitHub, seen: Seen, tag: str) -> Answer:
    files = api.releases.get(unquote(tag))
    if files is None:
        return complaint(404, "Not Found")
    assets = [
        {"id": number, "name": name, "size": len(content)}
        for number, (name, content) in enumerate(files.items(), start=1)
    ]
    return Answer(200, {"tag_name": unquote(tag), "assets": assets})


def get_asset(api: FakeGitHub, seen: Seen, identity: str) -> Answer:
    contents = [content for files in api.releases.values() for content in files.values()]
    if seen.headers["accept"] != "application/octet-stream":
        return Answer(200, {"id": int(identity)})
    if api.storage is None:
        return Answer(200, contents[int(identity) - 1])
    return Answer(302, None, {"Location": f"{api.storage.url}{seen.path}?signature=abc"})


ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "pulls", list_pulls),
    ("GET", r"issues/(\d+)/comments", list_comments),
    ("POST", r"issues/(\d+)/comments", create_comment),
    ("PATCH", r"issues/comments/(\d+)", update_comment),
    ("GET", r"releases/tags/([^/]+)", get_release),
    ("GET", r"releases/assets/(\d+)", get_asset),
]


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    timeout = SLOWEST
    api: FakeGitHub

    def do_GET(self) -> None:
        """Answer, or do what a fault says instead."""
        url = urlsplit(self.path)
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        seen = Seen(
            self.command,
            url.path,
            {name: values[0] for name, values in parse_qs(url.query).items()},
            {name.lower(): value for name, value in self.headers.items()},
            json.loads(sent) if sent else None,
        )
        with self.api.lock:
            self.api.requests.append(seen)
            fault = self.fault(seen)
            instead = fault.drop or fault.answer is not None
            true = self.api.answer(seen) if fault.done or not instead else Answer()
        if fault.delay:
            time.sleep(fault.delay)
        if not fault.drop:
            self.send(fault.answer or true, fault.cut)
        self.close_connection = True

    do_POST = do_PATCH = do_GET  # noqa: N815 (the names that http.server calls)

    def fault(self, seen: Seen) -> Fault:
        for fault in self.api.faults:
            if fault.times > 0 and re.search(fault.request, str(seen)):
                fault.times -= 1
                return fault
        return Fault("")

    def send(self, answer: Answer, cut: int | None) -> None:
        is_bytes = isinstance(answer.body, bytes)
        body = answer.body if is_bytes else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut])

    def log_message(self, format: str, *arguments: object) -> None:
        """Be silent."""


@contextmanager
def serving(api: FakeGitHub) -> Iterator[FakeGitHub]:
    """Serve on a free port of loopback until the block ends."""
    handler = type("ApiHandler", (Handler,), {"api": api})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        api.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join(timeout=5)
